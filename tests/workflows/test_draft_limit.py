"""Clause 10: the draft reaches the curator no later than four hours before `answer` is due."""

from datetime import timedelta

import pytest

from tests.workflows.road import msk, said
from tests.workflows.stages import HOUR, MONDAY, Begin, routed

VECTORS = [
    ("2026-11-23 09:00", "2026-11-23 10:30", "2026-11-23 14:45", "2026-11-24 09:45"),
    ("2026-11-23 14:00", "2026-11-23 15:30", "2026-11-24 10:00", "2026-11-24 14:45"),
    ("2026-11-27 15:00", "2026-11-27 16:30", "2026-11-30 12:15", "2026-11-30 17:00"),
    ("2026-11-28 12:00", "2026-11-30 10:30", "2026-11-30 14:45", "2026-12-01 09:45"),
    ("2026-11-03 15:00", "2026-11-03 16:30", "2026-11-05 12:00", "2026-11-05 16:45"),
    ("2026-05-08 14:00", "2026-05-08 15:30", "2026-05-12 12:15", "2026-05-12 17:00"),
]


@pytest.mark.parametrize(("detected", "routing", "draft", "answer"), VECTORS)
async def test_the_limits_of_a_detection(
    begin: Begin, detected: str, routing: str, draft: str, answer: str
) -> None:
    road = await routed(begin, at=detected)
    assert [said(road.run(name).due_at) for name in ("routing", "draft", "answer")] == [
        routing,
        draft,
        answer,
    ]


async def test_a_lead_that_ends_with_an_opening_is_due_at_the_opening(begin: Begin) -> None:
    road = await routed(begin, at="2026-11-23 12:15")
    assert road.run("draft").due_at == msk("2026-11-24 09:00")


async def test_it_starts_when_the_body_receives_the_message(begin: Begin) -> None:
    road = await begin(MONDAY)
    await road.at("2026-11-23 10:00")
    await road.route("roads")
    assert said(road.run("draft").started_at) == "2026-11-23 10:00"


async def test_it_is_due_at_the_same_moment_however_late_the_body_received_the_message(begin: Begin) -> None:
    road = await begin(MONDAY)
    await road.at("2026-11-23 12:00")
    await road.route("roads")
    assert road.run("draft").due_at == msk("2026-11-23 14:45")


async def test_under_a_reduced_term_the_lead_keeps_its_share(begin: Begin) -> None:
    road = await routed(begin, reduced_term=4 * HOUR)
    assert road.run("draft").due_at == msk("2026-11-23 13:00") - 4 * HOUR * 4 / 9


async def test_its_explanation_counts_the_hours_left_to_answer(begin: Begin) -> None:
    road = await routed(begin)
    steps = road.explained(road.run("draft"))
    assert (steps[0].start, steps[-1].end) == (msk("2026-11-23 14:45"), msk("2026-11-24 09:45"))
    assert sum((step.counted for step in steps), timedelta()) == 4 * HOUR


async def test_its_explanation_under_a_reduced_term_counts_the_share(begin: Begin) -> None:
    road = await routed(begin, reduced_term=4 * HOUR)
    steps = road.explained(road.run("draft"))
    assert sum((step.counted for step in steps), timedelta()) == 4 * HOUR * 4 / 9


async def test_a_draft_in_time_meets_it(begin: Begin) -> None:
    road = await routed(begin)
    await road.at("2026-11-23 14:30")
    await road.draft("roads")
    run = road.run("draft")
    assert (said(run.met_at), run.breached_at) == ("2026-11-23 14:30", None)


async def test_a_draft_at_the_due_moment_itself_is_in_time(begin: Begin) -> None:
    road = await routed(begin)
    due = road.run("draft").due_at
    await road.at("2026-11-23 14:46")
    await road.draft("roads", taken_at=due)
    run = road.run("draft")
    assert (run.met_at, run.breached_at) == (due, None)


async def test_a_late_draft_is_taken_and_its_breach_stands(begin: Begin) -> None:
    road = await routed(begin)
    await road.at("2026-11-23 16:00")
    assert (await road.draft("roads")).accepted
    run = road.run("draft")
    assert (run.breached_at, said(run.met_at)) == (msk("2026-11-23 14:45"), "2026-11-23 16:00")


@pytest.mark.parametrize("kind", ["answer", "interim", "clarification"])
async def test_every_kind_of_draft_meets_it(begin: Begin, kind: str) -> None:
    road = await routed(begin)
    await road.draft("roads", kind)  # type: ignore[arg-type]
    assert road.run("draft").met_at is not None


async def test_after_slow_routing_it_is_inherited(begin: Begin) -> None:
    road = await begin(MONDAY)
    await road.at("2026-11-23 16:00")
    await road.route("roads")
    run = road.run("draft")
    assert (run.inherited, said(run.breached_at), said(run.due_at)) == (
        True,
        "2026-11-23 16:00",
        "2026-11-23 14:45",
    )


async def test_an_inherited_draft_blames_nobody_of_the_body(begin: Begin) -> None:
    road = await begin(MONDAY)
    await road.at("2026-11-23 16:00")
    await road.route("roads")
    assert await road.told("escalation", "draft") == ["head"]
    assert await road.told("breach", "draft") == []


async def test_a_draft_goes_to_the_curator_with_its_kind_and_round(begin: Begin) -> None:
    road = await routed(begin)
    await road.draft("roads")
    draft = road.last_draft
    assert (draft.kind, draft.body, draft.round, draft.status) == ("answer", "roads", 1, "submitted")
    assert await road.told("draft_received") == ["curator curator"]
