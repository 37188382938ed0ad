"""The list of messages: what each person sees, filtered, page by page."""

from typing import Any
from uuid import uuid4

import pytest

from tests.api.messages.case import Case
from tests.api.messages.office import Office, refused, taken

WORD = uuid4().hex
"""In the text of these messages only."""


@pytest.fixture(scope="module")
async def cases(office: Office) -> dict[str, Case]:
    """In order of registration, which is not the order of their clocks."""

    async def begin(starts: str, author: str) -> Case:
        return await Case.begin(
            office, starts, author=author, text=f"Ёлку\u00a0у шко\u200bлы № 5 не убрали. {WORD}"
        )

    routing = await begin("wed 09:00", "Фёдор Иволгин")
    roads = await begin("mon 09:00", "Анна_Мария 100%")
    await roads.route("roads")
    await roads.at("mon 14:45")
    joint = await begin("tue 09:00", "Раиса")
    await joint.route("housing", "health")
    await joint.contribute()
    returned = await begin("mon 09:00", "Семён")
    await returned.route("roads")
    await returned.give_back()
    closed = await begin("mon 09:00", "Глафира")
    await closed.route("health")
    await closed.submit()
    await closed.approve()
    await closed.publish()
    return {"routing": routing, "roads": roads, "joint": joint, "returned": returned, "closed": closed}


async def listed(office: Office, cases: dict[str, Case], person: str, **params: Any) -> list[str]:
    """Names of the messages in the person's list, in order."""
    names = {case.id: name for name, case in cases.items()}
    items = taken(await office.get(person, "/messages", **{"q": WORD, **params}))["items"]
    return [names[item["id"]] for item in items]


NEWEST_FIRST = ["closed", "returned", "joint", "roads", "routing"]


@pytest.mark.parametrize(
    ("person", "expected"),
    [
        *((person, NEWEST_FIRST) for person in ("curator", "curator2", "head", "governor", "admin")),
        ("deputy-policy", NEWEST_FIRST),
        ("executor-roads", ["returned", "roads"]),
        ("responsible-roads", ["returned", "roads"]),
        ("executor-housing", ["joint"]),
        ("executor-health", ["closed", "joint"]),
        ("responsible-health", ["closed", "joint"]),
        ("deputy", ["returned", "joint", "roads"]),
        ("deputy-social", ["closed", "joint"]),
        ("executor-culture", []),
        ("deputy-culture", []),
    ],
)
async def test_each_sees_what_they_may_newest_registered_first(
    office: Office, cases: dict[str, Case], person: str, expected: list[str]
) -> None:
    assert await listed(office, cases, person) == expected


@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        ({"stage": "routing"}, ["returned", "routing"]),
        ({"stage": "preparation"}, ["joint", "roads"]),
        ({"stage": "closed"}, ["closed"]),
        ({"stage": "rework"}, []),
        ({"body": "roads"}, ["returned", "roads"]),
        ({"body": "housing"}, ["joint"]),
        ({"body": "health"}, ["closed", "joint"]),
        ({"body": "no-such-body"}, []),
        ({"overdue": "true"}, ["roads"]),
        ({"overdue": "false"}, ["closed", "returned", "joint", "routing"]),
        ({"stage": "preparation", "overdue": "true"}, ["roads"]),
        ({"stage": "routing", "body": "roads"}, ["returned"]),
        ({"stage": "routing", "body": "health"}, []),
    ],
)
async def test_filters_narrow_the_list(
    office: Office, cases: dict[str, Case], filters: dict[str, str], expected: list[str]
) -> None:
    assert await listed(office, cases, "curator", **filters) == expected


@pytest.mark.parametrize(
    ("q", "expected"),
    [
        ("фёдор иволгин", ["routing"]),
        ("ФЕДОР", ["routing"]),
        ("Анна_Мария 100%", ["roads"]),
        ("Анна%", []),
        ("АннаХМария", []),
    ],
)
async def test_words_are_sought_in_author_text_and_link(
    office: Office, cases: dict[str, Case], q: str, expected: list[str]
) -> None:
    assert await listed(office, cases, "curator", q=q) == expected
    # As people type it: what was copied from a page has spaces that do not break, and signs nobody sees.
    assert await listed(office, cases, "curator", q=f"елку у школы № 5 не убрали. {WORD}") == NEWEST_FIRST
    assert await listed(office, cases, "curator", q=cases["joint"].view["url"]) == ["joint"]


async def test_pages_follow_one_another_without_a_gap(office: Office, cases: dict[str, Case]) -> None:
    found: list[str] = []
    cursor: dict[str, str] = {}
    while True:
        page = taken(await office.get("curator", "/messages", q=WORD, limit=2, **cursor))
        found += [item["id"] for item in page["items"]]
        if page["next"] is None:
            break
        assert len(page["items"]) == 2
        cursor = {"cursor": page["next"]}
    assert found == [cases[name].id for name in NEWEST_FIRST]


async def test_a_message_registered_meanwhile_moves_no_page(office: Office, cases: dict[str, Case]) -> None:
    first = taken(await office.get("curator", "/messages", limit=2))
    await Case.begin(office)
    second = taken(await office.get("curator", "/messages", limit=2, cursor=first["next"]))
    assert not {item["id"] for item in first["items"]} & {item["id"] for item in second["items"]}


async def test_a_list_shows_a_message_as_reading_it_does(office: Office, cases: dict[str, Case]) -> None:
    for person in ("curator", "executor-health"):
        for item in taken(await office.get(person, "/messages", q=WORD))["items"]:
            assert item == taken(await office.get(person, f"/messages/{item['id']}"))


async def test_a_list_is_for_those_who_signed_in(office: Office) -> None:
    refused(await office.get(None, "/messages"), 401)
