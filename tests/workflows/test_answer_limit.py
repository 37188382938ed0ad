"""Clause 9: nine working hours from detection; who holds `answer`, who is told of it, and how it is moved."""

from collections.abc import Awaitable, Callable
from datetime import timedelta

import pytest
from pydantic import TypeAdapter

from calendar_rules.vocabulary import Importance, Stage
from tests.workflows.acts import act
from tests.workflows.road import Road, msk, said
from tests.workflows.stages import (
    HOUR,
    MONDAY,
    Begin,
    approved,
    contributed,
    drafted,
    returned,
    reworked,
    routed,
)
from workflows.notice_facts import Charge
from workflows.state import JournalEntry, LimitRun

DUE = "2026-11-24 09:45"


def holder(road: Road) -> str:
    run = road.run("answer")
    return run.holder.body or run.holder.role.value


async def test_who_is_to_act_next_holds_it(begin: Begin) -> None:
    road = await begin(MONDAY)
    held = [holder(road)]
    for step in (
        road.route("roads", "housing"),
        road.give_back("roads"),
        road.route("health"),
    ):
        assert (await step).accepted
        held.append(holder(road))
    # Of two bodies it is the one that drafts.
    assert held == ["curator", "housing", "curator", "health"]


async def test_who_held_it_when_it_was_breached_stays_on_record(begin: Begin) -> None:
    road = await routed(begin)
    await road.at("2026-11-24 10:00")
    await road.give_back("roads")
    await road.route("housing")
    assert holder(road) == "roads"


def charged(row: JournalEntry) -> list[tuple[str, str, str | None]]:
    """Whose the breach is, by the journal: the own limit that was over, the role and the body."""
    found = TypeAdapter(tuple[Charge, ...]).validate_python(row.data["charged"])
    return [(item.limit, item.role, item.body) for item in found]


BODY = ["executors roads", "responsible roads", "curator curator"]


async def registered(begin: Begin) -> Road:
    return await begin(MONDAY)


STEPS: dict[str, tuple[Callable[[Begin], Awaitable[Road]], list[str], str]] = {
    "routing": (registered, ["curator curator"], "head"),
    "draft": (routed, BODY, "deputy roads"),
    "approval": (drafted, ["curator curator", "executors roads", "responsible roads"], "head"),
    "rework": (reworked, BODY, "deputy roads"),
    "publication": (approved, BODY, "deputy roads"),
}


@pytest.mark.parametrize("step", STEPS)
async def test_a_breach_is_charged_to_whose_step_was_late_and_goes_to_their_superior(
    begin: Begin, step: str
) -> None:
    arrange, told, above = STEPS[step]
    road = await arrange(begin)
    await road.at("2026-11-24 10:00")
    row = (await road.rows("breach", "answer"))[0]
    whose = ("curator", None) if step in ("routing", "approval") else ("executor", "roads")
    assert charged(row) == [(step, *whose)]
    assert (row.data["holder"], row.data.get("body")) == whose
    assert await road.told("breach", "answer") == told
    assert await road.told("escalation", "answer") == [above]


async def test_a_breach_while_a_return_waits_goes_to_the_head(begin: Begin) -> None:
    road = await returned(begin, at="2026-11-23 09:00")
    await road.at("2026-11-24 10:00")
    assert await road.told("breach", "answer") == ["curator curator"]
    assert await road.told("escalation", "answer") == ["head"]


async def test_before_the_drafting_bodys_turn_its_warning_and_breach_go_to_the_body_at_work(
    begin: Begin,
) -> None:
    road = await routed(begin, "roads", "housing")
    await road.at("2026-11-24 10:00")
    assert await road.told("warning", "answer") == ["executors roads"]
    assert await road.told("breach", "answer") == BODY
    assert await road.told("escalation", "answer") == ["deputy roads"]
    row = (await road.rows("breach", "answer"))[0]
    assert (row.data["body"], charged(row)) == ("roads", [("contribution", "executor", "roads")])


