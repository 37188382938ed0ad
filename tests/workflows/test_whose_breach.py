"""Charging of a late answer (cl. 20): whoever's own limits were over before it was due, and never who had only its end.

Messages are detected on Monday at nine, and their answers due on Tuesday at 09:45.
"""

from datetime import timedelta
from typing import NamedTuple
from uuid import uuid4

from pydantic import TypeAdapter

from calendar_rules.vocabulary import CloseReason, Role
from tests.workflows.acts import schedules
from tests.workflows.road import Road, msk, nearly, responsible
from tests.workflows.stages import HOUR, MINUTE, MONDAY, Begin, contributed, drafted, routed
from workflows import commands
from workflows.commands import Grant
from workflows.notice_facts import WithdrawnBreach

STANDING_IN = Grant(role=Role.EXECUTOR, body="roads", acting_for="executor-roads")
_DURATION: TypeAdapter[timedelta] = TypeAdapter(timedelta)


class Whose(NamedTuple):
    """An entry of whose breach it is, and how many minutes of working time were lost."""

    holder: str
    limit: str
    minutes: int


async def whose(road: Road, limit: str = "answer") -> list[Whose]:
    """Whom the last breach of a limit is charged to, as its journal row says."""
    row = (await road.rows("breach", limit))[-1]
    return [
        Whose(
            str(item["body"] or item["role"]),
            str(item["limit"]),
            round(_DURATION.validate_python(item["over"]) / MINUTE),
        )
        for item in TypeAdapter(list[dict[str, str | None]]).validate_python(row.data.get("charged"))
    ]


async def test_a_curator_who_approves_five_hours_late_leaves_the_body_no_blame(begin: Begin) -> None:
    road = await routed(begin)
    await road.at("2026-11-23 11:00")
    await road.draft("roads")
    await road.at("2026-11-24 09:40")
    await road.approve()
    await road.at("2026-11-24 09:55")
    await road.publish("roads")
    assert await road.told("escalation", "answer") == ["head"]
    assert await whose(road) == [Whose("curator", "approval", 325)]
    assert await road.rows("breach", "publication") == []


async def test_a_body_routed_to_just_before_the_end_is_not_charged(begin: Begin) -> None:
    road = await begin(MONDAY)
    await road.at("2026-11-24 09:25")
    await road.route("roads")
    assert road.run("draft").inherited
    await road.at("2026-11-24 10:00")
    assert await road.told("escalation", "answer") == ["head"]
    assert await whose(road) == [Whose("curator", "routing", 430)]


async def test_a_late_return_that_is_accepted_is_charged_as_that_alone(begin: Begin) -> None:
    road = await routed(begin, "education")
    await road.at("2026-11-24 09:10")
    await road.give_back("education")
    assert await whose(road, "draft") == [Whose("education", "draft", 0)]
    await road.at("2026-11-24 09:30")
    await road.route("roads")
    (withdrawn,) = await road.notices("withdrawn_breach", "draft")
    assert isinstance(withdrawn.facts, WithdrawnBreach) and withdrawn.facts.returned
    await road.at("2026-11-24 10:00")
    assert await road.told("escalation", "answer") == ["deputy education"]
    assert await whose(road) == [Whose("education", "return", 445)]


async def test_a_late_return_that_is_refused_takes_nothing_back(begin: Begin) -> None:
    road = await routed(begin, "education")
    await road.at("2026-11-24 09:10")
    await road.give_back("education")
    await road.route("education")
    assert await road.notices("withdrawn_breach") == []


async def test_a_late_answer_is_charged_again_once_a_late_return_is_accepted(begin: Begin) -> None:
    road = await routed(begin, "education")
    await road.at("2026-11-24 10:00")
    assert await whose(road) == [Whose("education", "draft", 240)]
    await road.give_back("education")
    await road.route("roads")
    assert await whose(road) == [Whose("education", "return", 480)]
    assert len(await road.notices("withdrawn_breach", "answer")) == 1


