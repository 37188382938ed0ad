"""The record of access while it is written: together, in time, and kept while the database takes nothing."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from itertools import chain, count
from typing import Any

import pytest
import sqlalchemy as sa

from service.access import record as access_record
from service.access.record import AccessRecord
from service.runs import rules
from store.access import record as access
from store.access.record import Access
from store.database.engines import Database
from store.database.session import OperationalError
from tests.databases import migrated_once  # noqa: F401 - on both
from tests.patience import PATIENCE

RULES = rules.load(None, None)


@pytest.fixture
async def database(migrated_url: Callable[[], str]) -> AsyncIterator[Database]:
    database = Database(migrated_url(), wait=0.2)
    yield database
    await database.dispose()


@pytest.fixture
async def record(database: Database) -> AsyncIterator[AccessRecord]:
    record = AccessRecord(database, RULES.zone)
    yield record
    await record.close()


def row(number: int = 1) -> Access:
    return Access(datetime.now(UTC), "message.open", "ok", "ann", "10.0.0.1", (number,))


async def numbers(database: Database) -> list[int]:
    async with database.read() as session:
        rows = await (await session.connection()).execute(
            sa.text("SELECT messages FROM access_record ORDER BY id")
        )
        return [int(messages) for (messages,) in rows]


class Refusing:
    """A database in place of one that takes nothing while `takes` is not set."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self.takes = asyncio.Event()
        self.transactions = 0

    @asynccontextmanager
    async def write(self) -> AsyncIterator[Any]:
        self.transactions += 1
        if not self.takes.is_set():
            raise OperationalError("INSERT", {}, Exception("disk is full"))
        async with self._database.write() as session:
            yield session


async def test_a_row_is_in_the_database_when_keeping_it_returns(
    database: Database, record: AccessRecord
) -> None:
    await record.keep(row(7))
    assert await numbers(database) == [7]


async def test_rows_that_wait_together_are_written_together(database: Database) -> None:
    counted = Refusing(database)
    counted.takes.set()
    record = AccessRecord(counted, RULES.zone)  # type: ignore[arg-type]
    await asyncio.gather(*(record.keep(row(number)) for number in range(50)))
    assert sorted(await numbers(database)) == list(range(50))
    assert counted.transactions <= 2


async def test_what_may_be_written_later_goes_with_what_is_to_be_sooner(database: Database) -> None:
    counted = Refusing(database)
    counted.takes.set()
    record = AccessRecord(counted, RULES.zone)  # type: ignore[arg-type]
    record.add(row(1), within=2 * PATIENCE)
    writing = record._writing
    assert writing is not None
    assert not (await asyncio.wait({writing}, timeout=2 * access_record.GATHER))[0]
    record.add(row(2))
    async with asyncio.timeout(PATIENCE):
        await writing
    assert await numbers(database) == [1, 2]
    assert counted.transactions == 1
    await record.close()


async def test_rows_of_one_moment_do_not_take_each_others_number(
    database: Database, record: AccessRecord, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As two processes might: the number is drawn again."""
    drawn = chain([5, 5, 5], count(6))
    monkeypatch.setattr("secrets.randbelow", lambda _most: next(drawn))
    at = datetime.now(UTC)
    await record.keep(Access(at, "queue", "ok", messages=[1]))
    record.add(Access(at, "queue", "ok", messages=[2]))
    await record.close()
    assert await numbers(database) == [1, 2]


async def test_what_the_database_does_not_take_is_kept_and_holds_nobody_up(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(access_record, "_PAUSE", 0.01)
    refusing = Refusing(database)
    record = AccessRecord(refusing, RULES.zone)  # type: ignore[arg-type]
    async with asyncio.timeout(PATIENCE):
        for number in (1, 2, 3):
            await record.keep(row(number))
    assert await numbers(database) == []
    refusing.takes.set()
    await record.keep(row(4))
    await record.close()
    assert await numbers(database) == [1, 2, 3, 4]


async def test_nothing_more_is_shown_once_too_much_is_kept(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(access_record, "MOST_WAITING", 3)
    monkeypatch.setattr(access_record, "_PAUSE", 0.01)
    refusing = Refusing(database)
    record = AccessRecord(refusing, RULES.zone)  # type: ignore[arg-type]
    for _ in range(3):
        assert not record.is_full
        record.add(row())
    assert record.is_full
    refusing.takes.set()
    await record.close()
    assert not record.is_full


async def test_nothing_is_lost_when_the_process_stops(database: Database, record: AccessRecord) -> None:
    for number in range(600):  # more than a transaction takes
        record.add(row(number))
    record.add_of_stranger(row(600))
    record.add_of_stranger(row(600))
    await record.close()
    assert sorted(await numbers(database)) == [*range(600), 600, 600]


async def test_strangers_of_many_addresses_are_told_of_together(
    database: Database, record: AccessRecord, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(access_record, "_MOST_STRANGERS", 10)
    for number in range(100):
        record.add_of_stranger(
            Access(datetime.now(UTC), "queue", "not_signed_in", address=f"10.0.0.{number}")
        )
    await record.close()
    async with database.read() as session:
        rows = await access.page(session, access.Sought(), before=None, limit=100)
    assert len(rows) == 10 + 2
    assert (rows[0].address, rows[0].details) == ("…", {"times": 89})
