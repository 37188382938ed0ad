"""Clause 18: what is not processed; and the other ends without an answer."""

import pytest

from calendar_rules.vocabulary import CloseReason, DeclineGround
from tests.workflows.road import msk, said
from tests.workflows.stages import (
    MONDAY,
    Arrange,
    Begin,
    approved,
    clarification,
    drafted,
    final_draft,
    interim,
    registered,
    replied,
    reworked,
    routed,
)
from workflows.notice_facts import VoidAfterBreach


@pytest.mark.parametrize("ground", DeclineGround)
async def test_a_message_is_declined_on_each_ground_and_a_threat_is_told_to_the_head(
    begin: Begin, ground: DeclineGround
) -> None:
    road = await begin(MONDAY)
    await road.at("2026-11-23 09:40")
    await road.decline(ground)
    assert await road.handle.result() == "declined"
    assert road.state.decline_ground == ground
    assert [row.data["ground"] for row in await road.rows("decline")] == [ground]
    is_threat = ground is not DeclineGround.OBSCENE_OR_INSULTING
    assert [(fact.kind, to.audience) for fact in await road.notices() for to in fact.to] == (
        [("threat", "head")] if is_threat else []
    )
    # It is what routing was for.
    run = road.run("routing")
    assert (said(run.met_at), run.cancelled_at) == ("2026-11-23 09:40", None)


async def test_declining_ends_every_limit(begin: Begin) -> None:
    road = await routed(begin)
    await road.at("2026-11-23 09:20")
    await road.decline()
    assert {said(run.cancelled_at) for run in road.state.limits if run.name != "routing"} == {
        "2026-11-23 09:20"
    }


async def test_a_threat_does_not_wait_for_the_opening(begin: Begin) -> None:
    road = await begin("2026-11-28 23:00")
    await road.decline(DeclineGround.THREAT_TO_OFFICIAL)
    assert [fact.deliver_from == fact.at for fact in await road.notices("threat")] == [True]


# ---- closing without an answer


@pytest.mark.parametrize("arrange", [registered, routed, drafted, reworked, approved])
async def test_what_was_registered_by_mistake_is_closed_while_nothing_is_published(
    begin: Begin, arrange: Arrange
) -> None:
    road = await arrange(begin)
    assert not (await road.close(CloseReason.NO_REPLY)).accepted
    assert (await road.close(CloseReason.REGISTERED_BY_MISTAKE)).accepted
    # Without a breach nobody is told of it.
    assert await road.told("void_after_breach") == []


@pytest.mark.parametrize("arrange", [interim, clarification, replied, final_draft])
async def test_a_message_with_a_published_text_was_not_registered_by_mistake(
    begin: Begin, arrange: Arrange
) -> None:
    road = await arrange(begin)
    outcome = await road.close(CloseReason.REGISTERED_BY_MISTAKE)
    assert (outcome.accepted, (outcome.detail or "").startswith("Текст уже размещён")) == (False, True)
    # No reply closes only what waits for the author.
    assert (await road.close(CloseReason.NO_REPLY)).accepted is (arrange is clarification)


async def test_the_head_learns_of_a_mistake_that_had_breaches_and_they_stay(begin: Begin) -> None:
    road = await begin(MONDAY)
    await road.at("2026-11-23 11:00")
    await road.close(CloseReason.REGISTERED_BY_MISTAKE)
    run = road.run("routing")
    assert (run.breached_at, road.state.outcome) == (run.due_at, "void")
    facts = [fact.facts for fact in await road.notices("void_after_breach")]
    assert (await road.told("void_after_breach"), facts) == (["head"], [VoidAfterBreach(breaches=1)])
    # A limit that was inherited is no breach worth telling.
    road = await begin("2026-11-23 11:00", detected=msk(MONDAY))
    await road.close(CloseReason.REGISTERED_BY_MISTAKE)
    assert await road.told("void_after_breach") == []


@pytest.mark.parametrize(
    ("reason", "outcome"),
    [
        (CloseReason.DELETED, "unanswered"),
        (CloseReason.COMMENTS_CLOSED, "unanswered"),
        (CloseReason.REGISTERED_BY_MISTAKE, "void"),
    ],
)
async def test_what_was_registered_by_mistake_is_void_and_closing_does_not_meet_routing(
    begin: Begin, reason: CloseReason, outcome: str
) -> None:
    road = await begin(MONDAY)
    await road.close(reason)
    assert (await road.handle.result(), road.state.close_reason) == (outcome, reason)
    run = road.run("routing")
    assert (run.met_at, run.cancelled_at is not None) == (None, True)
