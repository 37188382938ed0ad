"""Copies of the installation's data, as far as the program knows of them: when the last one was taken."""

from datetime import UTC, datetime

from settings import Settings
from store.database import installation_settings
from store.database.engines import Database


async def note_taken(settings: Settings) -> datetime:
    """Put on record that a copy has just been taken; returns the moment, in UTC."""
    at = datetime.now(UTC).replace(microsecond=0)
    database = Database(settings.database_url)
    try:
        async with database.write() as session:
            await installation_settings.copy_taken(session, at)
    finally:
        await database.dispose()
    return at
