"""Work has a person: within a body, between curators, and in what is told of a breach (cl. 6, 20)."""

from calendar_rules.regulation import LimitName
from tests.workflows.acts import act
from tests.workflows.road import Road, msk
from tests.workflows.stages import MONDAY, Begin, clarification, drafted, routed
from workflows.notice_facts import Assigned, Breach, Escalation


async def assigned(begin: Begin) -> Road:
    """«roads» has given the message to Ivanova."""
    road = await routed(begin)
    assert (await road.assign("roads", "ivanova")).accepted
    return road


# ---- a person of the body


async def test_the_person_learns_on_record_what_they_owe_and_gets_the_bodys_notices(begin: Begin) -> None:
    road = await assigned(begin)
    assert await road.told("assigned") == ["executors roads", "executors roads ivanova"]
    facts = (await road.notices("assigned"))[-1].facts
    assert facts == Assigned(by="assign", owed=LimitName.DRAFT, due_at=road.run("draft").due_at, clause=10)
    (row,) = await road.rows("assign")
    assert (row.person, row.data["body"], row.data["assignee"]) == (
        "responsible-roads",
        "roads",
        "ivanova",
    )
    # Anyone of the body may still act.
    assert (await road.draft("roads")).accepted
    await road.rework()
    await road.draft("roads")
    await road.approve()
    assert await road.told("rework") == ["executors roads ivanova"]
    assert await road.told("approved") == ["executors roads ivanova"]


async def test_a_breach_goes_to_that_person_and_the_responsible_and_names_the_person(begin: Begin) -> None:
    road = await assigned(begin)
    await road.at("2026-11-23 14:46")
    assert await road.told("warning", "draft") == ["executors roads ivanova"]
    assert await road.told("breach", "draft") == [
        "executors roads ivanova",
        "responsible roads",
        "curator curator",
    ]
    (row,) = await road.rows("breach", "draft")
    assert row.data["assignee"] == "ivanova"
    for kind, model in (("breach", Breach), ("escalation", Escalation)):
        facts = (await road.notices(kind, "draft"))[0].facts
        assert isinstance(facts, model)
        assert [charge.person for charge in facts.charged] == ["ivanova"]


async def test_the_responsible_learns_of_it_also_where_the_act_does_not_name_them(begin: Begin) -> None:
    road = await begin(MONDAY, regulation=act(limits__draft__breach_to=["executors"]))
    await road.route("roads")
    await road.assign("roads", "ivanova")
    await road.at("2026-11-23 14:46")
    assert await road.told("breach", "draft") == ["executors roads ivanova", "responsible roads"]


async def test_a_late_return_names_the_person(begin: Begin) -> None:
    road = await assigned(begin)
    await road.at("2026-11-23 10:30")
    await road.give_back("roads")
    assert [row.data["assignee"] for row in await road.rows("breach", "return")] == ["ivanova"]


async def test_a_breach_served_while_the_assignment_was_on_its_way_is_told_again(begin: Begin) -> None:
    road = await routed(begin)
    await road.at("2026-11-23 14:46")
    await road.assign("roads", "ivanova", taken_at=msk("2026-11-23 14:44"))
    assert [row.data.get("assignee") for row in await road.rows("breach", "draft")] == [None, "ivanova"]
    assert len(await road.rows("breach_withdrawn", "draft")) == 1


async def test_the_work_may_be_given_back_to_all_of_the_body(begin: Begin) -> None:
    road = await assigned(begin)
    assert (await road.assign("roads", None)).accepted
    await road.at("2026-11-23 14:16")
    assert await road.told("warning", "draft") == ["executors roads"]
    assert len(await road.notices("assigned")) == 2


async def test_the_person_falls_away_when_another_body_gets_the_turn(begin: Begin) -> None:
    road = await assigned(begin)
    await road.route("roads", "housing")
    assert road.state.assignee == "ivanova"
    for taken_away in (
        road.route("housing", "roads"),
        road.contribute("housing"),
        road.rework_contribution(),
        road.give_back("housing"),
    ):
        await road.assign(road.state.current_body or "", "petrov")
        assert road.state.assignee == "petrov"
        assert (await taken_away).accepted
        assert road.state.assignee is None


async def test_the_person_stays_through_the_authors_reply(begin: Begin) -> None:
    road = await clarification(begin)
    await road.assign("roads", "ivanova")
    await road.reply()
    assert (await road.told("assigned"))[-1] == "executors roads ivanova"


# ---- curators


async def test_the_message_goes_to_another_curator_who_learns_what_they_owe(begin: Begin) -> None:
    road = await drafted(begin)
    assert (await road.hand_over("curator2")).accepted
    assert road.state.curator == "curator2"
    assert (await road.told("assigned"))[-1] == "curator curator2"
    (row,) = await road.rows("hand_over")
    assert (row.data["curator"], row.data["curator_before"]) == ("curator2", "curator")
    facts = (await road.notices("assigned"))[-1].facts
    due = road.run("approval").due_at
    assert facts == Assigned(by="hand_over", owed=LimitName.APPROVAL, due_at=due, clause=11)


async def test_from_then_on_the_curators_notices_go_to_the_other(begin: Begin) -> None:
    road = await routed(begin)
    await road.hand_over("curator2")
    # Nothing is owed by a curator while a body is at work.
    assert (await road.notices("assigned"))[-1].facts == Assigned(by="hand_over")
    await road.draft("roads")
    assert await road.told("draft_received") == ["curator curator2"]
    await road.at("2026-11-23 10:31")
    assert await road.told("breach", "approval") == ["curator curator2"]
