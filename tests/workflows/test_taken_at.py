"""A person is never late because a machine was: a command counts from when it was taken, and counts once."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from uuid import uuid4

import pytest
from temporalio.client import Client

from calendar_rules.vocabulary import CloseReason, Importance
from tests.workflows.acts import act
from tests.workflows.road import CURATOR, Archive, Road, message_worker, msk, said
from tests.workflows.stages import (
    MINUTE,
    MONDAY,
    Arrange,
    Begin,
    approved,
    contributed,
    drafted,
    joint,
    registered,
    routed,
)
from workflows import commands

# ---- the worker is away


@asynccontextmanager
async def alone(client: Client, archive: Archive, queue: str, *, at: str) -> AsyncIterator[Road]:
    """A message of which a worker of its own takes care until the end of the block."""
    async with message_worker(client, archive, task_queue=queue):
        road = await Road.begin(client, archive, msk(MONDAY), task_queue=queue)
        await road.at(at)
        yield road


@pytest.mark.parametrize("is_sent", ["before the limit", "after the limit"])
async def test_a_command_taken_while_the_worker_is_away_is_in_time_though_the_limit_passed(
    temporal: Client, archive: Archive, is_sent: str
) -> None:
    queue = uuid4().hex
    async with alone(temporal, archive, queue, at="2026-11-23 10:29:59") as road:
        command = road.routing("roads", taken_at=msk("2026-11-23 10:29:00"))
    if is_sent == "before the limit":
        await road.signal(command)
    await road.passed(msk("2026-11-23 10:30:00.5"))
    if is_sent == "after the limit":
        await road.signal(command)
    async with message_worker(temporal, archive, task_queue=queue):
        await road.outcome(command.id)
        run = road.run("routing")
        assert (run.met_at, run.breached_at) == (msk("2026-11-23 10:29:00"), None)
        assert await road.rows("breach") == []


async def test_a_limit_that_passed_while_the_worker_was_away_is_dated_by_its_own_moment(
    temporal: Client, archive: Archive
) -> None:
    queue = uuid4().hex
    async with alone(temporal, archive, queue, at="2026-11-23 10:29:59.5") as road:
        pass
    await road.passed(msk("2026-11-23 10:30:00.5"))
    async with message_worker(temporal, archive, task_queue=queue):
        await road.look()
        assert [row.at for row in await road.rows("breach", "routing")] == [msk("2026-11-23 10:30")]


# ---- the command comes after the timer was served


@pytest.mark.parametrize(
    ("taken_at", "is_late"),
    [("2026-11-23 10:20", False), ("2026-11-23 10:30", False), ("2026-11-23 10:31", True)],
)
async def test_a_breach_that_a_command_taken_in_time_disproves_is_withdrawn_on_record_and_by_notice(
    begin: Begin, taken_at: str, is_late: bool
) -> None:
    due = msk("2026-11-23 10:30")
    road = await begin(MONDAY)
    await road.at("2026-11-23 10:40")
    breached = road.run("routing").breached_at
    await road.route("roads", taken_at=msk(taken_at))
    run = road.run("routing")
    assert (breached, run.breached_at, run.met_at) == (due, due if is_late else None, msk(taken_at))
    withdrawn = [] if is_late else [row.number for row in await road.rows("breach", "routing")]
    assert [row.data["breach"] for row in await road.rows("breach_withdrawn", "routing")] == withdrawn
    assert [fact.revokes for fact in await road.notices("withdrawn_breach")] == withdrawn


@pytest.mark.parametrize(
    ("arrange", "limit", "at", "taken_at"),
    [
        (routed, "draft", "2026-11-23 15:00", "2026-11-23 14:40"),
        (joint, "contribution", "2026-11-23 11:10", "2026-11-23 10:50"),
    ],
)
async def test_the_breach_of_a_body_is_withdrawn_by_what_it_sent_in_time(
    begin: Begin, arrange: Arrange, limit: str, at: str, taken_at: str
) -> None:
    road = await arrange(begin)
    await road.at(at)
    assert road.run(limit).breached_at is not None
    await (road.draft if limit == "draft" else road.contribute)("roads", taken_at=msk(taken_at))
    assert road.run(limit, 0).breached_at is None


async def test_the_breach_of_the_answer_is_withdrawn_by_a_publication_taken_in_time(begin: Begin) -> None:
    road = await approved(begin)
    await road.at("2026-11-24 10:00")
    assert road.run("answer").breached_at == msk("2026-11-24 09:45")
    await road.publish("roads", taken_at=msk("2026-11-24 09:44"))
    run = road.run("answer")
    assert (run.breached_at, run.met_at) == (None, msk("2026-11-24 09:44"))
    assert len(await road.notices("withdrawn_breach", "answer")) == 1


async def test_a_breach_is_withdrawn_by_an_end_taken_in_time(begin: Begin) -> None:
    road = await begin(MONDAY)
    await road.at("2026-11-23 10:40")
    await road.close(CloseReason.DELETED, taken_at=msk("2026-11-23 10:20"))
    run = road.run("routing")
    assert (run.breached_at, run.cancelled_at) == (None, msk("2026-11-23 10:20"))


async def test_a_return_taken_in_the_window_is_in_time_though_it_came_after(begin: Begin) -> None:
    road = await routed(begin)
    await road.at("2026-11-23 10:10")
    await road.give_back("roads", taken_at=msk("2026-11-23 09:50"))
    run = road.run("return")
    assert (run.met_at, run.breached_at, run.cancelled_at) == (msk("2026-11-23 09:50"), None, None)


async def test_an_answer_missed_after_a_draft_taken_in_time_is_told_as_it_stood_at_its_due_moment(
    begin: Begin,
) -> None:
    road = await routed(begin)
    await road.at("2026-11-24 10:00")
    # At 09:45 the draft had been taken already, late: the curator's approval was in time.
    await road.draft("roads", taken_at=msk("2026-11-24 09:30"))
    (charge,) = road.run("answer").charges
    assert (charge.limit, charge.over) == ("draft", timedelta(hours=3, minutes=45))
    assert (await road.told("escalation", "answer"))[-1] == "deputy roads"
    assert len(await road.notices("withdrawn_breach", "answer")) == 1


@pytest.mark.parametrize(("arrange", "holder"), [(registered, "roads"), (routed, "curator")])
async def test_an_answer_that_came_due_while_a_route_or_return_was_held_up_is_nobodys_fault(
    begin: Begin, arrange: Arrange, holder: str
) -> None:
    road = await arrange(begin)
    await road.at("2026-11-24 10:00")
    await (road.route if holder == "roads" else road.give_back)("roads", taken_at=msk("2026-11-24 09:30"))
    run = road.run("answer")
    assert (run.holder.body or run.holder.role, run.inherited) == (holder, True)
    assert said(run.breached_at) == "2026-11-24 10:00"
    assert len(await road.notices("withdrawn_breach", "answer")) == 1


async def test_an_answer_that_came_due_right_after_a_late_route_is_the_curators(begin: Begin) -> None:
    road = await begin(MONDAY)
    await road.at("2026-11-24 09:45:10")
    await road.route("roads", taken_at=msk("2026-11-24 09:44:50"))
    run = road.run("answer")
    assert (run.holder.role, run.inherited, run.breached_at) == ("curator", False, msk("2026-11-24 09:45"))


async def test_an_answer_that_a_route_moved_into_the_past_blames_nobody_though_it_fired_on_the_way(
    begin: Begin,
) -> None:
    road = await begin(MONDAY, regulation=act(limits__answer__by_importance={"high": "PT1H"}))
    await road.at("2026-11-24 09:45:10")
    await road.route("roads", importance=Importance.HIGH, taken_at=msk("2026-11-24 09:44:50"))
    run = road.run("answer")
    assert (said(run.due_at), run.inherited, run.breached_at) == (
        "2026-11-23 10:00",
        True,
        msk("2026-11-24 09:44:50"),
    )
    assert len(await road.notices("withdrawn_breach", "answer")) == 1


async def test_an_answer_missed_is_told_once_where_a_late_command_changes_nothing_of_it(begin: Begin) -> None:
    road = await routed(begin)
    await road.at("2026-11-24 10:00")
    await road.report_to_governor(taken_at=msk("2026-11-24 09:30"))
    assert len(await road.rows("breach", "answer")) == 1
    assert await road.notices("withdrawn_breach") == []


# ---- within which bounds a command counts


async def test_a_command_never_counts_from_before_the_one_before_it_or_registration_or_from_the_future(
    begin: Begin,
) -> None:
    road = await begin("2026-11-23 10:00", detected=msk(MONDAY))
    await road.route("roads", taken_at=msk("2026-11-23 09:30"))
    assert road.run("routing").met_at == msk("2026-11-23 10:00")
    await road.at("2026-11-23 10:20")
    await road.draft("roads", taken_at=msk("2026-11-23 10:10"))
    await road.withdraw("roads", taken_at=msk("2026-11-23 10:05"))
    assert [row.at for row in await road.rows("withdraw_draft")] == [msk("2026-11-23 10:10")]
    await road.draft("roads", taken_at=msk("2026-11-23 18:00"))
    assert said(road.run("draft").met_at) == "2026-11-23 10:20"


# ---- a message held up by a machine


HELD_UP: dict[str, tuple[Arrange, Callable[[Road, datetime], Awaitable[object]], str, str]] = {
    "an approval": (drafted, lambda road, at: road.approve(at), "publication", "2026-11-23 10:50"),
    "a route": (registered, lambda road, at: road.route("roads", taken_at=at), "return", "2026-11-23 11:20"),
    "a return": (
        routed,
        lambda road, at: road.give_back("roads", taken_at=at),
        "routing",
        "2026-11-23 11:50",
    ),
}


@pytest.mark.parametrize("command", HELD_UP)
async def test_a_command_held_up_starts_the_next_limit_when_it_reached_the_holder(
    begin: Begin, command: str
) -> None:
    arrange, give, limit, due = HELD_UP[command]
    road = await arrange(begin)
    await road.at("2026-11-23 10:20")
    await give(road, msk("2026-11-23 10:00"))
    assert (await road.journal())[-1].at == msk("2026-11-23 10:00")
    run = road.run(limit)
    assert (said(run.started_at), said(run.due_at)) == ("2026-11-23 10:20", due)


async def test_a_command_that_came_at_once_starts_the_next_limit_when_it_was_taken(begin: Begin) -> None:
    road = await drafted(begin)
    await road.at("2026-11-23 10:00:30")
    await road.approve(taken_at=msk("2026-11-23 10:00"))
    approval, publication = road.run("approval"), road.run("publication")
    assert approval.met_at == publication.started_at == msk("2026-11-23 10:00")


# ---- applied once


async def test_a_command_is_applied_once_however_often_its_signal_is_repeated(begin: Begin) -> None:
    road = await begin(MONDAY)
    command = road.routing("roads", taken_at=msk(MONDAY))
    for _ in range(3):
        assert (await road.send(command)).accepted
    assert await road.kinds() == ["registered", "route"]


async def test_a_repeated_signal_is_not_applied_after_another_command_either(begin: Begin) -> None:
    road = await routed(begin)
    command = road.drafting("roads")
    await road.send(command)
    await road.withdraw("roads")
    assert (await road.send(command)).accepted
    assert [draft.status for draft in road.state.drafts] == ["withdrawn"]


async def test_a_refused_command_stays_refused_when_its_signal_is_repeated(begin: Begin) -> None:
    road = await routed(begin)
    drafting = road.drafting("roads")
    command = commands.Approve(**road.given("curator", CURATOR, None), draft=drafting.draft)
    first = await road.send(command)
    await road.send(drafting)
    assert (await road.send(command), road.state.stage) == (first, "approval")
    assert len(await road.rows("refused")) == 1


async def test_the_outcome_of_a_command_that_has_not_come_is_unknown(begin: Begin) -> None:
    road = await begin(MONDAY)
    answer = await road.ask("outcome", "never-sent")
    assert answer.outcome is None


async def test_a_contribution_held_up_gives_the_next_body_its_whole_time(begin: Begin) -> None:
    road = await contributed(begin, "roads", "housing", "health")
    await road.at("2026-11-23 11:30")
    await road.contribute("housing", taken_at=msk("2026-11-23 10:00"))
    run = road.run("contribution")
    assert said(run.started_at) == "2026-11-23 11:30"
    assert run.due_at - run.started_at == timedelta(hours=2, minutes=45)


async def test_a_limit_is_breached_by_a_minute_where_the_command_was_taken_a_minute_late(
    begin: Begin,
) -> None:
    road = await drafted(begin)
    due = road.run("approval").due_at
    await road.until(due + 5 * MINUTE)
    await road.approve(taken_at=due + MINUTE)
    run = road.run("approval")
    assert (run.breached_at, run.met_at) == (due, due + MINUTE)
    kinds = await road.kinds()
    assert kinds.index("breach") < kinds.index("approve")
