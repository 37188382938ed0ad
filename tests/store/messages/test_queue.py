"""Queues of people on both databases, each message by its own clock."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

import pytest

from calendar_rules.vocabulary import Stage
from store.database.engines import Database
from store.messages import queue
from store.messages.listing import Page, Place
from store.people import persons
from store.people.tables import PersonRow
from tests.message_row import message_row
from tests.rows import absence_row, add_office, put

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
MICROSECONDS_OF_A_DAY = 24 * 60 * 60 * 1_000_000

PEOPLE = {
    "ann": ("curator", None),
    "bob": ("curator", None),
    "eve": ("executor", "roads"),
    "fay": ("executor", "roads"),
    "gus": ("responsible", "roads"),
    "hal": ("executor", "health"),
    "ida": ("head", None),
    "old": ("curator", None),
}
MESSAGES: Mapping[int, dict[str, Any]] = {
    1: {"step_curator": "ann", "first_due": NOW + 2 * HOUR},
    2: {"step_curator": "bob", "first_due": NOW + HOUR},
    3: {"step_body": "roads", "first_due": NOW + 3 * HOUR},
    4: {"step_body": "roads", "first_due": NOW - HOUR, "assignee": "eve"},
    5: {"step_body": "roads", "first_due": NOW + HOUR, "assignee": "fay"},
    6: {"step_body": "health", "first_due": NOW + HOUR},
    7: {"step_curator": "ann"},
    8: {"stage": "closed"},
    9: {"step_curator": "old", "first_due": NOW + 5 * HOUR},
    10: {"step_body": "roads", "first_due": NOW + HOUR, "assignee": "left"},
    11: {"step_body": "roads", "first_due": NOW + 4 * HOUR, "clock_ahead": MICROSECONDS_OF_A_DAY},
}


@pytest.fixture
async def office(database: Database) -> Database:
    """`old` has left, and `left` is nobody's sign-in."""
    async with database.write() as session:
        await add_office(session, {key: [held] for key, held in PEOPLE.items()}, ("roads", "health"))
        (await session.get_one(PersonRow, "old")).active = False
        session.add_all(message_row(number, NOW, **fields) for number, fields in MESSAGES.items())
    return database


async def be_away(
    database: Database, person: str, substitute: str | None, start: datetime, end: datetime | None
) -> None:
    await put(database, absence_row(person, substitute, start, end, recorded_at=NOW))


async def a_page(database: Database, person: str, *, size: int = 100, after: Place | None = None) -> Page:
    async with database.read() as session:
        actor = await persons.actor(session, person)
        assert actor is not None
        found = partial(queue.page, actor=actor, now=NOW, size=size, after=after)
        return await (await session.connection()).run_sync(found)


async def waiting(database: Database, person: str) -> list[int]:
    """The numbers in the person's queue, which is as long as is said."""
    numbers = [row.number for row in (await a_page(database, person)).rows]
    async with database.read() as session:
        actor = await persons.actor(session, person)
        assert actor is not None
        assert await (await session.connection()).run_sync(queue.count, actor, NOW) == len(numbers)
    return numbers


async def test_a_curator_has_what_they_registered_or_routed_and_what_is_nobodys(office: Database) -> None:
    assert await waiting(office, "ann") == [1, 9, 7]
    assert await waiting(office, "bob") == [2, 9]


async def test_an_executor_has_the_bodys_but_what_is_assigned_to_a_colleague(office: Database) -> None:
    assert await waiting(office, "eve") == [4, 10, 3, 11]
    assert await waiting(office, "fay") == [5, 10, 3, 11]
    assert await waiting(office, "hal") == [6]


async def test_what_waits_for_one_step_is_counted_and_found_alone(office: Database) -> None:
    async with office.write() as session:
        approval = {"stage": "approval", "step_curator": "ann", "first_due": NOW}
        session.add_all(message_row(number, NOW, **approval) for number in (21, 22))
    async with office.read() as session:
        actor = await persons.actor(session, "ann")
        assert actor is not None
        connection = await session.connection()
        counted = await connection.run_sync(queue.by_stage, actor, NOW)
        listed = partial(queue.page, actor=actor, now=NOW, size=100, stage=Stage.APPROVAL)
        assert [row.number for row in (await connection.run_sync(listed)).rows] == [21, 22]
    assert counted[Stage.APPROVAL] == 2
    assert sum(counted.values()) == len(await waiting(office, "ann"))


