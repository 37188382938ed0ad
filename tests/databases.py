"""Databases for the tests: a new one for each, on SQLite and on a real PostgreSQL."""

import itertools
import shutil
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from settings import Settings
from store.database.engines import Database
from store.migrations.schema import migrate
from tests.postgresql import drop_database, new_database

BOTH = ("sqlite", "postgresql")
_numbers = itertools.count(1)


@pytest.fixture(params=BOTH)
def new_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Callable[[], str]]:
    """Addresses of new, empty databases, each test once on SQLite and once on PostgreSQL."""
    if request.param == "sqlite":
        yield lambda: f"sqlite+aiosqlite:///{tmp_path}/{next(_numbers)}.db"
        return
    server: str = request.getfixturevalue("postgresql")
    with _gone_afterwards(server) as noted:
        yield lambda: noted(new_database(server))


@contextmanager
def _gone_afterwards(server: str) -> Iterator[Callable[[str], str]]:
    """Notes the addresses of databases of the server, which are dropped with the end of the block."""
    urls: list[str] = []

    def noted(url: str) -> str:
        urls.append(url)
        return url

    try:
        yield noted
    finally:
        for url in urls:
            drop_database(server, url)


async def migrated(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> str:
    """The address of a database with its tables and no rows, to be copied: that is quicker than making one."""
    if request.param == "sqlite":
        url = f"sqlite+aiosqlite:///{tmp_path_factory.mktemp('migrated')}/migrated.db"
    else:
        url = new_database(request.getfixturevalue("postgresql"))
    database = Database(url)
    await migrate(database)
    await database.dispose()
    return url


migrated_once = pytest.fixture(scope="session", params=BOTH)(migrated)
on_both = pytest.mark.parametrize("migrated_once", BOTH, indirect=True)
"""Where a folder has one database of its own: these tests on both."""


def copy_of(url: str, folder: Path) -> str:
    """The address of a copy of a database nobody is connected to; that of a file goes into the folder."""
    if not url.startswith("sqlite"):
        return new_database(_server_of(url), like=url)
    file = folder / f"{next(_numbers)}.db"
    shutil.copyfile(url.partition("///")[2], file)
    return f"sqlite+aiosqlite:///{file}"


def without_files(database: Database, **given: Any) -> Settings:
    """Settings for what finds in them a database, and no folder."""
    return Settings.load(data=Path("/nonexistent"), database_url=database.url, **given)


def _server_of(url: str) -> str:
    return urlsplit(url.replace("+psycopg", ""))._replace(path="/postgres").geturl()


@pytest.fixture
def migrated_url(migrated_once: str, tmp_path: Path) -> Iterator[Callable[[], str]]:
    """Addresses of new databases with their tables, each test once on SQLite and once on PostgreSQL."""
    if migrated_once.startswith("sqlite"):
        yield lambda: copy_of(migrated_once, tmp_path)
        return
    with _gone_afterwards(_server_of(migrated_once)) as noted:
        yield lambda: noted(copy_of(migrated_once, tmp_path))


@pytest.fixture
async def empty(new_url: Callable[[], str]) -> AsyncIterator[Database]:
    """A database without tables."""
    database = Database(new_url())
    yield database
    await database.dispose()


@pytest.fixture
async def database(migrated_url: Callable[[], str]) -> AsyncIterator[Database]:
    """A database with its tables and no rows."""
    database = Database(migrated_url())
    yield database
    await database.dispose()
