"""A person is never late because a machine was: a command counts from when it was taken, and counts once."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from uuid import uuid4

from temporalio.client import Client

from calendar_rules.vocabulary import CloseReason, DraftKind, Importance
from tests.workflows.acts import act
from tests.workflows.road import CURATOR, Archive, Road, executor, message_worker, msk, said
from tests.workflows.stages import (
    MINUTE,
    MONDAY,
    Begin,
    approved,
    contributed,
    drafted,
    routed,
)
from workflows import commands


def route_taken(road: Road, at: str) -> commands.Route:
    given = road.given("curator", CURATOR, msk(at), "location")
    return commands.Route(
        **given,
        bodies=("roads",),
        schedules=road.schedules_of(("roads",)),
        topic="potholes",
        importance=Importance.ORDINARY,
    )


# ---- the worker is away


@asynccontextmanager
async def alone(client: Client, archive: Archive, queue: str, *, at: str) -> AsyncIterator[Road]:
    """A message of which a worker of its own takes care until the end of the block."""
    async with message_worker(client, archive, task_queue=queue):
        road = await Road.begin(client, archive, msk(MONDAY), task_queue=queue)
        await road.at(at)
        yield road


async def test_a_command_sent_while_the_worker_is_away_is_in_time_though_the_limit_passed(
    temporal: Client, archive: Archive
) -> None:
    queue = uuid4().hex
    async with alone(temporal, archive, queue, at="2026-11-23 10:29:59") as road:
        command = route_taken(road, "2026-11-23 10:29:59")
    await road.signal(command)
    await road.passed(msk("2026-11-23 10:30"))
    async with message_worker(temporal, archive, task_queue=queue):
        await road.outcome(command.id)
        run = road.run("routing")
        assert (run.met_at, run.breached_at) == (msk("2026-11-23 10:29:59"), None)
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


async def test_a_command_taken_in_time_and_sent_after_the_limit_passed_with_the_worker_away_is_in_time(
    temporal: Client, archive: Archive
) -> None:
    queue = uuid4().hex
    async with alone(temporal, archive, queue, at="2026-11-23 10:29:59.5") as road:
        command = route_taken(road, "2026-11-23 10:29:00")
    await road.passed(msk("2026-11-23 10:30:00.5"))
    await road.signal(command)
    async with message_worker(temporal, archive, task_queue=queue):
        await road.outcome(command.id)
        run = road.run("routing")
        assert (run.met_at, run.breached_at) == (msk("2026-11-23 10:29:00"), None)


# ---- the command comes after the timer was served


async def test_a_breach_that_a_command_taken_in_time_disproves_is_withdrawn_on_record_and_by_notice(
    begin: Begin,
) -> None:
    road = await begin(MONDAY)
    await road.at("2026-11-23 10:40")
    breached = road.run("routing").breached_at
    await road.route("roads", taken_at=msk("2026-11-23 10:20"))
    run = road.run("routing")
    assert (breached, run.breached_at, run.met_at) == (
        msk("2026-11-23 10:30"),
        None,
        msk("2026-11-23 10:20"),
    )
    breach = (await road.rows("breach", "routing"))[0]
    assert [row.data["breach"] for row in await road.rows("breach_withdrawn", "routing")] == [breach.number]
    assert [fact.revokes for fact in await road.notices("withdrawn_breach", "routing")] == [breach.number]


async def test_a_breach_is_withdrawn_by_a_command_taken_at_the_due_moment_itself(begin: Begin) -> None:
    road = await begin(MONDAY)
    await road.at("2026-11-23 10:40")
    await road.route("roads", taken_at=msk("2026-11-23 10:30"))
    assert road.run("routing").breached_at is None


async def test_a_breach_stands_where_the_command_was_taken_later(begin: Begin) -> None:
    road = await begin(MONDAY)
    await road.at("2026-11-23 10:40")
    await road.route("roads", taken_at=msk("2026-11-23 10:31"))
    run = road.run("routing")
    assert (run.breached_at, run.met_at) == (msk("2026-11-23 10:30"), msk("2026-11-23 10:31"))
    assert await road.notices("withdrawn_breach") == []


async def test_the_breach_of_the_answer_is_withdrawn_by_a_publication_taken_in_time(begin: Begin) -> None:
    road = await approved(begin)
    await road.at("2026-11-24 10:00")
    assert road.run("answer").breached_at == msk("2026-11-24 09:45")
    await road.publish("roads", taken_at=msk("2026-11-24 09:44"))
    run = road.run("answer")
    assert (run.breached_at, run.met_at) == (None, msk("2026-11-24 09:44"))
    assert len(await road.notices("withdrawn_breach", "answer")) == 1


async def test_the_breach_of_a_draft_is_withdrawn_by_a_draft_taken_in_time(begin: Begin) -> None:
    road = await routed(begin)
    await road.at("2026-11-23 15:00")
    await road.draft("roads", taken_at=msk("2026-11-23 14:40"))
    assert road.run("draft").breached_at is None


async def test_the_breach_of_a_contribution_is_withdrawn_by_a_contribution_taken_in_time(
    begin: Begin,
) -> None:
    road = await routed(begin, "roads", "housing")
    await road.at("2026-11-23 11:10")
    await road.contribute("roads", taken_at=msk("2026-11-23 10:50"))
    assert road.run("contribution", 0).breached_at is None


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


async def test_what_was_due_before_a_command_was_taken_is_breached_before_it_is_applied(begin: Begin) -> None:
    road = await drafted(begin)
    await road.at("2026-11-23 10:40")
    await road.approve(taken_at=msk("2026-11-23 10:35"))
    kinds = await road.kinds()
    assert kinds.index("breach") < kinds.index("approve")


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


async def test_an_answer_that_came_due_while_a_route_was_held_up_is_nobodys_fault(begin: Begin) -> None:
    road = await begin(MONDAY)
    await road.at("2026-11-24 10:00")
    await road.route("roads", taken_at=msk("2026-11-24 09:30"))
    run = road.run("answer")
    assert (run.holder.body, run.inherited, said(run.breached_at)) == ("roads", True, "2026-11-24 10:00")
    assert len(await road.notices("withdrawn_breach", "answer")) == 1


async def test_an_answer_that_came_due_while_a_return_was_held_up_is_nobodys_fault(begin: Begin) -> None:
    road = await routed(begin)
    await road.at("2026-11-24 10:00")
    await road.give_back("roads", taken_at=msk("2026-11-24 09:30"))
    run = road.run("answer")
    assert (run.holder.role, run.inherited, said(run.breached_at)) == ("curator", True, "2026-11-24 10:00")


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


async def test_a_command_never_counts_from_before_the_one_before_it(begin: Begin) -> None:
    road = await begin(MONDAY)
    await road.at("2026-11-23 10:00")
    await road.route("roads", taken_at=msk("2026-11-23 09:50"))
    await road.draft("roads", taken_at=msk("2026-11-23 09:20"))
    assert road.run("draft").met_at == msk("2026-11-23 09:50")
    assert [row.at for row in await road.rows("submit_draft")] == [msk("2026-11-23 09:50")]


async def test_the_first_command_never_counts_from_before_registration(begin: Begin) -> None:
    road = await begin("2026-11-23 10:00", detected=msk(MONDAY))
    await road.route("roads", taken_at=msk("2026-11-23 09:30"))
    assert road.run("routing").met_at == msk("2026-11-23 10:00")


async def test_a_command_never_counts_from_the_future(begin: Begin) -> None:
    road = await begin(MONDAY)
    await road.route("roads", taken_at=msk("2026-11-23 18:00"))
    assert said(road.run("routing").met_at) == MONDAY


# ---- a message held up by a machine


async def test_a_command_that_came_at_once_starts_the_next_limit_when_it_was_taken(begin: Begin) -> None:
    road = await drafted(begin)
    await road.at("2026-11-23 10:00:30")
    await road.approve(taken_at=msk("2026-11-23 10:00"))
    assert road.run("publication").started_at == msk("2026-11-23 10:00")


async def test_a_command_held_up_starts_the_next_limit_when_it_reached_the_holder(begin: Begin) -> None:
    road = await drafted(begin)
    await road.at("2026-11-23 10:20")
    await road.approve(taken_at=msk("2026-11-23 10:00"))
    approval, publication = road.run("approval"), road.run("publication")
    assert (approval.met_at, said(publication.started_at), said(publication.due_at)) == (
        msk("2026-11-23 10:00"),
        "2026-11-23 10:20",
        "2026-11-23 10:50",
    )


async def test_a_route_held_up_starts_the_bodys_window_when_it_reached_the_body(begin: Begin) -> None:
    road = await begin(MONDAY)
    await road.at("2026-11-23 10:20")
    await road.route("roads", taken_at=msk("2026-11-23 09:10"))
    assert said(road.run("return").due_at) == "2026-11-23 11:20"


async def test_a_return_held_up_starts_routing_when_it_reached_the_curator(begin: Begin) -> None:
    road = await routed(begin)
    await road.at("2026-11-23 10:20")
    await road.give_back("roads", taken_at=msk("2026-11-23 09:30"))
    assert said(road.run("routing").started_at) == "2026-11-23 10:20"


# ---- applied once


async def test_a_command_is_applied_once_however_often_its_signal_is_repeated(begin: Begin) -> None:
    road = await begin(MONDAY)
    command = route_taken(road, MONDAY)
    for _ in range(3):
        assert (await road.send(command)).accepted
    assert await road.kinds() == ["registered", "route"]


async def test_a_repeated_signal_is_not_applied_after_another_command_either(begin: Begin) -> None:
    road = await routed(begin)
    command = commands.SubmitDraft(
        **road.given("executor-roads", executor("roads"), None, "text"), draft="d1", kind=DraftKind.ANSWER
    )
    await road.send(command)
    await road.withdraw("roads")
    assert (await road.send(command)).accepted
    assert [draft.status for draft in road.state.drafts] == ["withdrawn"]


async def test_a_refused_command_stays_refused_when_its_signal_is_repeated(begin: Begin) -> None:
    road = await routed(begin)
    command = commands.Approve(**road.given("curator", CURATOR, None), draft="d1")
    first = await road.send(command)
    await road.send(
        commands.SubmitDraft(
            **road.given("executor-roads", executor("roads"), None, "text"), draft="d1", kind=DraftKind.ANSWER
        )
    )
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
