"""A small installation to measure on: a Temporal server and an SQLite file, both gone afterwards."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from temporalio.client import Client

from settings import Settings
from store.database.engines import Database
from store.migrations.setup import prepare
from tests.command_keys import KEYS
from tests.temporal_server import connect, temporal_server

PASSWORD = "bench"


@asynccontextmanager
async def installation(
    folder: Path, *, training: bool = False
) -> AsyncIterator[tuple[Client, Database, Settings]]:
    """A client, a prepared database with the demo directory, and their settings."""
    async with temporal_server() as address:
        settings = Settings.load(
            data=folder,
            demo=True,
            training=training,
            demo_password=PASSWORD,
            temporal_address=address,
            command_keys=KEYS.written(),
        )
        await prepare(settings)
        database = Database(settings.database_url)
        try:
            yield await connect(address), database, settings
        finally:
            await database.dispose()
