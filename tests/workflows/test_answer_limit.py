"""Clause 9: nine working hours from detection; who holds `answer`, who is told of it, and how it is moved."""

from datetime import timedelta

import pytest
from pydantic import TypeAdapter

from calendar_rules.vocabulary import Importance, Stage
from tests.workflows.acts import act
from tests.workflows.road import Road, msk, said
from tests.workflows.stages import (
    HOUR,
    MONDAY,
    Arrange,
    Begin,
    approved,
    contributed,
    drafted,
    joint,
    registered,
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


CURATOR = ["curator curator"]
BODY = ["executors roads", "responsible roads", *CURATOR]
LAST = ["executors housing", "responsible housing", *CURATOR]
STEPS: dict[str, tuple[Arrange, list[str], list[str], str]] = {
    "routing": (registered, ["routing"], CURATOR, "head"),
    "routing after a return": (returned, ["routing"], CURATOR, "head"),
    "draft": (routed, ["draft"], BODY, "deputy roads"),
    # Of two bodies it is that of whose turn it is, though the other drafts.
    "the first of two": (joint, ["contribution"], BODY, "deputy roads"),
    # Both its contribution and the draft are late: it is charged once, with the longer of them.
    "the last of two": (contributed, ["contribution"], LAST, "deputy housing"),
    "approval": (drafted, ["approval"], [*CURATOR, *BODY[:2]], "head"),
    "rework": (reworked, ["rework"], BODY, "deputy roads"),
    "publication": (approved, ["publication"], BODY, "deputy roads"),
}


@pytest.mark.parametrize("step", STEPS)
async def test_a_breach_is_charged_to_whose_step_was_late_and_goes_to_their_superior(
    begin: Begin, step: str
) -> None:
    arrange, late, told, above = STEPS[step]
    road = await arrange(begin)
    await road.at("2026-11-24 10:00")
    row = (await road.rows("breach", "answer"))[0]
    whose = ("curator", None) if above == "head" else ("executor", above.removeprefix("deputy "))
    assert charged(row) == [(limit, *whose) for limit in late]
    assert (row.data["holder"], row.data.get("body")) == whose
    # Of a draft that waits for the curator its body is warned too.
    assert await road.told("warning", "answer") == told[: 2 if step == "approval" else 1]
    assert await road.told("breach", "answer") == told
    assert await road.told("escalation", "answer") == [above]


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


@pytest.mark.parametrize(("taken_at", "is_taken"), [("2026-11-23 10:00", False), ("2026-11-23 09:59", True)])
async def test_a_reduced_term_needs_a_moment_left(begin: Begin, taken_at: str, is_taken: bool) -> None:
    road = await begin(MONDAY)
    await road.at("2026-11-23 10:01")
    assert (await road.route("roads", reduced_term=HOUR, taken_at=msk(taken_at))).accepted is is_taken


async def test_importance_that_shortens_the_term_into_the_past_is_inherited_until_it_has_time_again(
    begin: Begin,
) -> None:
    short = act(limits__answer__by_importance={"high": "PT1H"})
    road = await begin(MONDAY, regulation=short)
    await road.at("2026-11-23 10:20")
    assert (await road.route("roads", importance=Importance.HIGH)).accepted
    assert dates(road.run("answer")) == ("2026-11-23 10:00", "2026-11-23 10:20", True)
    assert await road.told("breach") == []
    assert await road.told("escalation", "answer") == ["head"]
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
