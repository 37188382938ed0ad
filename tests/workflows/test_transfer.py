"""Transfer of what a body that no longer acts owes to its successor, due unchanged; what it missed stays its own."""

from collections.abc import Awaitable, Callable

import pytest

from calendar_rules.vocabulary import CloseReason, DraftKind, DraftStatus
from tests.workflows.road import ADMIN, Road, said
from tests.workflows.stages import (
    HOUR,
    Begin,
    approved,
    contributed,
    drafted,
    published,
    replied,
    reworked,
    routed,
    withdrawn,
)
from workflows.notice_facts import Assigned, Recalled
from workflows.state import LimitRun
from workflows.vocabulary import Command

Arrange = Callable[[Begin], Awaitable[Road]]


async def interim(begin: Begin) -> Road:
    return await published(begin, DraftKind.INTERIM)


async def clarification(begin: Begin) -> Road:
    return await published(begin, DraftKind.CLARIFICATION)


STAGES: list[Arrange] = [routed, drafted, reworked, approved, withdrawn, interim, clarification, replied]


def due(runs: tuple[LimitRun, ...]) -> list[object]:
    return [(run.number, run.started_at, run.due_at, run.met_at, run.cancelled_at) for run in runs]


@pytest.mark.parametrize("arrange", STAGES)
async def test_the_successor_goes_on_with_every_due_moment_as_it_was(begin: Begin, arrange: Arrange) -> None:
    road = await arrange(begin)
    stage, before = road.state.stage, due(road.state.limits)
    assert (await road.transfer("roads", "housing")).accepted
    assert (road.state.stage, road.state.current_body) == (stage, "housing")
    assert due(road.state.limits) == before
    assert {run.holder.body for run in road.state.open_limits()} <= {"housing", None}
    assert road.state.turns == ("roads", "housing")


async def test_a_promise_of_an_interim_answer_is_kept_by_the_successor(begin: Begin) -> None:
    road = await interim(begin)
    await road.transfer("roads", "housing")
    run = road.run("final_draft")
    assert (run.holder.body, run.calendar, run.is_open) == ("housing", "housing", True)
    await road.draft("housing")
    await road.approve()
    assert (await road.publish("housing")).accepted
    assert road.state.outcome == "answered"


async def test_an_approved_text_is_the_successors_to_publish(begin: Begin) -> None:
    road = await approved(begin)
    await road.transfer("roads", "housing")
    assert not (await road.publish("roads")).accepted
    assert (await road.publish("housing")).accepted
    assert (road.last_draft.status, road.last_draft.body) == (DraftStatus.PUBLISHED, "housing")


async def test_the_successor_takes_a_draft_back_and_owes_it_again(begin: Begin) -> None:
    road = await drafted(begin)
    await road.transfer("roads", "housing")
    assert (await road.withdraw("housing")).accepted
    assert {run.holder.body for run in road.state.open_limits()} == {"housing"}


async def test_rework_goes_to_the_successor(begin: Begin) -> None:
    road = await drafted(begin)
    await road.transfer("roads", "housing")
    await road.rework()
    assert road.run("rework").holder.body == "housing"
    assert road.last_draft.person is None
    assert await road.told("rework") == ["executors housing"]


async def test_what_was_missed_before_stays_the_old_bodys(begin: Begin) -> None:
    road = await routed(begin)
    await road.wait(6 * HOUR)
    await road.transfer("roads", "housing")
    draft, answer = road.run("draft"), road.run("answer")
    assert (draft.holder.body, said(draft.breached_at)) == ("roads", "2026-11-23 14:45")
    assert answer.holder.body == "housing"


async def test_a_deadline_after_the_transfer_is_the_successors(begin: Begin) -> None:
    road = await routed(begin)
    await road.transfer("roads", "housing")
    await road.wait(6 * HOUR)
    assert road.run("draft").breached_at is not None
    assert road.run("draft").holder.body == "housing"
    assert await road.told("escalation", "draft") == ["deputy housing"]


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


async def test_while_the_curator_has_the_draft_the_successor_is_told_of_no_duty(begin: Begin) -> None:
    road = await drafted(begin)
    await road.transfer("roads", "housing")
    assert (await road.notices("assigned"))[-1].facts == Assigned(by=Command.TRANSFER)


async def test_the_journal_names_both(begin: Begin) -> None:
    road = await routed(begin)
    await road.transfer("roads", "housing")
    [row] = await road.rows("transfer")
    assert (row.person, row.data["body"], row.data["successor"]) == ("curator", "roads", "housing")


async def test_the_assignee_of_the_old_body_is_nobodys(begin: Begin) -> None:
    road = await routed(begin)
    await road.assign("roads", "executor-roads")
    await road.transfer("roads", "housing")
    assert road.state.assignee is None


async def test_the_successor_corrects_the_link_of_what_the_old_body_published(begin: Begin) -> None:
    road = await interim(begin)
    await road.transfer("roads", "housing")
    assert (await road.send(road.link("housing"))).accepted


async def test_a_later_body_of_a_joint_answer_passes_without_notices(begin: Begin) -> None:
    road = await routed(begin, "roads", "housing")
    told = len(await road.notices())
    assert (await road.transfer("housing", "health")).accepted
    assert road.state.sequence == ("roads", "health")
    assert road.run("answer").holder.body == "health"
    assert len(await road.notices()) == told


async def test_a_successor_with_a_later_turn_gives_the_part_of_both(begin: Begin) -> None:
    road = await routed(begin, "roads", "housing")
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
    road = await routed(begin, "roads", "housing")
    assert not (await road.transfer("housing", "roads")).accepted


async def test_whoever_changed_the_directory_may_with_that(begin: Begin) -> None:
    road = await routed(begin)
    assert (await road.transfer("roads", "housing", ADMIN, with_directory=True)).accepted


async def test_a_reopened_message_passes_too(begin: Begin) -> None:
    road = await routed(begin)
    await road.close(CloseReason.DELETED)
    await road.goes_on(road.reopening())
    assert (await road.transfer("roads", "housing")).accepted
