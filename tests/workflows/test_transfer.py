"""Transfer of what a body that no longer acts owes to its successor, due unchanged; what it missed stays its own."""

import pytest

from calendar_rules.vocabulary import CloseReason, DraftStatus
from tests.workflows.road import ADMIN, said
from tests.workflows.stages import (
    HOUR,
    Arrange,
    Begin,
    approved,
    clarification,
    contributed,
    drafted,
    interim,
    joint,
    replied,
    reworked,
    routed,
    withdrawn,
)
from workflows.notice_facts import Assigned, Recalled
from workflows.state import LimitRun
from workflows.vocabulary import Command

STAGES: list[Arrange] = [routed, drafted, reworked, approved, withdrawn, interim, clarification, replied]


def due(runs: tuple[LimitRun, ...]) -> list[object]:
    return [(run.number, run.started_at, run.due_at, run.met_at, run.cancelled_at) for run in runs]


@pytest.mark.parametrize("arrange", STAGES)
async def test_the_successor_goes_on_with_every_due_moment_as_it_was(begin: Begin, arrange: Arrange) -> None:
    road = await arrange(begin)
    stage, before = road.state.stage, due(road.state.limits)
    await road.assign("roads", "executor-roads")
    assert (await road.transfer("roads", "housing")).accepted
    [row] = await road.rows("transfer")
    assert (row.person, row.data["body"], row.data["successor"]) == ("curator", "roads", "housing")
    assert (road.state.stage, road.state.current_body, road.state.assignee) == (stage, "housing", None)
    assert due(road.state.limits) == before
    assert {run.holder.body for run in road.state.open_limits()} <= {"housing", None}
    assert road.state.turns == ("roads", "housing")


async def test_a_promise_of_an_interim_answer_is_kept_by_the_successor(begin: Begin) -> None:
    road = await interim(begin)
    await road.transfer("roads", "housing")
    run = road.run("final_draft")
    assert (run.holder.body, run.calendar, run.is_open) == ("housing", "housing", True)
    # What the old body published is the successor's to mend.
    assert (await road.send(road.link("housing"))).accepted
    await road.answer("housing")
    assert road.state.outcome == "answered"


async def test_an_approved_text_is_the_successors_to_publish(begin: Begin) -> None:
    road = await approved(begin)
    await road.transfer("roads", "housing")
    assert not (await road.publish("roads")).accepted
    assert (await road.publish("housing")).accepted
    assert (road.last_draft.status, road.last_draft.body) == (DraftStatus.PUBLISHED, "housing")


async def test_rework_goes_to_the_successor_who_may_take_the_draft_back(begin: Begin) -> None:
    road = await drafted(begin)
    assert (await road.transfer("roads", "housing", ADMIN, with_directory=True)).accepted
    # While the curator has the draft nothing is owed.
    assert (await road.notices("assigned"))[-1].facts == Assigned(by=Command.TRANSFER)
    await road.rework()
    assert road.run("rework").holder.body == "housing"
    assert road.last_draft.person is None
    assert await road.told("rework") == ["executors housing"]
    await road.draft("housing")
    assert (await road.withdraw("housing")).accepted
    assert {run.holder.body for run in road.state.open_limits()} == {"housing"}


@pytest.mark.parametrize(("hours", "whose"), [(6, "roads"), (0, "housing")])
async def test_what_was_missed_before_stays_the_old_bodys_and_a_later_deadline_is_the_successors(
    begin: Begin, hours: int, whose: str
) -> None:
    road = await routed(begin)
    await road.wait(hours * HOUR)
    await road.transfer("roads", "housing")
    await road.wait((6 - hours) * HOUR)
    draft = road.run("draft")
    assert (draft.holder.body, said(draft.breached_at)) == (whose, "2026-11-23 14:45")
    assert road.run("answer").holder.body == "housing"
    assert await road.told("escalation", "draft") == [f"deputy {whose}"]


async def test_the_successor_is_told_what_it_owes_and_the_old_body_that_it_owes_nothing(begin: Begin) -> None:
    road = await interim(begin)
    told = len(await road.notices("assigned"))
    await road.transfer("roads", "housing")
    run = road.run("final_draft")
    assert [fact.facts for fact in (await road.notices("assigned"))[told:]] == [
        Assigned(by=Command.TRANSFER, owed=run.name, due_at=run.due_at, clause=14)
    ]
    assert (await road.told("assigned"))[told:] == ["executors housing"]
    assert [fact.facts for fact in await road.notices("recalled")] == [
        Recalled(body="roads", by=Command.TRANSFER)
    ]
    assert await road.told("recalled") == ["executors roads"]


async def test_a_later_body_of_a_joint_answer_passes_without_notices(begin: Begin) -> None:
    road = await joint(begin)
    told = len(await road.notices())
    assert (await road.transfer("housing", "health")).accepted
    assert road.state.sequence == ("roads", "health")
    assert road.run("answer").holder.body == "health"
    assert len(await road.notices()) == told


async def test_a_successor_with_a_later_turn_gives_the_part_of_both(begin: Begin) -> None:
    road = await joint(begin)
    assert (await road.transfer("roads", "housing")).accepted
    assert (road.state.sequence, road.state.current_body) == (("housing",), "housing")
    assert road.run("contribution", 0).cancelled_at is not None
    assert road.run("draft").holder.body == "housing"


async def test_a_successor_that_has_contributed_drafts(begin: Begin) -> None:
    road = await contributed(begin)
    assert (await road.transfer("housing", "roads")).accepted
    assert (road.state.sequence, road.state.turn) == (("roads",), 0)
    assert (await road.draft("roads")).accepted


async def test_the_last_body_cannot_pass_to_one_that_acts_before_it(begin: Begin) -> None:
    road = await joint(begin)
    assert not (await road.transfer("housing", "roads")).accepted


async def test_a_reopened_message_passes_too(begin: Begin) -> None:
    road = await routed(begin)
    await road.close(CloseReason.DELETED)
    await road.goes_on(road.reopening())
    assert (await road.transfer("roads", "housing")).accepted
