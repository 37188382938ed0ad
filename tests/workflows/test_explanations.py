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
from workflows.state import LimitRun


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


def counted(road: Road, run: LimitRun) -> timedelta:
    return sum((step.counted for step in road.explained(run)), timedelta())


@pytest.fixture(params=ROADS)
async def road(request: pytest.FixtureRequest, begin: Begin) -> Road:
    arrange: Callable[[Begin], Awaitable[Road]] = request.param
    return await arrange(begin)


async def test_steps_follow_each_other_without_gaps(road: Road) -> None:
    gaps = [
        run.name
        for run in road.state.limits
        for before, after in pairwise(road.explained(run))
        if before.end != after.start
    ]
    assert gaps == []


async def test_steps_run_from_the_start_to_the_due_moment_or_for_a_draft_from_there_to_the_answer(
    road: Road,
) -> None:
    answers = {run.due_at for run in road.state.limits if run.name == "answer"}
    for run in road.state.limits:
        first, last = road.explained(run)[0].start, road.explained(run)[-1].end
        if run.name == "draft":
            assert (first, last in answers) == (run.due_at, True)
        else:
            assert (first, last) == (run.started_at, run.due_at)


async def test_the_counted_steps_add_up_to_the_amount(road: Road) -> None:
    assert [run.name for run in road.state.limits if counted(road, run) != run.term.amount] == []


def reasons(road: Road, run: LimitRun) -> list[tuple[str | None, str]]:
    return [(said(step.end), step.reason) for step in road.explained(run)]


async def test_lunch_night_and_weekend_are_named(begin: Begin) -> None:
    road = await begin("2026-11-27 12:00")
    assert reasons(road, road.run("answer")) == [
        ("2026-11-27 13:00", "рабочее время"),
        ("2026-11-27 13:45", "обед"),
        ("2026-11-27 16:45", "рабочее время"),
        ("2026-11-28 00:00", "после окончания рабочего дня"),
        ("2026-11-30 00:00", "выходной"),
        ("2026-11-30 09:00", "до начала рабочего дня"),
        ("2026-11-30 13:00", "рабочее время"),
        ("2026-11-30 13:45", "обед"),
        ("2026-11-30 14:45", "рабочее время"),
    ]


async def test_a_holiday_and_a_shortened_day_are_named(begin: Begin) -> None:
    road = await begin("2026-11-03 16:00")
    assert [reason for _, reason in reasons(road, road.run("routing"))][:3] == [
        "рабочее время",
        "сокращённый день: окончание на час раньше",
        "праздник: День народного единства",
    ]


async def test_working_days_count_one_day_each_and_the_first_day_none(begin: Begin) -> None:
    road = await interim(begin)
    run = road.run("final_draft")
    assert (road.explained(run)[0].reason, road.explained(run)[0].counted) == (
        "день начала срока не считается",
        timedelta(),
    )
    assert {step.counted for step in road.explained(run) if step.reason.startswith("рабочий день")} == {
        timedelta(days=1)
    }


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


async def test_an_inherited_draft_is_explained_to_the_answer(begin: Begin) -> None:
    road = await found_late(begin)
    run = road.run("draft")
    assert (run.inherited, road.explained(run)[0].start, road.explained(run)[-1].end) == (
        True,
        run.due_at,
        road.run("answer").due_at,
    )
    assert counted(road, run) == timedelta(hours=4)


async def test_a_moved_answer_is_explained_by_its_new_term(begin: Begin) -> None:
    road = await reduced(begin)
    run = road.run("answer")
    assert (counted(road, run), road.explained(run)[-1].end) == (timedelta(hours=5, minutes=20), run.due_at)
