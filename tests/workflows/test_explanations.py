"""Every due moment explains itself: steps without gaps, whose counted time adds up to the amount."""

from collections.abc import Awaitable, Callable
from datetime import timedelta
from itertools import pairwise

import pytest

from calendar_rules.vocabulary import DraftKind
from tests.workflows.road import Road, msk, said
from tests.workflows.stages import (
    MONDAY,
    Begin,
    approved,
    contributed,
    drafted,
    published,
    replied,
    returned,
    reworked,
    routed,
)


async def interim(begin: Begin) -> Road:
    return await published(begin, DraftKind.INTERIM)


async def joint(begin: Begin) -> Road:
    return await routed(begin, "roads", "housing", at="2026-11-27 15:00")


async def over_the_new_year(begin: Begin) -> Road:
    return await published(begin, DraftKind.INTERIM, at="2026-12-29 12:30")


async def found_late(begin: Begin) -> Road:
    road = await begin("2026-11-24 16:00", detected=msk(MONDAY))
    await road.route("roads")
    return road


async def reduced(begin: Begin) -> Road:
    return await routed(begin, reduced_term=timedelta(hours=5, minutes=20))


ROADS: list[Callable[[Begin], Awaitable[Road]]] = [
    routed,
    returned,
    drafted,
    reworked,
    approved,
    interim,
    joint,
    contributed,
    replied,
    over_the_new_year,
    found_late,
    reduced,
]


@pytest.mark.parametrize("arrange", ROADS)
async def test_steps_without_gaps_add_up_to_the_amount(
    begin: Begin, arrange: Callable[[Begin], Awaitable[Road]]
) -> None:
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


async def test_in_json_a_working_day_is_an_iso_day(begin: Begin) -> None:
    road = await interim(begin)
    steps = [step.model_dump(mode="json") for step in road.explained(road.run("final_draft"))]
    assert set(steps[0]) == {"from", "to", "counted", "reason"}
    assert {step["counted"] for step in steps} == {"PT0S", "P1D"}


async def test_an_inherited_limit_is_explained_from_what_its_term_counts_from(begin: Begin) -> None:
    road = await found_late(begin)
    run = road.run("answer")
    assert (run.inherited, said(road.explained(run)[0].start), said(road.explained(run)[-1].end)) == (
        True,
        MONDAY,
        "2026-11-24 09:45",
    )
