"""The schema of the database, brought to the newest revision."""

from typing import Any

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection
from sqlmodel import SQLModel

from store.database.engines import Database
from store.migrations import revision as revisions
from store.migrations.revision import SchemaError
from store.processes import rows

_BY_MIGRATIONS = "message_search"


async def migrate(database: Database, revision: str = "head") -> None:
    """Apply the revisions that are missing up to `revision`, all or none; processes that start together take turns.

    Raises SchemaError where a later release has prepared the database, and where one of the revisions needs every
    process stopped (`needs_stop`) and some are at work.
    """
    async with database.changing_schema() as connection:
        await connection.run_sync(revisions.refuse_newer)
        await connection.run_sync(_check_stop, revision)
        await connection.run_sync(_upgrade, revision)


def _at_work(connection: Connection) -> str | None:
    """Which processes work with the database, in words; None where none does."""
    alive = [one for one in rows.known(connection) if one.is_alive]
    named = ", ".join(f"{one.kind} на {one.host} (процесс {one.pid})" for one in alive)
    return (
        f"Работают: {named}. Остановите их и повторите; завершённый аварийно исчезнет за минуту."
        if alive
        else None
    )


def _check_stop(connection: Connection, revision: str) -> None:
    current = revisions.of(connection)
    if current is None:
        return
    missing = ScriptDirectory(str(revisions.MIGRATIONS)).iterate_revisions(revision, current)
    needing = sorted(one.revision for one in missing if getattr(one.module, "needs_stop", False))
    if needing and (working := _at_work(connection)):
        raise SchemaError(
            f"Редакция структуры {', '.join(needing)} не вводится на ходу: прежняя версия программы с ней работать не "
            f"может. Ничего не изменено. {working}"
        )


async def differences(database: Database) -> list[Any]:
    """What a migrated database has otherwise than the tables of the code, in the words of Alembic; empty if nothing."""

    def compare(connection: Connection) -> list[Any]:
        context = MigrationContext.configure(
            connection, opts={"include_name": is_of_the_models, "compare_server_default": True}
        )
        return list(compare_metadata(context, SQLModel.metadata))

    async with database.changing_schema() as connection:
        return await connection.run_sync(compare)


def is_of_the_models(name: str | None, kind: str, _parents: object) -> bool:
    """Whether the models know something of this name; the index of words is made by the migrations alone."""
    return kind != "table" or name is None or not name.startswith(_BY_MIGRATIONS)


def _upgrade(connection: Connection, revision: str) -> None:
    config = Config()
    config.set_main_option("script_location", str(revisions.MIGRATIONS).replace("%", "%%"))
    config.attributes["connection"] = connection
    command.upgrade(config, revision)
