"""Each number of the overview is the length of the list that it opens, whoever looks."""

from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

import sqlalchemy as sa

from calendar_rules.vocabulary import Role
from store.database.engines import Database
from store.messages.listing import Filters, page
from store.messages.tables import LimitRunRow, MessageBodyRow
from store.oversight.overview import Stood, Work, last_late, stood, work
from store.people.persons import Actor, RoleHeld, Substitution
from tests.message_row import message_row
from tests.rows import actor_of, ask

NOW = datetime(2026, 11, 26, 9, tzinfo=UTC)
DAY = timedelta(days=1)
PERIODS = [(NOW - DAY, NOW), (NOW - 7 * DAY, NOW - DAY), (NOW - 30 * DAY, NOW - 20 * DAY)]
HEAD = actor_of("head", Role.HEAD)
OF_ROADS = actor_of("r", Role.RESPONSIBLE, "roads")
OF_BOTH = actor_of("d", Role.DEPUTY, "roads", "housing")
AHEAD = Actor(
    *("s", "", "", (RoleHeld("r", Role.RESPONSIBLE, "roads"),)), (Substitution("r", "s", NOW + DAY, None),)
)
"""Sees only messages whose clock is a day ahead."""


def run(message: int, number: int, name: str, **moments: Any) -> LimitRunRow:
    fields: dict[str, Any] = {"started_at": NOW, "due_at": NOW, "run": {}} | moments
    return LimitRunRow(
        message=message, number=number, name=name, holder_role="executor", holder_body="roads", **fields
    )


async def fill(database: Database) -> None:
    """Thirty messages, detected, answered and late here and there."""
    hours = count(5, 17)
    async with database.write() as session:
        for number in range(1, 31):
            at = NOW - timedelta(hours=next(hours))
            ahead = 2 * DAY // timedelta(microseconds=1) if number % 7 == 0 else 0
            session.add(
                message_row(number, at, stage="closed" if number % 3 else "preparation", clock_ahead=ahead)
            )
        await session.flush()
        for number in range(1, 31):
            at = NOW - timedelta(hours=number * 16)
            session.add(MessageBodyRow(message=number, body="roads" if number % 2 else "housing"))
            session.add(run(number, 1, "publication", met_at=at if number % 4 else None))
            # A second text of the same message counts once.
            session.add(run(number, 2, "publication", met_at=at + timedelta(minutes=5)))
            session.add(run(number, 3, "draft", breached_at=at, inherited=number % 5 == 0))
            session.add(run(number, 4, "answer", breached_at=at, met_at=at))


def lengths(connection: sa.Connection, actor: Actor, since: datetime, to: datetime) -> Work:
    """What the lists have."""
    asked = (
        Filters(detected_from=since, detected_to=to),
        Filters(published_from=since, published_to=to),
        Filters(breached_from=since, breached_to=to),
    )
    return Work(*(len(page(connection, actor, one, NOW, size=100).rows) for one in asked))


async def test_every_number_is_the_length_of_its_list(database: Database) -> None:
    await fill(database)
    async with database.read() as session:
        connection = await session.connection()
        for actor in (HEAD, OF_ROADS, OF_BOTH, AHEAD):
            found = await connection.run_sync(work, actor, NOW, PERIODS)
            assert found == [await connection.run_sync(lengths, actor, since, to) for since, to in PERIODS]
            assert any(one.received and one.published and one.breached for one in found)
        whole = await connection.run_sync(work, HEAD, NOW, PERIODS)
        assert whole != await connection.run_sync(work, OF_ROADS, NOW, PERIODS)


async def test_what_was_late_last_is_the_last_of_all_one_sees(database: Database) -> None:
    await fill(database)
    async with database.write() as session:
        # Still owed, and met without having been late.
        session.add(run(1, 5, "draft", breached_at=NOW))
        session.add(run(1, 6, "draft", met_at=NOW))
        # Fell away late.
        session.add(run(21, 5, "draft", breached_at=NOW - DAY, cancelled_at=NOW - timedelta(minutes=3)))
        session.add(
            run(2, 5, "draft", breached_at=NOW - DAY, met_at=NOW - timedelta(minutes=2), inherited=True)
        )
    found = {
        actor.key: await ask(database, last_late, actor, NOW) for actor in (HEAD, OF_ROADS, OF_BOTH, AHEAD)
    }
    minutes = {"head": 2, "r": 3, "d": 2, "s": 3}
    assert found == {who: NOW - timedelta(minutes=number) for who, number in minutes.items()}


async def test_what_stood_at_a_moment_that_is_over(database: Database) -> None:
    then, within = NOW - DAY, NOW - DAY + timedelta(hours=2)
    before, soon, since = then - timedelta(hours=3), then + timedelta(hours=1), NOW - timedelta(hours=1)
    begun = {"started_at": then - DAY}
    async with database.write() as session:
        for number in range(1, 10):
            session.add(message_row(number, then - DAY))
        await session.flush()
        session.add_all(MessageBodyRow(message=number, body="roads") for number in range(1, 9))
        session.add_all(
            [
                # Late then: still so, and done since; twice of one message.
                run(1, 1, "draft", due_at=before, breached_at=before, **begun),
                run(1, 2, "answer", due_at=before, breached_at=before, **begun),
                run(2, 1, "draft", due_at=before, breached_at=before, met_at=since, **begun),
                # Done by then, and late only since.
                run(3, 1, "draft", due_at=before, breached_at=before, met_at=then, **begun),
                run(4, 1, "draft", due_at=since, breached_at=since, **begun),
                # Due soon then: met in time, and broken; not what was late already, had not begun or was no duty.
                run(5, 1, "draft", due_at=soon, met_at=soon, **begun),
                run(9, 1, "draft", due_at=soon, breached_at=soon, **begun),
                run(2, 2, "answer", due_at=soon, **begun),
                run(6, 1, "draft", due_at=soon, started_at=soon),
                run(7, 1, "return", due_at=soon, **begun),
                run(8, 1, "draft", due_at=within, **begun),
            ]
        )
    async with database.read() as session:
        connection = await session.connection()
        assert await connection.run_sync(stood, HEAD, NOW, then, within) == Stood(2, 2)
        assert await connection.run_sync(stood, OF_ROADS, NOW, then, within) == Stood(2, 1)


async def test_nothing_was_late_where_nothing_is_seen(database: Database) -> None:
    await fill(database)
    nobody = actor_of("n", Role.RESPONSIBLE, "sport")
    async with database.read() as session:
        connection = await session.connection()
        assert await connection.run_sync(last_late, nobody, NOW) is None
        assert await connection.run_sync(work, nobody, NOW, PERIODS) == [Work(0, 0, 0)] * len(PERIODS)


async def test_a_list_is_narrowed_by_both_at_once(database: Database) -> None:
    await fill(database)
    async with database.read() as session:
        connection = await session.connection()
        both = Filters(breached_from=NOW - 7 * DAY, published_to=NOW - DAY, body="roads", q="b")
        found = await connection.run_sync(page, HEAD, both, NOW, size=100)
    assert [row.number for row in found.rows] == [9, 7, 5, 3]