async def test_from_the_drafting_bodys_turn_on_its_warning_and_breach_go_to_itself(begin: Begin) -> None:
    road = await contributed(begin)
    await road.at("2026-11-24 10:00")
    assert await road.told("warning", "answer") == ["executors housing"]
    assert await road.told("breach", "answer") == [
        "executors housing",
        "responsible housing",
        "curator curator",
    ]


async def test_before_routing_its_warning_goes_to_the_curator(begin: Begin) -> None:
    road = await begin(MONDAY)
    await road.at("2026-11-24 09:20")
    assert await road.told("warning", "answer") == ["curator curator"]


# ---- reduced terms


def dates(run: LimitRun) -> tuple[str | None, str | None, bool]:
    return said(run.due_at), said(run.breached_at), run.inherited


async def test_a_reduced_term_counts_from_detection(begin: Begin) -> None:
    road = await begin(MONDAY)
    await road.at("2026-11-23 10:00")
    await road.route("roads", reduced_term=4 * HOUR)
    assert dates(road.run("answer")) == ("2026-11-23 13:00", None, False)


async def test_a_reduced_term_that_would_be_over_already_is_refused(begin: Begin) -> None:
    road = await begin(MONDAY)
    await road.at("2026-11-23 10:20")
    outcome = await road.route("roads", reduced_term=HOUR)
    assert outcome.detail == (
        "С таким сокращённым сроком (1 рабочий час) ответ должен был быть размещён 23.11.2054 в 10:00. "
        "Укажите больший срок или направьте без сокращения (п. 7)."
    )
    assert (road.state.stage, road.state.reduced_term) == (Stage.ROUTING, None)


async def test_a_reduced_term_that_is_over_at_the_very_moment_is_refused(begin: Begin) -> None:
    road = await begin(MONDAY)
    await road.at("2026-11-23 10:01")
    assert not (await road.route("roads", reduced_term=HOUR, taken_at=msk("2026-11-23 10:00"))).accepted


async def test_a_reduced_term_with_a_moment_left_is_taken(begin: Begin) -> None:
    road = await begin(MONDAY)
    await road.at("2026-11-23 10:01")
    assert (await road.route("roads", reduced_term=HOUR, taken_at=msk("2026-11-23 09:59"))).accepted


async def test_importance_that_shortens_the_term_into_the_past_is_inherited_and_told_to_the_head(
    begin: Begin,
) -> None:
    short = act(limits__answer__by_importance={"high": "PT1H"})
    road = await begin(MONDAY, regulation=short)
    await road.at("2026-11-23 10:20")
    assert (await road.route("roads", importance=Importance.HIGH)).accepted
    assert dates(road.run("answer")) == ("2026-11-23 10:00", "2026-11-23 10:20", True)
    assert await road.told("breach") == []
    assert await road.told("escalation", "answer") == ["head"]


async def test_a_later_route_that_gives_time_again_takes_the_inheritance_off(begin: Begin) -> None:
    road = await begin(MONDAY, regulation=act(limits__answer__by_importance={"high": "PT1H"}))
    await road.at("2026-11-23 10:20")
    await road.route("roads", importance=Importance.HIGH)
    await road.route("housing")
    assert dates(road.run("answer")) == (DUE, None, False)


async def test_a_later_route_that_gives_time_again_withdraws_a_breach(begin: Begin) -> None:
    road = await routed(begin, reduced_term=HOUR)
    await road.at("2026-11-23 10:30")
    await road.give_back("roads")
    await road.route("housing")
    assert dates(road.run("answer")) == (DUE, None, False)
    assert len(await road.notices("withdrawn_breach", "answer")) == 1
    assert holder(road) == "housing"


async def test_a_breach_stands_where_the_term_stays(begin: Begin) -> None:
    road = await routed(begin, reduced_term=HOUR)
    await road.at("2026-11-23 10:30")
    await road.give_back("roads")
    await road.route("housing", reduced_term=HOUR)
    assert dates(road.run("answer")) == ("2026-11-23 10:00", "2026-11-23 10:00", False)


async def test_the_shortest_reduced_term_is_still_explained(begin: Begin) -> None:
    road = await routed(begin, reduced_term=timedelta(minutes=1))
    assert [step.counted for step in road.explained(road.run("answer"))] == [timedelta(minutes=1)]