async def test_others_have_none(office: Database) -> None:
    assert await waiting(office, "ida") == []
    assert await waiting(office, "gus") == []


async def test_a_substitute_has_what_is_the_absent_persons_from_the_first_moment_on(office: Database) -> None:
    await be_away(office, "ann", "hal", NOW, None)
    await be_away(office, "eve", "ida", NOW - DAY, NOW)
    assert await waiting(office, "hal") == [6, 1, 9, 7]
    assert await waiting(office, "ann") == [1, 9, 7]
    assert await waiting(office, "ida") == []


async def test_a_chain_of_substitutes_reaches_its_end(office: Database) -> None:
    await be_away(office, "eve", "hal", NOW, NOW + HOUR)
    await be_away(office, "hal", "ida", NOW, None)
    assert await waiting(office, "ida") == [
        4,
        6,
        10,
        3,
    ]  # 11 lives a day later: the first of the chain is back


async def test_an_absence_is_judged_by_the_messages_own_clock(office: Database) -> None:
    await be_away(office, "eve", "ida", NOW + DAY, None)
    assert await waiting(office, "ida") == [11]
    await be_away(office, "fay", "hal", NOW + HOUR, NOW + DAY)
    assert await waiting(office, "hal") == [6]


async def test_the_responsible_has_the_bodys_while_no_executor_is_at_work(office: Database) -> None:
    await be_away(office, "eve", "ida", NOW, None)
    assert await waiting(office, "gus") == []
    await be_away(office, "fay", "ida", NOW, NOW + DAY)
    assert await waiting(office, "gus") == [4, 5, 10, 3]
    async with office.write() as session:
        for key in ("eve", "fay"):
            person = await session.get(PersonRow, key)
            assert person is not None
            person.active = False
    assert await waiting(office, "gus") == [4, 5, 10, 3, 11]


async def test_what_is_an_absent_executors_without_a_substitute_is_the_responsibles(office: Database) -> None:
    await be_away(office, "eve", None, NOW, NOW + DAY)
    assert await waiting(office, "gus") == [4, 10, 3]
    assert await waiting(office, "fay") == [5, 10, 3, 11]
    assert await waiting(office, "hal") == [6]


async def test_what_is_an_absent_curators_without_a_substitute_is_every_curators(office: Database) -> None:
    await be_away(office, "ann", None, NOW, None)
    assert await waiting(office, "bob") == [2, 1, 9, 7]
    assert await waiting(office, "ida") == []


async def test_a_chain_that_ends_with_nobody_ends_with_the_responsible(office: Database) -> None:
    await be_away(office, "eve", "ida", NOW, None)
    assert await waiting(office, "gus") == []
    await be_away(office, "ida", None, NOW, None)
    assert await waiting(office, "gus") == [4, 10, 3, 11]


async def test_whoever_stands_in_for_the_responsible_has_it_too(office: Database) -> None:
    await be_away(office, "eve", None, NOW, None)
    await be_away(office, "gus", "hal", NOW, None)
    assert await waiting(office, "hal") == [4, 6, 10, 3, 11]


async def test_what_is_theirs_for_two_reasons_is_there_once(office: Database) -> None:
    await be_away(office, "eve", "fay", NOW, None)
    assert await waiting(office, "fay") == [4, 5, 10, 3, 11]


@pytest.mark.parametrize("size", [1, 2, 5])
async def test_pages_follow_one_another_without_a_gap(office: Database, size: int) -> None:
    await be_away(office, "ann", "eve", NOW, None)
    whole = await waiting(office, "eve")
    assert whole == [4, 10, 1, 3, 11, 9, 7]
    found: list[int] = []
    after: Place | None = None
    while True:
        one = await a_page(office, "eve", size=size, after=after)
        assert one.rows
        found += [row.number for row in one.rows]
        if one.next is None:
            break
        after = one.next
    assert found == whole
