"""Databases for the tests: a new one for each, on SQLite and on a real PostgreSQL."""

import itertools
import shutil
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from urllib.parse import urlsplit

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


@pytest.fixture(scope="session", params=["sqlite", "postgresql"])
async def migrated_once(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> str:
    """The address of a database with its tables and no rows, to be copied: that is quicker than making one."""
    if request.param == "sqlite":
        url = f"sqlite+aiosqlite:///{tmp_path_factory.mktemp('migrated')}/migrated.db"
    else:
        url = new_database(request.getfixturevalue("postgresql"))
    database = Database(url)
    await migrate(database)
    await database.dispose()
    return url


def copy_of(url: str, folder: Path) -> str:
    """The address of a copy of a database nobody is connected to; that of a file goes into the folder."""
    if not url.startswith("sqlite"):
        server = urlsplit(url.replace("+psycopg", ""))._replace(path="/postgres").geturl()
        return new_database(server, like=url)
    file = folder / f"{next(_numbers)}.db"
    shutil.copyfile(url.partition("///")[2], file)
    return f"sqlite+aiosqlite:///{file}"


@pytest.fixture
def migrated_url(migrated_once: str, tmp_path: Path) -> Callable[[], str]:
    """Addresses of new databases with their tables, each test once on SQLite and once on PostgreSQL."""
    return lambda: copy_of(migrated_once, tmp_path)


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
