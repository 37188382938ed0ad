"""Records of a message come in order: one written again changes nothing, one that would leave a gap waits."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime

import pytest
from sqlmodel import col, select
from temporalio.exceptions import ApplicationError

from activities.records import Records
from store.blocking import BlockingDatabase
from store.database import Database
from store.tables import JournalRow
from tests.message_row import message_row, message_state
from workflows.state import JournalEntry, Record, Run

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)


def record(*numbers: int, message: str = "1") -> Record:
    """The record that leaves journal rows of these numbers."""
    state = message_state(NOW, message, rows=numbers[-1])
    rows = tuple(JournalEntry(number=number, at=NOW, kind=f"step {number}") for number in numbers)
    return Record(
        message=message,
        run=Run(id="r"),
        number=1,
        state=state,
        overdue=False,
        next_due=None,
        first_due=None,
        rows=rows,
        notices=(),
    )


@pytest.fixture
async def url(migrated_url: Callable[[], str]) -> str:
    """A database with message 1, of which nothing is written yet."""
    url = migrated_url()
    database = Database(url)
    async with database.write() as session:
        session.add(message_row(1, NOW))
    await database.dispose()
    return url


@pytest.fixture
def records(url: str) -> Iterator[Records]:
    database = BlockingDatabase(url, connections=1)
    yield Records(database)
    database.dispose()


async def journal(url: str) -> list[int]:
    database = Database(url)
    async with database.read() as session:
        rows = list(await session.exec(select(JournalRow.number).order_by(col(JournalRow.number))))
    await database.dispose()
    return rows


async def test_records_come_one_after_another_however_often(url: str, records: Records) -> None:
    for given in (record(1), record(2, 3), record(1), record(2, 3), record(4)):
        records.write(given)
    assert await journal(url) == [1, 2, 3, 4]


async def test_a_record_over_a_gap_waits_for_what_is_missing(url: str, records: Records) -> None:
    records.write(record(1))
    with pytest.raises(ApplicationError, match=r"older than Temporal.*otklik recover") as refused:
        records.write(record(3))
    assert not refused.value.non_retryable
    assert await journal(url) == [1]
    records.write(record(2))
    records.write(record(3))
    assert await journal(url) == [1, 2, 3]


async def test_a_record_of_a_message_nobody_knows_is_not_taken_for_written(records: Records) -> None:
    with pytest.raises(ApplicationError, match="message 2"):
        records.write(record(1, message="2"))


async def test_rows_written_in_other_portions_are_written_once(url: str, records: Records) -> None:
    records.write(record(1, 2))
    records.write(record(2, 3))
    assert await journal(url) == [1, 2, 3]
