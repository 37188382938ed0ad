"""The schema of the database, brought to the newest revision."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection
from sqlmodel import SQLModel

from store.database.engines import Database

MIGRATIONS = Path(__file__).parent
_BY_MIGRATIONS = "message_search"


class NeedsStopError(Exception):
    """A revision that is missing is not for a database that is at work; the text is Russian and says what to do."""


async def migrate(database: Database, revision: str = "head", *, at_work: bool = False) -> None:
    """Apply the revisions that are missing up to `revision`, all or none; processes that start together take turns.

    `at_work`: processes of the release before may be running. Raises NeedsStopError, with nothing changed, where one of
    the revisions says that it needs them stopped (`needs_stop`); a database without tables needs nothing of the kind.
    """
    async with database.changing_schema() as connection:
        if at_work:
            await connection.run_sync(_check_stop, revision)
        await connection.run_sync(_run, command.upgrade, revision)


def _check_stop(connection: Connection, revision: str) -> None:
    current = MigrationContext.configure(connection).get_current_revision()
    if current is None:
        return
    missing = ScriptDirectory(str(MIGRATIONS)).iterate_revisions(revision, current)
    needing = sorted(one.revision for one in missing if getattr(one.module, "needs_stop", False))
    if needing:
        raise NeedsStopError(
            f"Ревизия базы данных {', '.join(needing)} не выполняется на ходу: прежняя версия программы с новой "
            "структурой работать не может. Ничего не изменено. Остановите все процессы API и рабочие процессы, "
            "сделайте копию и выполните otklik prepare --stopped."
        )


async def revert(database: Database, revision: str) -> None:
    """Take revisions back, down to `revision`; `base` leaves nothing."""
    async with database.changing_schema() as connection:
        await connection.run_sync(_run, command.downgrade, revision)


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


def _run(connection: Connection, change: Callable[[Config, str], None], revision: str) -> None:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.attributes["connection"] = connection
    change(config, revision)