async def test_a_late_contribution_is_not_charged_to_the_curator_who_has_the_draft(begin: Begin) -> None:
    road = await routed(begin, "health", "social")
    await road.at("2026-11-23 17:00")
    await road.contribute("health")
    await road.at("2026-11-23 17:45")
    await road.draft("social")
    await road.at("2026-11-24 10:00")
    assert await road.told("escalation", "answer") == ["deputy health"]
    assert await whose(road) == [Whose("health", "contribution", 315)]


async def test_steps_that_are_all_in_time_and_together_too_long_are_nobodys(begin: Begin) -> None:
    road = await begin(MONDAY)
    await road.at("2026-11-23 10:25")
    await road.route("roads")
    await road.at("2026-11-23 14:40")
    await road.draft("roads")
    await road.at("2026-11-23 16:05")
    await road.rework()
    await road.at("2026-11-23 17:00")
    await road.draft("roads")
    await road.at("2026-11-24 09:25")
    await road.approve()
    await road.at("2026-11-24 09:50")
    await road.publish("roads")
    assert [row.data["limit"] for row in await road.rows("breach")] == ["answer"]
    # Nobody's superior is told of it, the head is.
    assert await road.told("escalation", "answer") == ["head"]
    assert await whose(road) == []


async def test_whoever_lost_most_comes_first(begin: Begin) -> None:
    road = await begin(MONDAY)
    await road.at("2026-11-23 11:00")
    await road.route("roads")
    await road.at("2026-11-23 17:30")
    await road.draft("roads")
    await road.at("2026-11-24 10:00")
    assert await whose(road) == [Whose("roads", "draft", 165), Whose("curator", "routing", 30)]
    assert await road.told("escalation", "answer") == ["deputy roads", "head"]


async def test_a_step_still_open_counts_until_the_answer_was_due(begin: Begin) -> None:
    road = await drafted(begin)
    await road.at("2026-11-25 12:00")
    assert await whose(road) == [Whose("curator", "approval", 450)]


# ---- whose the work was


async def persons(road: Road, limit: str) -> list[str | None]:
    """Whose work the last breach of a limit was, as the message knows it; who was there the record says."""
    await road.look()
    return [charge.person for charge in road.run(limit).charges]


async def test_what_a_substitute_sent_is_the_work_of_whom_they_stand_in_for(begin: Begin) -> None:
    road = await routed(begin)
    await road.draft("roads", person="executor-health", grant=STANDING_IN)
    await road.approve()
    await road.wait(2 * HOUR)
    assert await persons(road, "publication") == ["executor-roads"]


async def test_a_late_return_by_a_substitute_is_of_whom_they_stand_in_for(begin: Begin) -> None:
    road = await routed(begin)
    await road.wait(2 * HOUR)
    await road.send(commands.Return(**road.given("executor-health", STANDING_IN, None, "reason")))
    assert await persons(road, "return") == ["executor-roads"]


async def test_who_sent_something_last_had_the_work(begin: Begin) -> None:
    """A body that had contributed to a joint answer is left to answer alone."""
    road = await contributed(begin)
    await road.give_back("housing")
    await road.route("roads")
    await road.draft("roads", person="responsible-roads", grant=responsible("roads"))
    await road.approve()
    await road.wait(2 * HOUR)
    assert await persons(road, "publication") == ["responsible-roads"]


async def test_a_substitutes_mistaken_end_is_of_whom_they_stand_in_for(begin: Begin) -> None:
    road = await routed(begin)
    await road.at("2026-11-23 14:00")
    grant = Grant(role=Role.CURATOR, acting_for="curator")
    await road.send(commands.Close(**road.given("curator2", grant, None), reason=CloseReason.COMMENTS_CLOSED))
    await road.goes_on(road.reopening(), at="2026-11-24 10:00")
    assert await persons(road, "answer") == ["curator"]


