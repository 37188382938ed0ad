"""A mistaken end is undone: the stage it left, and every limit as it was, in a new run or the one that still drains."""

from datetime import datetime

import pytest

from calendar_rules.schedules import assumed
from calendar_rules.vocabulary import CloseReason, DraftKind, DraftStatus, Stage
from tests.workflows.road import HEAD, Archive, Road, executor, known_years, nearly, said
from tests.workflows.stages import (
    MINUTE,
    Arrange,
    Begin,
    approved,
    clarification,
    contributed,
    drafted,
    final_draft,
    interim,
    joint,
    published,
    registered,
    replied,
    returned,
    reworked,
    routed,
    withdrawn,
)
from workflows.notice_facts import Reopened
from workflows.state import LimitRun, MessageState, MistakenEnd

CALENDAR = assumed().of(None).calendar(known_years(), breaks_stop_the_clock=True)


async def returned_after_a_reply(begin: Begin) -> Road:
    road = await replied(begin)
    await road.give_back("roads")
    return road


STAGES: list[Arrange] = [
    registered,
    returned,
    routed,
    joint,
    contributed,
    drafted,
    reworked,
    approved,
    withdrawn,
    interim,
    final_draft,
    clarification,
    replied,
    returned_after_a_reply,
]


def as_it_was(run: LimitRun) -> tuple[object, ...]:
    """What an end and its undoing leave as it was."""
    return run.number, run.met_at, run.breached_at, run.cancelled_at, run.holder


def open_since(run: LimitRun, end: MistakenEnd | None = None) -> datetime:
    """When an open run is due: `answer` when it was, the others later by the time the message was closed."""
    if end is None or run.name == "answer" or not run.is_open or run.breached_at is not None:
        return run.due_at
    return CALENDAR.add(run.due_at, CALENDAR.between(end.start, end.end))


async def assert_as_it_was(road: Road, before: MessageState) -> None:
    """The stage and every limit are as they were, but for the time that the message was closed."""
    state = await road.look()
    (end,) = state.mistaken_ends
    assert (state.stage, [as_it_was(run) for run in state.limits]) == (
        before.stage,
        [as_it_was(run) for run in before.limits],
    )
    assert [run.due_at for run in state.limits] == [open_since(run, end) for run in before.limits]


@pytest.mark.parametrize("arrange", STAGES)
async def test_the_stage_and_every_limit_are_as_they_were(begin: Begin, arrange: Arrange) -> None:
    road = await arrange(begin)
    before = await road.look()
    is_open = {run.number for run in before.open_limits()}
    await road.close(CloseReason.DELETED)
    end = road.state.end
    assert end is not None
    assert (end.stage, set(end.cancelled), end.met) == (before.stage, is_open, ())
    command = road.reopening()
    assert (await road.goes_on(command)).accepted
    await assert_as_it_was(road, before)
    assert (road.state.outcome, road.state.close_reason, road.state.end) == (None, None, None)
    assert road.state.no_reply_at == before.no_reply_at
    (row,) = await road.rows("reopened")
    assert (row.person, row.data) == (
        "curator",
        {"id": command.id, "stage": before.stage, "texts": {"reason": command.reason}},
    )


@pytest.mark.parametrize("arrange", [registered, returned, routed, contributed, drafted, reworked])
async def test_a_message_declined_is_opened_again_by_the_head_too(begin: Begin, arrange: Arrange) -> None:
    road = await arrange(begin)
    before = await road.look()
    await road.decline()
    assert (await road.goes_on(road.reopening(HEAD))).accepted
    await assert_as_it_was(road, before)
    assert road.state.decline_ground is None


async def test_the_time_it_was_closed_counts_against_no_step(begin: Begin) -> None:
    road = await routed(begin)
    await road.at("2026-11-23 14:30")
    await road.close(CloseReason.DELETED)
    await road.goes_on(road.reopening(), at="2026-11-23 16:00")
    run = road.run("draft")
    assert (nearly(run.due_at), run.breached_at, said(road.run("answer").due_at)) == (
        "2026-11-23 16:15",
        None,
        "2026-11-24 09:45",
    )
    moved = await road.rows("limit_moved")
    assert [(row.data["limit"], row.data["by"]) for row in moved] == [("draft", "reopened")]
    assert await road.told("escalation") == []
    assert road.explained(run)[0].start == run.due_at


