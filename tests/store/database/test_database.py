"""Transactions of the database: whole or not at all, one writer after another, readers that see one moment."""

import asyncio
import contextlib
import sqlite3
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError, StatementError
from sqlmodel import select

from store.database.engines import Database
from store.database.tables import SettingRow
from store.migrations.schema import migrate
from store.people.tables import PersonRow, TokenRow
from tests.rows import one_of, put


async def value(database: Database, key: str) -> str | None:
    async with database.read() as session:
        found = await session.get(SettingRow, key)
    return found.value if found else None


async def test_what_a_writer_leaves_is_there_for_readers(database: Database) -> None:
    await put(database, SettingRow(key="a", value="1"))
    assert await value(database, "a") == "1"


async def test_a_writer_that_fails_leaves_nothing(database: Database) -> None:
    with pytest.raises(ZeroDivisionError):
        async with database.write() as session:
            session.add(SettingRow(key="a", value="1"))
            await session.flush()
            raise ZeroDivisionError
    assert await value(database, "a") is None


async def test_each_statement_of_a_lookup_sees_what_was_written_before_it(database: Database) -> None:
    async with database.lookup() as session:
        keys = select(SettingRow.key).where(SettingRow.key == "a")
        assert (await session.exec(keys)).first() is None
        await put(database, SettingRow(key="a", value="1"))
        assert (await session.exec(keys)).first() == "a"


async def test_writers_at_once_lose_nothing(database: Database) -> None:
    await put(database, SettingRow(key="count", value="0"))

    async def count() -> None:
        async with database.write() as session:
            row = (
                await session.exec(select(SettingRow).where(SettingRow.key == "count").with_for_update())
            ).one()
            row.value = str(int(row.value) + 1)
            session.add(row)

    await asyncio.gather(*(count() for _ in range(40)))
    assert await value(database, "count") == "40"


async def test_a_second_process_waits_for_the_writer_instead_of_failing(database: Database) -> None:
    other = Database(database.url)
    started = asyncio.Event()

    async def slow() -> None:
        async with database.write() as session:
            session.add(SettingRow(key="first", value="1"))
            await session.flush()
            started.set()
            await asyncio.to_thread(lambda: None)

    async def second() -> None:
        await started.wait()
        await put(other, SettingRow(key="second", value="2"))

    try:
        await asyncio.gather(slow(), second())
        assert await value(database, "second") == "2"
    finally:
        await other.dispose()


async def test_a_reader_sees_one_moment(database: Database) -> None:
    async with database.read() as reader:
        assert (await reader.exec(select(SettingRow))).all() == []
        await put(database, SettingRow(key="a", value="1"))
        assert (await reader.exec(select(SettingRow))).all() == []


async def test_keys_that_point_nowhere_are_refused(database: Database) -> None:
    now = datetime.now(UTC)
    with pytest.raises(IntegrityError):
        await put(database, TokenRow(digest="x", id="x", person="nobody", created_at=now, expires_at=now))


async def test_a_moment_comes_back_in_utc_whatever_its_zone(database: Database) -> None:
    moscow = timezone(timedelta(hours=3))
    moment = datetime(2026, 11, 23, 9, 0, 0, 123456, tzinfo=moscow)
    await put(
        database,
        PersonRow(key="a", name="a", position="a", password_hash="a"),
        TokenRow(digest="x", id="x", person="a", created_at=moment, expires_at=moment),
    )
    kept = await one_of(database, TokenRow, "x")
    assert kept.created_at == moment
    assert kept.created_at.utcoffset() == timedelta(0)


async def test_a_moment_without_a_zone_is_refused(database: Database) -> None:
    with pytest.raises(StatementError, match="without a time zone"):
        async with database.write() as session:
            session.add(PersonRow(key="a", name="a", position="a", password_hash="a"))
            await session.flush()
            naive = datetime(2026, 11, 23, 9, 0)
            session.add(TokenRow(digest="x", id="x", person="a", created_at=naive, expires_at=naive))


async def test_sqlite_keeps_what_was_answered_through_a_power_failure(tmp_path: Path) -> None:
    database = Database(f"sqlite+aiosqlite:///{tmp_path}/otklik.db")
    await migrate(database)
    async with database.write() as session:
        connection = await session.connection()
        for pragma, expected in (("journal_mode", "wal"), ("synchronous", 2), ("foreign_keys", 1)):
            assert (await connection.execute(text(f"PRAGMA {pragma}"))).scalar() == expected
    await database.dispose()


async def test_a_start_waits_while_another_one_has_the_new_file_for_itself(tmp_path: Path) -> None:
    file = tmp_path / "otklik.db"
    database = Database(f"sqlite+aiosqlite:///{file}")
    with contextlib.closing(sqlite3.connect(file, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        other.execute("CREATE TABLE begun (key)")
        start = asyncio.create_task(migrate(database))
        done, _ = await asyncio.wait([start], timeout=0.3)
        assert not done
        other.execute("ROLLBACK")
    await start
    assert await value(database, "a") is None
    await database.dispose()
