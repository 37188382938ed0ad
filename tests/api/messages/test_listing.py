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


@pytest.mark.parametrize(
    ("person", "expected"),
    [
        *((person, NEWEST_FIRST) for person in ("curator2", "head", "governor", "admin", "deputy-policy")),
        ("executor-roads", ["returned", "roads"]),
        ("responsible-health", ["closed", "joint"]),
        ("deputy", ["returned", "joint", "roads"]),
        ("executor-culture", []),
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
        ({"body": "roads"}, ["returned", "roads"]),
        ({"body": "health"}, ["closed", "joint"]),
        ({"overdue": "true"}, ["roads"]),
        ({"overdue": "false"}, ["closed", "returned", "joint", "routing"]),
        ({"network": "vkontakte"}, NEWEST_FIRST),
        ({"topic": "potholes"}, ["closed", "returned", "joint", "roads"]),
        ({"importance": "ordinary"}, ["closed", "returned", "joint", "roads"]),
        ({"outcome": "answered"}, ["closed"]),
        ({"curator": "curator"}, NEWEST_FIRST),
        ({"assignee": "executor-roads"}, []),
        ({"detected_from": at("tue 09:00").isoformat()}, ["joint", "routing"]),
        ({"detected_to": at("tue 09:00").isoformat()}, ["closed", "returned", "roads"]),
        ({"due_before": at("mon 15:00").isoformat()}, ["returned", "roads"]),
        ({"topic": "potholes", "stage": "preparation", "curator": "curator"}, ["joint", "roads"]),
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
        # What was copied from a page has spaces that do not break, and signs nobody sees.
        pytest.param(f"елку у школы № 5 не убрали. {WORD}", NEWEST_FIRST, id="as people type it"),
    ],
)
async def test_words_are_sought_in_author_and_text(
    office: Office, cases: dict[str, Case], q: str, expected: list[str]
) -> None:
    assert await listed(office, cases, "curator", q=q) == expected


async def test_a_message_is_found_by_its_number_and_its_link(office: Office, cases: dict[str, Case]) -> None:
    number, url = cases["joint"].id, cases["joint"].view["url"]
    for q in (number, f"№ {number}", f"№{number}", url):
        found = taken(await office.get("curator", "/messages", q=q))["items"]
        assert found[0]["id"] == number
        own = taken(await office.get("executor-culture", "/messages", q=q))["items"]
        assert number not in [item["id"] for item in own]


async def test_what_is_due_first_comes_first_and_what_is_never_due_last(
    office: Office, cases: dict[str, Case]
) -> None:
    ordered = ["returned", "roads", "joint", "routing", "closed"]
    assert await listed(office, cases, "curator", sort="due") == ordered
    assert await listed(office, cases, "executor-roads", sort="due") == ["returned", "roads"]
    assert await listed(office, cases, "curator", sort="due", stage="preparation") == ["roads", "joint"]


@pytest.mark.parametrize("sort", ["registered", "due"])
async def test_each_order_has_its_own_cursor(office: Office, cases: dict[str, Case], sort: str) -> None:
    other = {"registered": "due", "due": "registered"}[sort]
    page = taken(await office.get("curator", "/messages", q=WORD, limit=2, sort=sort))
    refused(await office.get("curator", "/messages", cursor=page["next"], sort=other), 422, "cursor")
    found = [item["id"] for item in page["items"]]
    while page["next"] is not None:
        page = taken(
            await office.get("curator", "/messages", q=WORD, limit=2, sort=sort, cursor=page["next"])
        )
        found += [item["id"] for item in page["items"]]
    whole = taken(await office.get("curator", "/messages", q=WORD, sort=sort))["items"]
    assert found == [item["id"] for item in whole]


@pytest.mark.parametrize(
    ("asked", "field"),
    [
        ("stages=routing", "stages"),
        ("stage=", "stage"),
        ("stage=lost", "stage"),
        ("overdue=perhaps", "overdue"),
        ("network=fidonet", "network"),
        ("importance=urgent", "importance"),
        ("outcome=lost", "outcome"),
        ("sort=number", "sort"),
        ("detected_from=2026-11-23T09:00:00", "detected_from"),
        ("detected_to=2026-11-23", "detected_to"),
        ("due_before=tomorrow", "due_before"),
        ("topic=%00", "topic"),
        ("curator=%00", "curator"),
        ("assignee=%00", "assignee"),
        ("body=" + "b" * 201, "body"),
        ("cursor=", "cursor"),
        ("cursor=due..1", "cursor"),
        ("cursor=99999999999", "cursor"),
        ("sort=due&cursor=7", "cursor"),
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


async def test_every_list_refuses_parameters_it_does_not_know(office: Office, cases: dict[str, Case]) -> None:
    message = f"/messages/{cases['roads'].id}"
    for path in ("/notices", f"{message}/journal", f"{message}/similar", "/people/executor-roads/absences"):
        refused(await office.call("admin", "GET", f"{path}?page=2"), 422, "page")
    refused(await office.call("executor-culture", "GET", f"{message}/journal?page=2"), 404)


async def test_a_list_shows_a_message_as_reading_it_does(office: Office, cases: dict[str, Case]) -> None:
    for person in ("curator", "executor-health"):
        for item in taken(await office.get(person, "/messages", q=WORD))["items"]:
            read = taken(await office.get(person, f"/messages/{item['id']}"))
            assert standing_still(item) == standing_still(read)
