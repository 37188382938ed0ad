"""Databases for the tests: a new one for each, on SQLite and on a real PostgreSQL."""

import itertools
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest

from store.database import Database
from store.schema import migrate
from tests.postgresql import new_database

_numbers = itertools.count(1)


@pytest.fixture(params=["sqlite", "postgresql"])
def new_url(request: pytest.FixtureRequest, tmp_path: Path) -> Callable[[], str]:
    """Addresses of new, empty databases, each test once on SQLite and once on PostgreSQL."""
    if request.param == "sqlite":
        return lambda: f"sqlite+aiosqlite:///{tmp_path}/{next(_numbers)}.db"
    server: str = request.getfixturevalue("postgresql")
    return lambda: new_database(server)


@pytest.fixture
async def empty(new_url: Callable[[], str]) -> AsyncIterator[Database]:
    """A database without tables."""
    database = Database(new_url())
    yield database
    await database.dispose()


@pytest.fixture
async def database(empty: Database) -> Database:
    """A database with its tables and no rows."""
    await migrate(empty)
    return empty
