"""Databases of installations: each kind is prepared once in a process, and copied for whoever needs another."""

import shutil
from collections.abc import Awaitable, Callable
from pathlib import Path
from tempfile import TemporaryDirectory

from embedded.prepare import prepare as prepared_by_the_program
from service.people import passwords
from settings import Settings
from store.database.engines import Database
from store.database.private_files import make_directory

Fill = Callable[[Database], Awaitable[None]]
_Kind = tuple[bool, str | None, bool, Path | None, int, Fill | None]
_prepared: dict[_Kind, Path] = {}
_folders: list[TemporaryDirectory[str]] = []
"""They go with the process."""


async def prepare(settings: Settings, fill: Fill | None = None) -> None:
    """What `embedded.prepare.prepare` leaves, sooner: a new SQLite database is a copy of one it has prepared.

    `fill` puts rows into that one. A database that is there already, or elsewhere, is brought up to date by the
    program itself.
    """
    file = settings.sqlite_file
    if file is None or file.exists():
        await _prepared_here(settings, fill)
        return
    kind = (
        *(settings.demo, settings.demo_password, settings.training, settings.regulation),
        *(passwords._hasher.memory_cost, fill),
    )
    if kind not in _prepared:
        await _prepared_here(settings, fill)
        _folders.append(TemporaryDirectory(prefix="otklik-prepared-"))
        _prepared[kind] = Path(_folders[-1].name) / file.name
        shutil.copyfile(file, _prepared[kind])
        return
    make_directory(file.parent)
    shutil.copyfile(_prepared[kind], file)


async def _prepared_here(settings: Settings, fill: Fill | None) -> None:
    await prepared_by_the_program(settings)
    if fill is not None:
        database = Database(settings.database_url)
        await fill(database)
        await database.dispose()
