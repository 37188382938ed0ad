"""Every due moment explains itself: steps without gaps, whose counted time adds up to the amount."""

from datetime import timedelta
from functools import partial
from itertools import pairwise

import pytest

from calendar_rules.vocabulary import DraftKind
from tests.workflows.road import Road, msk, said
from tests.workflows.stages import (
    MONDAY,
    Arrange,
    Begin,
    approved,
    contributed,
    drafted,
    interim,
    joint,
    published,
    replied,
    returned,
    reworked,
    routed,
)


async def found_late(begin: Begin) -> Road:
    road = await begin("2026-11-24 16:00", detected=msk(MONDAY))
    await road.route("roads")
    return road


ROADS: list[Arrange] = [
    routed,
    returned,
    drafted,
    reworked,
    approved,
    interim,
    partial(routed, at="2026-11-27 15:00"),
    joint,
    contributed,
    replied,
    partial(published, kind=DraftKind.INTERIM, at="2026-12-29 12:30"),
    found_late,
    partial(routed, reduced_term=timedelta(hours=5, minutes=20)),
]


@pytest.mark.parametrize("arrange", ROADS)
async def test_steps_without_gaps_add_up_to_the_amount(begin: Begin, arrange: Arrange) -> None:
    """They run from the start to the due moment, or for a draft from there to the answer."""
    road = await arrange(begin)
    answers = {run.due_at for run in road.state.limits if run.name == "answer"}
    for run in road.state.limits:
        steps = road.explained(run)
        assert all(before.end == after.start for before, after in pairwise(steps)), run.name
        assert sum((step.counted for step in steps), timedelta()) == run.term.amount, run.name
        first, last = steps[0].start, steps[-1].end
        if run.name == "draft":
            assert (first, last in answers) == (run.due_at, True)
        else:
            assert (first, last) == (run.started_at, run.due_at)


async def test_working_days_count_one_iso_day_each_and_the_first_day_none(begin: Begin) -> None:
    road = await interim(begin)
    run = road.run("final_draft")
    assert (road.explained(run)[0].reason, road.explained(run)[0].counted) == (
        "день начала срока не считается",
        timedelta(),
    )
    assert {step.counted for step in road.explained(run) if step.reason.startswith("рабочий день")} == {
        timedelta(days=1)
    }
    written = [step.model_dump(mode="json") for step in road.explained(run)]
    assert set(written[0]) == {"from", "to", "counted", "reason"}
    assert {step["counted"] for step in written} == {"PT0S", "P1D"}


async def test_an_inherited_limit_is_explained_from_what_its_term_counts_from(begin: Begin) -> None:
    road = await found_late(begin)
    run = road.run("answer")
    assert (run.inherited, said(road.explained(run)[0].start), said(road.explained(run)[-1].end)) == (
        True,
        MONDAY,
        "2026-11-24 09:45",
    )
