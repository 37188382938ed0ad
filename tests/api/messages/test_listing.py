"""The list of messages: what each person sees, filtered, page by page."""

from collections.abc import Sequence
from typing import Any
from uuid import uuid4

import pytest

from tests.api.messages.case import Case, standing_still
from tests.api.messages.office import Office, refused, taken
from tests.api.messages.week import at

WORD = uuid4().hex
"""In the text of these messages only."""


@pytest.fixture(scope="module")
async def cases(office: Office) -> dict[str, Case]:
    """In order of registration, which is not the order of their clocks."""

    async def begin(starts: str, author: str, to: Sequence[str] = ()) -> Case:
        return await Case.begin(
            office, starts, author=author, to=to, text=f"Ёлку\u00a0у шко\u200bлы № 5 не убрали. {WORD}"
        )

    routing = await begin("wed 09:00", "Фёдор Иволгин")
    roads = await begin("mon 09:00", "Анна_Мария 100%", to=["roads"])
    await roads.at("mon 14:45")
    joint = await begin("tue 09:00", "Раиса", to=["housing", "health"])
    await joint.contribute()
    returned = await begin("mon 09:00", "Семён", to=["roads"])
    await returned.give_back()
    closed = await begin("mon 09:00", "Глафира", to=["health"])
    await closed.answer()
    return {"routing": routing, "roads": roads, "joint": joint, "returned": returned, "closed": closed}


async def listed(office: Office, cases: dict[str, Case], person: str, **params: Any) -> list[str]:
    """Names of the messages in the person's list, in order."""
    names = {case.id: name for name, case in cases.items()}
    items = taken(await office.get(person, "/messages", **{"q": WORD, **params}))["items"]
    return [names[item["id"]] for item in items]


NEWEST_FIRST = ["closed", "returned", "joint", "roads", "routing"]


async def test_each_sees_what_they_may_newest_registered_first(
    office: Office, cases: dict[str, Case]
) -> None:
    for person, expected in {
        "curator2": NEWEST_FIRST,
        "deputy": ["returned", "joint", "roads"],
        "responsible-health": ["closed", "joint"],
        "executor-culture": [],
    }.items():
        assert await listed(office, cases, person) == expected


async def test_filters_narrow_the_list(office: Office, cases: dict[str, Case]) -> None:
    """Each by its name; how they go together is proved where the list is made, in `tests/store`."""
    tuesday = at("tue 09:00").isoformat()
    filters: list[tuple[dict[str, str], list[str]]] = [
        ({"stage": "routing"}, ["returned", "routing"]),
        ({"body": "health"}, ["closed", "joint"]),
        ({"overdue": "true"}, ["roads"]),
        ({"network": "forum"}, []),
        ({"topic": "potholes"}, ["closed", "returned", "joint", "roads"]),
        ({"importance": "high"}, []),
        ({"outcome": "answered"}, ["closed"]),
        ({"curator": "curator"}, NEWEST_FIRST),
        ({"assignee": "executor-roads"}, []),
        ({"detected_from": tuesday}, ["joint", "routing"]),
        ({"detected_to": tuesday}, ["closed", "returned", "roads"]),
        ({"due_before": at("mon 15:00").isoformat()}, ["returned", "roads"]),
        ({"verdict": "none"}, ["closed"]),
        ({"topic": "potholes", "stage": "preparation", "sort": "due"}, ["roads", "joint"]),
        # What was copied from a page has spaces that do not break, and signs nobody sees.
        ({"q": f"елку у школы № 5 не убрали. {WORD}"}, NEWEST_FIRST),
    ]
    for asked, expected in filters:
        assert await listed(office, cases, "curator", **asked) == expected, asked


async def test_a_message_is_found_by_its_number_and_its_link(office: Office, cases: dict[str, Case]) -> None:
    number, url = cases["joint"].id, cases["joint"].view["url"]
    for q in (number, f"№ {number}", f"№{number}", url):
        found = taken(await office.get("curator", "/messages", q=q))["items"]
        assert found[0]["id"] == number
        own = taken(await office.get("executor-culture", "/messages", q=q))["items"]
        assert number not in [item["id"] for item in own]


@pytest.mark.parametrize("sort", ["registered", "due"])
async def test_each_order_has_its_own_cursor(office: Office, cases: dict[str, Case], sort: str) -> None:
    other = {"registered": "due", "due": "registered"}[sort]
    page = taken(await office.get("curator", "/messages", q=WORD, limit=2, sort=sort))
    refused(await office.get("curator", "/messages", cursor=page["next"], sort=other), 422, "cursor")
    whole = taken(await office.get("curator", "/messages", q=WORD, sort=sort))["items"]
    paged = await office.pages("curator", "/messages", q=WORD, limit=2, sort=sort)
    assert [item["id"] for item in paged] == [item["id"] for item in whole]


@pytest.mark.parametrize(
    ("asked", "field"),
    [
        ("stages=routing", "stages"),
        ("stage=lost", "stage"),
        ("overdue=perhaps", "overdue"),
        ("verdict=glad", "verdict"),
        ("detected_from=2026-11-23T09:00:00", "detected_from"),
        ("due_before=tomorrow", "due_before"),
        ("topic=%00", "topic"),
        ("body=" + "b" * 201, "body"),
        ("cursor=99999999999", "cursor"),
        ("sort=due&cursor=due.999999999999999999.7", "cursor"),
        ("limit=101", "limit"),
        ("stage=routing&stage=closed", "stage"),
    ],
)
async def test_what_a_list_does_not_know_is_refused_by_its_name(
    office: Office, asked: str, field: str
) -> None:
    problem = refused(await office.call("curator", "GET", f"/messages?{asked}"), 422, field)
    assert [error["field"] for error in problem["errors"]] == [field]
    refused(await office.call(None, "GET", f"/messages?{asked}"), 401)


async def test_a_list_shows_a_message_as_reading_it_does(office: Office, cases: dict[str, Case]) -> None:
    for person in ("curator", "executor-health"):
        for item in taken(await office.get(person, "/messages", q=WORD))["items"]:
            read = taken(await office.get(person, f"/messages/{item['id']}"))
            assert standing_still(item) == standing_still(read)
