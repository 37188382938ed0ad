"""The record of access in the database: added to, searched by indexes, and never changed."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from store.access import record as access
from store.access.record import Access, Sought
from store.access.tables import AccessRecordRow
from store.database import statements
from store.database.engines import Database
from store.database.session import IntegrityError
from tests.message_row import message_row
from tests.rows import put

NOW = datetime.now(UTC)
MINUTE = timedelta(minutes=1)
LONG_AGO = NOW - timedelta(days=400)


def seen(minute: int = 0, *messages: int, person: str = "ann", call: str = "message.open") -> Access:
    return Access(NOW + minute * MINUTE, call, "ok", person, "10.0.0.1", messages)


async def write(database: Database, *rows: Access) -> None:
    async with database.write() as session:
        await statements.run(session, access.statements(rows))


async def found(
    database: Database, before: int | None = None, limit: int = 100, **sought: Any
) -> Sequence[AccessRecordRow]:
    async with database.read() as session:
        return await access.page(session, Sought(**sought), before=before, limit=limit)


async def execute(database: Database, statement: str) -> list[Any]:
    async with database.write() as session:
        done = await (await session.connection()).execute(sa.text(statement))
        return list(done) if done.returns_rows else []


async def test_rows_are_found_by_whatever_they_have_the_newest_first(database: Database) -> None:
    opened, listed, other, failed = (
        seen(0, 70),
        seen(1, 64, 70, 200, call="messages.list"),
        seen(2, 64, person="bob"),
        Access(NOW + 3 * MINUTE, "sign_in.failed", "not_signed_in"),
    )
    await write(database, opened, listed, other, failed)

    async def ids(**sought: Any) -> list[int]:
        return [row.id for row in await found(database, **sought)]

    assert await ids() == [failed.id, other.id, listed.id, opened.id]
    assert await ids(person="ann") == [listed.id, opened.id]
    assert await ids(message=70) == [listed.id, opened.id]
    assert await ids(message=64) == [other.id, listed.id]
    assert await ids(message=200) == [listed.id]
    assert await ids(message=7) == await ids(message=20) == []
    assert await ids(call="messages.list", message=70) == [listed.id]
    assert await ids(outcome="not_signed_in") == [failed.id]
    assert await ids(begins=NOW + MINUTE, ends=NOW + 3 * MINUTE) == [other.id, listed.id]
    assert await ids(message=70, begins=NOW + MINUTE) == [listed.id]


def shown(minute: int, *candidates: int, messages: Sequence[int] = ()) -> Access:
    return Access(
        NOW + minute * MINUTE, "candidates.list", "ok", "ann", "::1", messages, candidates=candidates
    )


async def test_rows_are_found_by_the_candidate_that_became_a_message(database: Database) -> None:
    """Also those of before: whoever saw the candidate saw the same author and text."""
    rows = [
        shown(0, 70, 71),
        seen(1, 70),
        shown(2, 71),
        shown(3, 6, 70, messages=[5]),
        seen(4, 5),
        seen(5, 6),
    ]
    await write(database, *rows)
    await put(database, message_row(5, NOW, candidate=70))

    async def ids(**sought: Any) -> list[int]:
        return [
            rows.index(next(row for row in rows if row.id == one.id))
            for one in await found(database, **sought)
        ]

    assert await ids(message=5) == [4, 3, 0]
    assert await ids(candidate=70) == [3, 0]
    assert await ids(candidate=71) == [2, 0]
    assert await ids(message=70) == [1]
    assert await ids(candidate=6) == [3]
    first = await found(database, message=5, limit=2)
    rest = await found(database, message=5, before=first[-1].id)
    assert [row.candidates for row in (*first, *rest)] == ["", " 6 70 ", " 70 71 "]


async def test_pages_go_on_where_the_last_one_ended(database: Database) -> None:
    rows = [seen(minute, 1, 2) for minute in range(5)]
    await write(database, *rows)
    for sought in ({}, {"message": 2}, {"person": "ann"}):
        first = await found(database, limit=2, **sought)
        rest = await found(database, before=first[-1].id, **sought)
        assert [row.id for row in (*first, *rest)] == [row.id for row in reversed(rows)]


async def test_a_row_is_kept_as_it_was(database: Database) -> None:
    await write(database, Access(NOW, "queue", "ok", "ann", "::1", (3, 2**62), {"acting_for": ["bob"]}))
    (row,) = await found(database)
    assert (row.at, row.call, row.outcome, row.person, row.address) == (NOW, "queue", "ok", "ann", "::1")
    assert (row.messages, row.details) == (f" 3 {2**62} ", {"acting_for": ["bob"]})
    assert [one.id for one in await found(database, message=2**62)] == [row.id]


CHANGES = (
    "UPDATE access_record SET person = 'nobody'",
    "UPDATE access_block SET block = 0",
    "DELETE FROM access_record",
    "DELETE FROM access_block",
)


@pytest.mark.parametrize("change", CHANGES)
async def test_the_database_refuses_to_change_or_delete_a_row(database: Database, change: str) -> None:
    await write(database, seen(0, 1), Access(LONG_AGO, "queue", "ok", messages=[1]))
    with pytest.raises(IntegrityError, match="never changed"):
        await execute(database, change)
    assert len(await found(database, message=1)) == 2


async def test_nothing_takes_the_place_of_a_row(database: Database) -> None:
    await write(database, seen())
    if not database.is_sqlite:
        with pytest.raises(IntegrityError, match="never changed"):
            await execute(database, "TRUNCATE access_record")
        return
    with pytest.raises(IntegrityError, match="never changed"):
        await execute(
            database,
            "REPLACE INTO access_record SELECT id, at, 'nobody', call, outcome, address, messages, details, candidates "
            "FROM access_record",
        )


async def test_what_is_older_than_a_year_can_be_forgotten(database: Database) -> None:
    old, new = Access(LONG_AGO, "queue", "ok", messages=[1]), seen(0, 1)
    await write(database, old, new)
    with pytest.raises(IntegrityError):
        async with database.write() as session:
            await access.forget_before(session, NOW + MINUTE)
    async with database.write() as session:
        before = NOW - access.KEPT_FOR
        assert await access.forget_before(session, before) == 1
    assert [row.id for row in await found(database, message=1)] == [new.id]
    assert await execute(database, "SELECT count(*) FROM access_block") == [(1,)]
