"""The schema of the database, brought to the newest revision."""

from collections.abc import Callable
from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection

from store.database import Database

_MIGRATIONS = Path(__file__).parent / "migrations"


async def migrate(database: Database, revision: str = "head") -> None:
    """Apply the revisions that are missing up to `revision`, all or none; processes that start together take turns."""
    async with database.changing_schema() as connection:
        await connection.run_sync(_run, command.upgrade, revision)


async def revert(database: Database, revision: str) -> None:
    """Take revisions back, down to `revision`; `base` leaves nothing."""
    async with database.changing_schema() as connection:
        await connection.run_sync(_run, command.downgrade, revision)


def _run(connection: Connection, change: Callable[[Config, str], None], revision: str) -> None:
    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS).replace("%", "%%"))
    config.attributes["connection"] = connection
    change(config, revision)