async def test_an_answer_late_by_the_time_it_was_closed_is_the_closers(begin: Begin) -> None:
    road = await routed(begin)
    await road.at("2026-11-23 14:00")
    await road.close(CloseReason.DELETED)
    await road.goes_on(road.reopening(), at="2026-11-24 10:00")
    run = road.run("answer")
    assert [(it.role, it.person, it.limit, round(it.over / MINUTE)) for it in run.charges] == [
        ("curator", "curator", "answer", 15)
    ]
    assert await road.told("escalation", "answer") == ["head"]


async def test_a_breach_that_stood_stays_and_counts_no_time_it_was_closed(begin: Begin) -> None:
    road = await routed(begin)
    await road.at("2026-11-23 15:45")
    await road.close(CloseReason.REGISTERED_BY_MISTAKE)
    await road.goes_on(road.reopening(), at="2026-11-23 17:00")
    assert (road.run("draft").is_overdue, len(await road.rows("breach", "draft"))) == (True, 1)
    await road.draft("roads")
    assert [round(charge.over / MINUTE) for charge in road.run("draft").charges] == [60]


async def test_a_window_past_its_moment_meanwhile_goes_on_and_a_limit_to_come_fires(begin: Begin) -> None:
    road = await routed(begin)
    await road.close(CloseReason.DELETED)
    await road.goes_on(road.reopening(), at="2026-11-23 15:00")
    run = road.run("return")
    assert (run.is_open, nearly(run.due_at)) == (True, "2026-11-23 16:00")
    due = road.run("draft").due_at
    await road.at("2026-11-24 13:00")
    assert road.run("draft").breached_at == due


async def test_the_road_goes_on_to_its_end(begin: Begin) -> None:
    road = await drafted(begin)
    await road.close(CloseReason.DELETED)
    await road.goes_on(road.reopening())
    await road.approve()
    await road.publish("roads")
    assert await road.handle.result() == "answered"
    assert [row.number for row in await road.journal()] == list(range(1, road.state.rows + 1))


async def test_the_wait_for_the_author_goes_on(begin: Begin) -> None:
    road = await clarification(begin)
    await road.close(CloseReason.NO_REPLY)
    await road.goes_on(road.reopening(), at="2026-11-25 10:00")
    await road.at("2026-11-26 18:01")
    assert await road.told("no_reply") == ["curator curator"]


async def test_everyone_who_had_the_message_learns_of_it_and_the_assignee_is_the_same(begin: Begin) -> None:
    road = await contributed(begin)
    await road.assign("housing", "ivanova")
    await road.close(CloseReason.DELETED)
    await road.goes_on(road.reopening())
    assert await road.told("reopened") == [
        "curator curator",
        "executors roads",
        "executors housing ivanova",
    ]
    assert [fact.facts for fact in await road.notices("reopened")] == [Reopened(stage=Stage.PREPARATION)]
    assert road.state.assignee == "ivanova"


async def test_an_executor_may_not_and_the_new_run_ends_at_once(begin: Begin) -> None:
    road = await routed(begin)
    await road.close(CloseReason.DELETED)
    outcome = await road.goes_on(road.reopening(executor("roads")))
    assert not outcome.accepted
    assert await road.handle.result() == "unanswered"
    assert (await road.kinds())[-1] == "refused"


async def test_an_answered_message_is_not_opened_again(begin: Begin) -> None:
    road = await published(begin, DraftKind.ANSWER)
    outcome = await road.goes_on(road.reopening())
    assert (outcome.accepted, outcome.detail) == (
        False,
        "Ответ размещён: открыть сообщение снова нельзя.",
    )


async def test_a_run_that_still_drains_takes_it_too(begin: Begin, archive: Archive) -> None:
    road = await routed(begin)
    before = await road.look()
    archive.away.add(road.message)
    await road.close(CloseReason.DELETED)
    assert (await road.send(road.reopening())).accepted
    archive.away.remove(road.message)
    await assert_as_it_was(road, before)
    await road.at("2026-11-23 15:00")
    assert road.run("draft").breached_at == road.run("draft").due_at


async def test_a_message_may_end_and_be_opened_again_more_than_once(begin: Begin) -> None:
    road = await drafted(begin)
    for _ in range(2):
        await road.close(CloseReason.DELETED)
        assert (await road.goes_on(road.reopening())).accepted
    assert (road.state.stage, road.last_draft.status) == (Stage.APPROVAL, DraftStatus.SUBMITTED)
