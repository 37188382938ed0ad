"""Clause 10: the draft reaches the curator no later than four hours before `answer` is due."""

import pytest

from calendar_rules.vocabulary import DraftKind
from tests.workflows.road import msk, said
from tests.workflows.stages import HOUR, MONDAY, Begin, drafted, routed


async def test_a_lead_that_ends_with_an_opening_is_due_at_the_opening(begin: Begin) -> None:
    road = await routed(begin, at="2026-11-23 12:15")
    assert road.run("draft").due_at == msk("2026-11-24 09:00")


async def test_it_starts_when_the_body_receives_the_message_and_is_due_at_the_same_moment_however_late(
    begin: Begin,
) -> None:
    road = await begin(MONDAY)
    await road.at("2026-11-23 12:00")
    await road.route("roads")
    run = road.run("draft")
    assert (said(run.started_at), run.due_at) == ("2026-11-23 12:00", msk("2026-11-23 14:45"))


async def test_under_a_reduced_term_the_lead_keeps_its_share(begin: Begin) -> None:
    road = await routed(begin, reduced_term=4 * HOUR)
    assert road.run("draft").due_at == msk("2026-11-23 13:00") - 4 * HOUR * 4 / 9


@pytest.mark.parametrize("kind", DraftKind)
async def test_every_kind_of_draft_meets_it_and_goes_to_the_curator(begin: Begin, kind: DraftKind) -> None:
    road = await drafted(begin, kind)
    assert road.run("draft").met_at is not None
    draft = road.last_draft
    assert (draft.kind, draft.body, draft.round, draft.status) == (kind, "roads", 1, "submitted")
    assert await road.told("draft_received") == ["curator curator"]


async def test_an_inherited_draft_blames_nobody_of_the_body(begin: Begin) -> None:
    road = await begin(MONDAY)
    await road.at("2026-11-23 16:00")
    await road.route("roads")
    assert await road.told("escalation", "draft") == ["head"]
    assert await road.told("breach", "draft") == []
