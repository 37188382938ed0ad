"""The list of messages on both databases: every filter by itself and with others, both orders, page by page."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from calendar_rules.vocabulary import Role
from store.database.engines import Database
from store.messages.listing import Filters, Page, Place, Sort, page
from store.messages.searching import found_by
from store.messages.tables import MessageBodyRow
from store.people.persons import Actor
from store.people.tables import BodyRow
from tests.message_row import message_row
from tests.rows import actor_of, ask, put

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
HOUR = timedelta(hours=1)
CURATOR = actor_of("curator", Role.CURATOR)
ROADS = actor_of("executor-roads", Role.EXECUTOR, "roads")
DEPUTY = actor_of("deputy", Role.DEPUTY, "roads", "health")

MESSAGES: Mapping[int, dict[str, Any]] = {
    1: {"stage": "closed", "outcome": "answered", "topic": "pits", "importance": "high", "curator": "ann"},
    2: {
        "stage": "preparation",
        "topic": "pits",
        "first_due": NOW + HOUR,
        "curator": "bob",
        "assignee": "eve",
    },
    3: {"stage": "preparation", "topic": "snow", "first_due": NOW - HOUR, "overdue": True, "curator": "bob"},
    4: {"stage": "routing", "network": "blog", "first_due": NOW + 3 * HOUR, "curator": "ann"},
    5: {"stage": "approval", "importance": "high", "first_due": NOW + HOUR, "curator": "ann"},
    6: {"stage": "awaiting_author", "topic": "pits", "curator": "bob", "assignee": "eve"},
    7: {"stage": "closed", "outcome": "declined", "topic": "snow", "curator": "bob", "network": "blog"},
}
BODIES = {"roads": (1, 2, 5, 6), "housing": (2, 3), "health": (7,)}
DUE_FIRST = [3, 2, 5, 4, 7, 6, 1]


@pytest.fixture
async def messages(database: Database) -> Database:
    """Detected an hour apart; seven words, of which each has one."""
    async with database.write() as session:
        session.add_all(BodyRow(key=key, title=key, short_title=key, kind="executive") for key in BODIES)
        for number, fields in MESSAGES.items():
            words = found_by(f"жалоба № {number}4, дом 4, слово{number}")
            session.add(message_row(number, NOW + number * HOUR, **{"search_text": words} | fields))
        await session.flush()
        session.add_all(
            MessageBodyRow(message=number, body=body)
            for body, numbers in BODIES.items()
            for number in numbers
        )
    return database


async def a_page(database: Database, actor: Actor = CURATOR, size: int = 10, **asked: Any) -> Page:
    """A page, asked as the route does; what is not a filter is the order."""
    order = {name: asked.pop(name) for name in ("sort", "after") if name in asked}
    return await ask(database, lambda sync: page(sync, actor, Filters(**asked), NOW, size=size, **order))


async def listed(database: Database, actor: Actor = CURATOR, **asked: Any) -> list[int]:
    return [row.number for row in (await a_page(database, actor, **asked)).rows]


FILTERED: list[tuple[dict[str, Any], list[int]]] = [
    ({}, [7, 6, 5, 4, 3, 2, 1]),
    ({"stage": "preparation"}, [3, 2]),
    ({"overdue": False}, [7, 6, 5, 4, 2, 1]),
    ({"network": "blog"}, [7, 4]),
    ({"topic": "pits"}, [6, 2, 1]),
    ({"importance": "high"}, [5, 1]),
    ({"outcome": "declined"}, [7]),
    ({"void": False, "topic": "snow"}, [7, 3]),
    ({"void": True}, []),
    ({"curator": "ann"}, [5, 4, 1]),
    ({"assignee": "eve"}, [6, 2]),
    ({"detected_to": NOW + 3 * HOUR}, [2, 1]),
    ({"detected_from": NOW + 2 * HOUR, "detected_to": NOW + 4 * HOUR}, [3, 2]),
    ({"due_before": NOW + 2 * HOUR}, [5, 3, 2]),
    ({"due_before": NOW + 2 * HOUR, "overdue": False}, [5, 2]),
    ({"curator": "bob", "topic": "snow"}, [7, 3]),
    ({"curator": "ann", "importance": "high", "stage": "approval"}, [5]),
    ({"body": "roads", "topic": "pits", "curator": "bob"}, [6, 2]),
    ({"q": "жалоба", "curator": "ann", "stage": "routing"}, [4]),
    ({"q": "жалоба", "body": "housing", "due_before": NOW}, [3]),
    ({"q": "54"}, [5]),
]


async def test_filters_hold_together_in_both_orders(messages: Database) -> None:
    for asked, expected in FILTERED:
        assert await listed(messages, **asked) == expected, asked
        by_due = sorted(expected, key=DUE_FIRST.index)
        assert await listed(messages, sort=Sort.DUE, **asked) == by_due, asked


@pytest.mark.parametrize(
    ("actor", "expected"), [(ROADS, [6, 5, 2, 1]), (DEPUTY, [7, 6, 5, 2, 1])], ids=["executor", "deputy"]
)
async def test_each_sees_their_own_in_both_orders(
    messages: Database, actor: Actor, expected: list[int]
) -> None:
    bobs = [number for number in expected if MESSAGES[number]["curator"] == "bob"]
    given: list[tuple[dict[str, Any], list[int]]] = [({"curator": "bob"}, bobs), ({"q": "жалоба"}, expected)]
    for asked, seen in given:
        assert await listed(messages, actor, **asked) == seen
        assert await listed(messages, actor, sort=Sort.DUE, **asked) == sorted(seen, key=DUE_FIRST.index)


@pytest.mark.parametrize("sort", Sort)
@pytest.mark.parametrize(("size", "q"), [(1, "№ 3"), (3, None), (7, None)])
async def test_pages_follow_one_another_without_a_gap(
    messages: Database, sort: Sort, size: int, q: str | None
) -> None:
    whole = await listed(messages, sort=sort, q=q)
    found: list[int] = []
    after: Place | None = None
    while True:
        one = await a_page(messages, sort=sort, q=q, size=size, after=after)
        assert one.rows
        found += [row.number for row in one.rows]
        if one.next is None:
            break
        assert len(one.rows) == size
        after = one.next
    assert found == whole
    assert len(whole) == len(set(whole))


@pytest.mark.parametrize("sort", Sort)
async def test_the_message_of_the_number_sought_stands_first(messages: Database, sort: Sort) -> None:
    """«№ 34» is in the text of message 3, and the word «4» in that of every message."""
    everywhere = [4, 7, 6, 5, 3, 2, 1]
    for q, expected in (("№ 3", [3]), (" №3 ", [3]), ("4", everywhere), ("34", [3]), ("03", [])):
        found = await listed(messages, q=q, sort=sort)
        assert (found[:1], sorted(found)) == (expected[:1], sorted(expected)), q


async def test_a_number_is_found_only_where_the_rest_holds(messages: Database) -> None:
    assert await listed(messages, q="4", stage="closed") == [7, 1]
    assert await listed(messages, ROADS, q="№ 4") == []
    assert await listed(messages, q="4", body="housing", sort=Sort.DUE) == [3, 2]


async def test_a_number_as_large_as_people_can_write_it_is_no_failure(messages: Database) -> None:
    assert await listed(messages, q="999999999") == []
    assert await listed(messages, q="9" * 30) == []


async def test_what_is_due_while_pages_are_read_moves_none_of_the_others(messages: Database) -> None:
    first = await a_page(messages, sort=Sort.DUE, size=2)
    assert [row.number for row in first.rows] == [3, 2]
    await put(messages, message_row(8, NOW, first_due=NOW - 2 * HOUR))
    rest = await a_page(messages, sort=Sort.DUE, after=first.next)
    assert [row.number for row in rest.rows] == [5, 4, 7, 6, 1]
