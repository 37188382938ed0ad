"""Clause 18: what is not processed; and the other ends without an answer."""

from collections.abc import Awaitable, Callable

import pytest

from calendar_rules.vocabulary import CloseReason, DeclineGround, DraftKind
from tests.workflows.road import Road, msk, said
from tests.workflows.stages import (
    MONDAY,
    Begin,
    approved,
    drafted,
    published,
    replied,
    reworked,
    routed,
)
from workflows.notice_facts import VoidAfterBreach

Arrange = Callable[[Begin], Awaitable[Road]]


async def registered(begin: Begin) -> Road:
    return await begin(MONDAY)


async def awaiting_final(begin: Begin) -> Road:
    return await published(begin, DraftKind.INTERIM)


async def awaiting_author(begin: Begin) -> Road:
    return await published(begin, DraftKind.CLARIFICATION)


async def drafted_after_interim(begin: Begin) -> Road:
    road = await awaiting_final(begin)
    await road.draft("roads")
    return road


@pytest.mark.parametrize("ground", DeclineGround)
async def test_a_message_is_declined_on_each_ground(begin: Begin, ground: DeclineGround) -> None:
    road = await begin(MONDAY)
    await road.decline(ground)
    assert await road.handle.result() == "declined"
    assert road.state.decline_ground == ground
    assert [row.data["ground"] for row in await road.rows("decline")] == [ground]


async def test_declining_ends_every_limit(begin: Begin) -> None:
    road = await routed(begin)
    await road.at("2026-11-23 09:20")
    await road.decline()
    assert {said(run.cancelled_at) for run in road.state.limits if run.name != "routing"} == {
        "2026-11-23 09:20"
    }


async def test_declining_meets_routing(begin: Begin) -> None:
    road = await begin(MONDAY)
    await road.at("2026-11-23 09:40")
    await road.decline()
    run = road.run("routing")
    assert (said(run.met_at), run.cancelled_at) == ("2026-11-23 09:40", None)


async def test_closing_in_routing_does_not_meet_it(begin: Begin) -> None:
    road = await begin(MONDAY)
    await road.close(CloseReason.DELETED)
    run = road.run("routing")
    assert (run.met_at, run.cancelled_at is not None) == (None, True)


@pytest.mark.parametrize("ground", [DeclineGround.THREAT_TO_OFFICIAL, DeclineGround.HARM_TO_PERSON])
async def test_a_threat_is_told_to_the_head(begin: Begin, ground: DeclineGround) -> None:
    road = await begin(MONDAY)
    await road.decline(ground)
    assert await road.told("threat") == ["head"]


async def test_a_threat_does_not_wait_for_the_opening(begin: Begin) -> None:
    road = await begin("2026-11-28 23:00")
    await road.decline(DeclineGround.THREAT_TO_OFFICIAL)
    assert [fact.deliver_from == fact.at for fact in await road.notices("threat")] == [True]


async def test_an_insult_is_told_to_nobody(begin: Begin) -> None:
    road = await begin(MONDAY)
    await road.decline(DeclineGround.OBSCENE_OR_INSULTING)
    assert await road.notices() == []


# ---- closing without an answer


@pytest.mark.parametrize("arrange", [registered, routed, drafted, reworked, approved])
async def test_what_was_registered_by_mistake_is_closed_while_nothing_is_published(
    begin: Begin, arrange: Arrange
) -> None:
    road = await arrange(begin)
    assert (await road.close(CloseReason.REGISTERED_BY_MISTAKE)).accepted


@pytest.mark.parametrize("arrange", [awaiting_final, awaiting_author, replied, drafted_after_interim])
async def test_a_message_with_a_published_text_was_not_registered_by_mistake(
    begin: Begin, arrange: Arrange
) -> None:
    road = await arrange(begin)
    outcome = await road.close(CloseReason.REGISTERED_BY_MISTAKE)
    assert (outcome.accepted, (outcome.detail or "").startswith("Текст уже размещён")) == (False, True)


async def test_the_head_learns_of_a_mistake_that_had_breaches_and_they_stay(begin: Begin) -> None:
    road = await begin(MONDAY)
    await road.at("2026-11-23 11:00")
    await road.close(CloseReason.REGISTERED_BY_MISTAKE)
    run = road.run("routing")
    assert (run.breached_at, road.state.outcome) == (run.due_at, "void")
    facts = [fact.facts for fact in await road.notices("void_after_breach")]
    assert (await road.told("void_after_breach"), facts) == (["head"], [VoidAfterBreach(breaches=1)])


async def test_nobody_is_told_of_a_mistake_without_a_breach(begin: Begin) -> None:
    road = await routed(begin)
    await road.close(CloseReason.REGISTERED_BY_MISTAKE)
    assert await road.told("void_after_breach") == []


async def test_an_inherited_limit_makes_no_mistake_worth_telling(begin: Begin) -> None:
    road = await begin("2026-11-23 11:00", detected=msk(MONDAY))
    await road.close(CloseReason.REGISTERED_BY_MISTAKE)
    assert await road.told("void_after_breach") == []


@pytest.mark.parametrize("arrange", [registered, routed, drafted, reworked, approved, awaiting_final])
async def test_no_reply_closes_only_what_waits_for_the_author(begin: Begin, arrange: Arrange) -> None:
    road = await arrange(begin)
    assert not (await road.close(CloseReason.NO_REPLY)).accepted


@pytest.mark.parametrize(
    ("reason", "outcome"),
    [
        (CloseReason.DELETED, "unanswered"),
        (CloseReason.COMMENTS_CLOSED, "unanswered"),
        (CloseReason.REGISTERED_BY_MISTAKE, "void"),
    ],
)
async def test_what_was_registered_by_mistake_is_void(
    begin: Begin, reason: CloseReason, outcome: str
) -> None:
    road = await begin(MONDAY)
    await road.close(reason)
    assert (await road.handle.result(), road.state.close_reason) == (outcome, reason)
