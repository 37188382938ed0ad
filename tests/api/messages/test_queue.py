"""The queue of each person over HTTP: the messages whose open step is theirs, stage by stage."""

from tests.api.messages.case import Case
from tests.api.messages.office import Office, refused, taken

PEOPLE = ("curator", "curator2", "executor-culture", "executor-sport")


async def theirs(office: Office, case: Case) -> list[str]:
    """Who of these has the message in their queue."""
    return [
        person
        for person in PEOPLE
        if case.id in [item["id"] for item in await office.pages(person, "/queue", limit=100)]
    ]


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
    paged = await office.pages("executor-heritage", "/queue", limit=1)
    assert [item["id"] for item in paged] == [late.id, sooner.id, later.id]


async def test_what_a_queue_does_not_know_is_refused(office: Office) -> None:
    for field, value in (("stage", "routing"), ("limit", "0"), ("cursor", "due.x.1")):
        refused(await office.get("curator", "/queue", **{field: value}), 422, field)
