"""Statements in place, waiting in a thread, and never both at once on one connection."""

import asyncio
import contextlib
import sqlite3
import threading
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from sqlalchemy import make_url, text

from store.database.engines import Database
from store.database.near_sqlite import NearConnection, ReadingConnection, near
from store.migrations.schema import migrate


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "near.db"


@contextlib.asynccontextmanager
async def opened(file: Path, kind: type[NearConnection] = NearConnection) -> AsyncIterator[NearConnection]:
    connection = near(make_url(f"sqlite+aiosqlite:///{file}"), 5.0, kind)()
    await connection
    yield connection
    await connection.close()


async def test_a_statement_runs_in_place_and_a_commit_in_the_thread(file: Path) -> None:
    async with opened(file) as connection:
        await connection.create_function("thread", 0, threading.get_ident)
        found = await (await connection.execute("SELECT thread()")).fetchone()
        assert found == (threading.get_ident(),)
        before = connection._finished
        await connection.commit()
        assert connection._finished == before + 1


async def test_a_reader_hands_over_its_statement_and_what_it_found_and_nothing_else(file: Path) -> None:
    async with opened(file, ReadingConnection) as connection:
        await connection.create_function("thread", 0, threading.get_ident)
        await connection.execute("BEGIN")
        before = connection._finished
        cursor = await connection.cursor()
        await cursor.execute("SELECT thread()")
        found = list(await cursor.fetchall())
        await cursor.close()
        await connection.rollback()
        assert found != [(threading.get_ident(),)]
        assert connection._finished == before + 2


async def test_a_writer_waits_for_another_process_and_the_rest_goes_on(file: Path) -> None:
    database = Database(f"sqlite+aiosqlite:///{file}")
    await migrate(database)
    with contextlib.closing(sqlite3.connect(file, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")

        async def write() -> None:
            async with database.write() as session:
                await (await session.connection()).execute(text("UPDATE setting SET value = value"))

        writing = asyncio.create_task(write())
        async with database.lookup() as session:
            assert (
                await (await session.connection()).execute(text("SELECT count(*) FROM setting"))
            ).scalar() == 0
        done, _ = await asyncio.wait([writing], timeout=0.2)
        assert not done
        other.execute("ROLLBACK")
    await writing
    await database.dispose()


async def test_a_writer_that_gave_up_waiting_leaves_the_connection_whole(file: Path) -> None:
    database = Database(f"sqlite+aiosqlite:///{file}")
    await migrate(database)

    async def write() -> None:
        async with database.write() as session:
            await (await session.connection()).execute(text("UPDATE setting SET value = value"))

    with contextlib.closing(sqlite3.connect(file, isolation_level=None)) as other:
        for _ in range(20):
            other.execute("BEGIN IMMEDIATE")
            writing = asyncio.create_task(write())
            await asyncio.wait([writing], timeout=0.01)
            writing.cancel()
            other.execute("ROLLBACK")
            with contextlib.suppress(asyncio.CancelledError):
                await writing
    await write()
    await database.dispose()
