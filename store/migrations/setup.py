"""Setup of a database before anything runs on it: its tables, and its first rows."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING

from sqlmodel.ext.asyncio.session import AsyncSession

from store.database import private_files, privileges
from store.database.engines import Database
from store.migrations import purpose
from store.migrations.schema import migrate

if TYPE_CHECKING:
    from settings import Settings


async def prepare(settings: Settings, fill: Callable[[AsyncSession], Awaitable[None]]) -> None:
    """Bring the database of `settings` up to date; a second time changes nothing.

    `fill` adds what belongs to it and is not there yet, in one transaction. Raises PurposeError, with nothing
    changed, where there is work in the database that is not to meet the demo or training, SchemaError where a later
    release has prepared it. With
    `settings.owner_database_url` all of it is done by the owner's role, and that of `settings.database_url` gets what
    the program needs; raises PrivilegesError where they are not apart.
    """
    role = privileges.runtime_role(settings)
    if settings.owner_database_url is not None:
        settings = settings.model_copy(update={"database_url": settings.owner_database_url})
    if role is not None:
        await privileges.check(settings.database_url, role)
    if (found := await purpose.look(settings)) is not None:
        purpose.fitting(found, demo=settings.demo, training=settings.training)
    database = Database(settings.database_url)
    if database.file is not None:
        private_files.make_directory(database.file.parent)
    try:
        await migrate(database)
        if role is not None:
            await privileges.grant(database, role)
        async with database.write(alone=True) as session:
            await purpose.settle(session, demo=settings.demo, training=settings.training)
            await fill(session)
    finally:
        await database.dispose()