async def test_a_limit_that_changes_hands_just_before_its_end_is_of_who_had_it_longest(begin: Begin) -> None:
    road = await drafted(begin)
    await road.at("2026-11-23 10:20")
    await road.hand_over("curator2")
    await road.at("2026-11-23 11:00")
    assert await persons(road, "approval") == ["curator"]
    assert await road.told("breach", "approval") == ["curator curator2", "curator curator"]


async def test_a_limit_that_changes_hands_early_is_of_who_has_it(begin: Begin) -> None:
    road = await drafted(begin)
    await road.at("2026-11-23 09:30")
    await road.hand_over("curator2")
    await road.at("2026-11-23 11:00")
    assert await persons(road, "approval") == ["curator2"]


async def test_a_draft_is_of_the_executor_who_was_assigned_longest(begin: Begin) -> None:
    road = await routed(begin)
    for time, person in (("09:30", "first"), ("14:00", "second")):
        await road.at(f"2026-11-23 {time}")
        await road.assign("roads", person)
    await road.at("2026-11-23 15:00")
    assert await persons(road, "draft") == ["first"]
    (charge,) = road.run("draft").charges
    # The middle of 3 h 45 min of working time: whoever was away then did not have it.
    assert nearly(charge.at) == nearly(msk("2026-11-23 11:22:30"))


async def test_a_charge_is_named_again_once_an_absence_is_recorded_afterwards(begin: Begin) -> None:
    road = await routed(begin)
    await road.at("2026-11-23 15:00")
    number = road.run("draft").number
    assert (await road.send(correction(number))).accepted
    (row,) = await road.rows("charge_corrected")
    (breach,) = await road.rows("breach", "draft")
    (told,) = await road.notices("charge_corrected")
    assert (row.data["limit"], row.data["charged"]) == ("draft", breach.data["charged"])
    assert told.revokes == breach.number
    assert [run.number for run in (await road.recorded())[-1].state.limits] == [number]


async def test_a_closed_message_is_charged_again_too(begin: Begin) -> None:
    road = await routed(begin)
    await road.at("2026-11-23 15:00")
    await road.close(CloseReason.COMMENTS_CLOSED)
    assert (await road.goes_on(correction(road.run("draft").number))).accepted
    assert len(await road.rows("charge_corrected")) == 1


async def test_what_is_charged_to_nobody_is_not_corrected(begin: Begin) -> None:
    road = await routed(begin)
    outcome = await road.send(correction(road.run("draft").number))
    assert (outcome.accepted, outcome.detail) == (False, "Нарушения, которое нужно исправить, больше нет.")


def correction(run: int) -> commands.CorrectCharge:
    return commands.CorrectCharge(id=uuid4().hex, person=None, taken_at=None, run=run)


# ---- why it is nobody's


async def test_a_late_answer_of_nobodys_says_how_often_its_draft_was_sent_back(begin: Begin) -> None:
    road = await begin(MONDAY)
    await road.at("2026-11-23 10:25")
    await road.route("roads")
    await road.at("2026-11-23 14:40")
    await road.draft("roads")
    for sent_back, mended in (
        ("2026-11-23 16:05", "2026-11-23 17:00"),
        ("2026-11-24 09:25", "2026-11-24 09:30"),
    ):
        await road.at(sent_back)
        await road.rework()
        await road.at(mended)
        await road.draft("roads")
    await road.at("2026-11-24 09:50")
    (row,) = await road.rows("breach", "answer")
    assert (row.data["charged"], row.data["rounds"], row.data["short"]) == ([], 2, [])


async def test_a_late_answer_of_nobodys_names_the_step_that_had_too_little_time(begin: Begin) -> None:
    closed = schedules(roads={"exceptions": {"2054-11-23": [], "2054-11-24": []}})
    road = await begin(MONDAY, schedules=closed)
    await road.route("roads")
    assert road.run("draft").inherited
    await road.at("2026-11-24 10:00")
    (row,) = await road.rows("breach", "answer")
    assert (row.data["charged"], row.data["short"]) == ([], ["draft"])
