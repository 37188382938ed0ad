"""Clause 10: the draft reaches the curator no later than four hours before `answer` is due."""

import pytest

from tests.workflows.road import msk, said
from tests.workflows.stages import HOUR, MONDAY, Begin, routed


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


@pytest.mark.parametrize("kind", ["answer", "interim", "clarification"])
async def test_every_kind_of_draft_meets_it(begin: Begin, kind: str) -> None:
    road = await routed(begin)
    await road.draft("roads", kind)  # type: ignore[arg-type]
    assert road.run("draft").met_at is not None


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
