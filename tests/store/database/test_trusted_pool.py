"""A database that was away is used again: nobody pays for it but whoever had it in hand."""

from collections.abc import Callable

import psycopg
import pytest
import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError

from store.database import trusted_pool
from store.database.blocking import BlockingDatabase
from store.database.engines import Database
from tests.postgresql import new_database

ENDED = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s"
ONE = sa.text("SELECT 1")


@pytest.fixture
def lost(postgresql: str) -> tuple[str, Callable[[], None]]:
    """A database, and what ends all its connections."""
    url = new_database(postgresql)

    def end() -> None:
        with psycopg.connect(postgresql, autocommit=True) as connection:
            connection.execute(ENDED, [sa.make_url(url).database])

    return url, end


async def ask(database: Database) -> None:
    async with database.write() as session:
        assert (await (await session.connection()).execute(ONE)).scalar() == 1


async def test_connections_lost_while_nobody_used_them_are_replaced(
    lost: tuple[str, Callable[[], None]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(trusted_pool, "TRUSTED", 0.0)
    url, end = lost
    database, blocking = Database(url), BlockingDatabase(url, 1)
    for _ in range(2):
        await ask(database)
        with blocking.write() as connection:
            assert connection.execute(ONE).scalar() == 1
        end()
    blocking.dispose()
    await database.dispose()


async def test_one_lost_a_moment_after_its_use_fails_once(
    lost: tuple[str, Callable[[], None]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(trusted_pool, "TRUSTED", 60.0)
    url, end = lost
    database = Database(url)
    await ask(database)
    end()
    with pytest.raises(DBAPIError) as failed:
        await ask(database)
    assert failed.value.connection_invalidated
    await ask(database)
    await database.dispose()
