"""A body may take its draft back until it is published: what the draft had met is owed again."""

import pytest

from calendar_rules.vocabulary import DraftKind, DraftStatus, Stage
from tests.workflows.road import executor, msk, said
from tests.workflows.stages import (
    Arrange,
    Begin,
    approved,
    contributed,
    drafted,
    published,
    reworked,
    routed,
)
from workflows import commands
from workflows.notice_facts import DraftWithdrawn


@pytest.mark.parametrize(
    ("kind", "stage"),
    [(DraftKind.INTERIM, Stage.AWAITING_FINAL), (DraftKind.CLARIFICATION, Stage.AWAITING_AUTHOR)],
)
async def test_a_draft_withdrawn_while_waiting_takes_the_message_back_to_waiting(
    begin: Begin, kind: DraftKind, stage: Stage
) -> None:
    road = await published(begin, kind)
    await road.draft("roads")
    await road.withdraw("roads")
    assert road.state.stage is stage


async def test_a_withdrawn_draft_is_owed_again_by_the_same_moment_and_its_approval_falls_away(
    begin: Begin,
) -> None:
    road = await drafted(begin, DraftKind.INTERIM)
    await road.at("2026-11-23 09:30")
    await road.withdraw("roads")
    assert (road.state.stage, road.last_draft.status) == (Stage.PREPARATION, "withdrawn")
    assert said(road.run("approval").cancelled_at) == "2026-11-23 09:30"
    run = road.run("draft")
    assert (run.met_at, run.breached_at, said(run.due_at)) == (None, None, "2026-11-23 14:45")
    # The window of a return does not open again.
    assert road.run("return").cancelled_at is not None
    assert await road.told("draft_withdrawn") == ["curator curator"]
    assert [fact.facts for fact in await road.notices("draft_withdrawn")] == [
        DraftWithdrawn(body="roads", draft_kind=DraftKind.INTERIM)
    ]
    await road.at("2026-11-23 14:46")
    assert road.run("draft").breached_at == msk("2026-11-23 14:45")
    await road.draft("roads")
    assert said(road.run("draft").met_at) == "2026-11-23 14:46"


async def test_every_run_the_draft_had_met_is_owed_again(begin: Begin) -> None:
    road = await contributed(begin)
    await road.draft("housing")
    await road.withdraw("housing")
    assert {run.name.value for run in road.state.open_limits()} == {"answer", "contribution", "draft"}


async def test_a_withdrawn_reworked_draft_is_owed_again_in_the_same_round(begin: Begin) -> None:
    road = await reworked(begin)
    first = road.last_draft.id
    await road.at("2026-11-23 09:30")
    await road.draft("roads")
    given = road.given("executor-roads", executor("roads"), None)
    assert not (await road.send(commands.WithdrawDraft(**given, draft=first))).accepted
    await road.withdraw("roads")
    assert road.state.stage is Stage.REWORK
    run = road.run("rework")
    assert (run.met_at, run.breached_at, said(run.due_at)) == (None, None, "2026-11-23 10:00")
    await road.draft("roads")
    assert [draft.round for draft in road.state.drafts] == [1, 2, 2]


@pytest.mark.parametrize(
    ("arrange", "limit", "at"),
    [(reworked, "rework", "2026-11-23 10:20"), (approved, "draft", "2026-11-23 15:00")],
)
async def test_withdrawn_past_its_due_moment_a_run_is_breached_at_that_moment(
    begin: Begin, arrange: Arrange, limit: str, at: str
) -> None:
    road = await arrange(begin)
    if arrange is reworked:
        await road.draft("roads")
    await road.at(at)
    await road.withdraw("roads")
    run = road.run(limit)
    assert (run.met_at, run.breached_at) == (None, run.due_at)
    assert await road.told("escalation", limit) == ["deputy roads"]


async def test_withdrawn_at_its_due_moment_a_run_is_not_yet_breached_by_that(begin: Begin) -> None:
    road = await drafted(begin)
    await road.at("2026-11-23 14:45")
    await road.withdraw("roads", taken_at=msk("2026-11-23 14:45"))
    await road.draft("roads", taken_at=msk("2026-11-23 14:45"))
    assert road.run("draft").breached_at is None


async def test_a_run_breached_before_the_draft_stays_breached_and_is_not_told_twice(begin: Begin) -> None:
    road = await routed(begin)
    await road.at("2026-11-23 15:00")
    await road.draft("roads")
    await road.withdraw("roads")
    run = road.run("draft")
    assert (run.met_at, run.breached_at) == (None, run.due_at)
    assert len(await road.rows("breach", "draft")) == 1


async def test_a_run_owed_again_past_its_warning_warns_at_once(begin: Begin) -> None:
    road = await drafted(begin)
    await road.at("2026-11-23 14:20")
    await road.withdraw("roads")
    assert [said(fact.at) for fact in await road.notices("warning", "draft")] == ["2026-11-23 14:20"]


# ---- an approval taken back


async def test_an_approved_draft_is_withdrawn_and_its_stage_is_as_before(begin: Begin) -> None:
    road = await approved(begin)
    await road.at("2026-11-23 09:10")
    assert (await road.withdraw("roads")).accepted
    assert (road.state.stage, road.last_draft.status) == (Stage.PREPARATION, DraftStatus.WITHDRAWN)
    assert said(road.run("publication").cancelled_at) == "2026-11-23 09:10"
    assert {run.name.value for run in road.state.open_limits()} == {"answer", "draft"}


async def test_an_approved_draft_goes_for_rework(begin: Begin) -> None:
    road = await approved(begin)
    approval = road.run("approval")
    await road.at("2026-11-23 09:10")
    assert (await road.rework()).accepted
    # The curator's time for the approval is not asked for twice.
    assert road.run("approval") == approval
    assert (road.state.stage, road.last_draft.status) == (Stage.REWORK, DraftStatus.REWORK)
    assert said(road.run("publication").cancelled_at) == "2026-11-23 09:10"
    assert said(road.run("rework").due_at) == "2026-11-23 10:10"
    assert await road.told("rework") == ["executors roads"]
