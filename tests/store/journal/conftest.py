"""A database with one message, and what writes its records."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime

import pytest

from service.journal.records import Records
from store.database.blocking import BlockingDatabase
from store.database.engines import Database
from tests.message_row import message_row
from tests.rows import put

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)


@pytest.fixture
async def url(migrated_url: Callable[[], str]) -> str:
    """A database with message 1, of which nothing is written yet."""
    url = migrated_url()
    database = Database(url)
    await put(database, message_row(1, NOW))
    await database.dispose()
    return url


@pytest.fixture
def records(url: str) -> Iterator[Records]:
    database = BlockingDatabase(url, connections=1)
    yield Records(database)
    database.dispose()
