"""The queue of each person over HTTP: the messages whose open step is theirs, stage by stage."""

import pytest

from tests.api.messages.case import Case
from tests.api.messages.office import Office, refused, taken

EVERYBODY = (
    "curator",
    "curator2",
    "executor-culture",
    "executor-sport",
    "responsible-culture",
    "head",
    "admin",
)


async def theirs(office: Office, case: Case) -> list[str]:
    """Who of these has the message in their queue."""
    found = []
    for person in EVERYBODY:
        page = taken(await office.get(person, "/queue", limit=100))
        queue = page["items"]
        while page["next"] is not None:  # other tests of this office leave work too
            page = taken(await office.get(person, "/queue", limit=100, cursor=page["next"]))
            queue += page["items"]
        if case.id in [item["id"] for item in queue]:
            found.append(person)
    return found


async def test_a_message_is_in_the_queue_of_whose_step_is_open(office: Office) -> None:
    case = await Case.begin(office, person="curator2")
    assert await theirs(office, case) == ["curator2"]
    await case.route("culture")
    assert await theirs(office, case) == ["executor-culture"]
    await case.give_back()
    assert await theirs(office, case) == ["curator"], "who routed it last"
    await case.route("culture", "sport", person="curator2")
    assert await theirs(office, case) == ["executor-culture"]
    await case.contribute()
    assert await theirs(office, case) == ["executor-sport"]
    await case.submit()
    assert await theirs(office, case) == ["curator2"]
    await case.rework()
    assert await theirs(office, case) == ["executor-sport"]
    await case.submit("interim")
    await case.approve()
    assert await theirs(office, case) == ["executor-sport"]
    await case.publish()
    assert await theirs(office, case) == ["executor-sport"]
    await case.answer()
    assert await theirs(office, case) == []

    waiting = await Case.begin(office, to=["culture"])
    await waiting.answer("clarification")
    assert await theirs(office, waiting) == []
    await waiting.at("thu 18:00")
    await waiting.notices("curator", "no_reply")  # waits until that is on record
    assert await theirs(office, waiting) == ["curator"]


async def test_the_first_due_comes_first_and_items_are_those_of_lists(office: Office) -> None:
    later, sooner, late = [
        await Case.begin(office, starts) for starts in ("wed 09:00", "tue 09:00", "mon 09:00")
    ]
    for case in (later, sooner, late):
        await case.route("heritage")
    await late.at("mon 18:00")
    queue = taken(await office.get("executor-heritage", "/queue"))
    assert [item["id"] for item in queue["items"]] == [late.id, sooner.id, later.id]
    for item in queue["items"]:
        assert item == taken(await office.get("executor-heritage", f"/messages/{item['id']}"))
    pages = []
    cursor: dict[str, str] = {}
    for _ in range(3):
        page = taken(await office.get("executor-heritage", "/queue", limit=1, **cursor))
        pages += [item["id"] for item in page["items"]]
        cursor = {"cursor": page["next"]}
    assert pages == [late.id, sooner.id, later.id]
    assert cursor == {"cursor": None}


@pytest.mark.parametrize(
    ("asked", "field"),
    [
        ({"stage": "routing"}, "stage"),
        ({"limit": "0"}, "limit"),
        ({"cursor": "12"}, "cursor"),
        ({"cursor": "due.x.1"}, "cursor"),
        ({"sort": "due"}, "sort"),
    ],
)
async def test_what_a_queue_does_not_know_is_refused(
    office: Office, asked: dict[str, str], field: str
) -> None:
    refused(await office.get("curator", "/queue", **asked), 422, field)
