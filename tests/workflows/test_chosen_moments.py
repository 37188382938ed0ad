"""The same road by other hours: days off, a body that opens later, works on other days, or is in another zone."""

import pytest

from calendar_rules.schedules import Schedules
from calendar_rules.vocabulary import DraftKind
from tests.workflows.acts import hours, schedules
from tests.workflows.road import said
from tests.workflows.stages import Begin


async def dues(begin: Begin, at: str, **rest: object) -> tuple[str | None, ...]:
    """When routing, the window of return, the draft and the answer are due for a message routed as it was found."""
    road = await begin(at, **rest)
    await road.route("roads", taken_at=road.state.registered_at)
    return tuple(said(road.run(name).due_at) for name in ("routing", "return", "draft", "answer"))


@pytest.mark.parametrize(
    ("published", "due"),
    [
        ("2026-11-27 17:30", "2026-12-11 16:45"),
        ("2026-12-30 10:00", "2027-01-22 16:45"),
        ("2027-02-12 10:00", "2027-03-01 18:00"),
    ],
)
async def test_ten_working_days_skip_every_day_off(begin: Begin, published: str, due: str) -> None:
    road = await begin(published)
    await road.route("roads")
    await road.answer("roads", DraftKind.INTERIM)
    assert said(road.run("final_draft").due_at) == due


LATE = schedules(roads={"week": hours(("11:00", "20:00"))})
EAST = schedules(roads={"timezone": "Asia/Yekaterinburg"})
"""Two hours ahead: 09:00-18:00 there is 07:00-16:00 in Moscow, lunch at 11:00."""
SATURDAY = schedules(roads={"week": {**hours(("09:00", "18:00")), "sat": [["10:00", "14:00"]]}})


@pytest.mark.parametrize(
    ("at", "working", "routing", "window", "draft", "answer"),
    [
        # The lead of a draft is four hours of the Department's, whatever the body's are (cl. 10).
        ("11-23 09:00", LATE, "11-23 10:30", "11-23 12:00", "11-23 14:45", "11-24 09:45"),
        ("11-23 09:00", EAST, "11-23 10:30", "11-23 10:00", "11-23 14:45", "11-24 09:45"),
        ("11-23 15:30", EAST, "11-23 17:00", "11-24 07:30", "11-24 11:30", "11-24 16:15"),
        ("11-28 11:00", SATURDAY, "11-30 10:30", "11-28 12:00", "11-30 14:45", "12-01 09:45"),
    ],
)
async def test_a_body_counts_by_its_own_hours_days_and_clock(
    begin: Begin, at: str, working: Schedules, routing: str, window: str, draft: str, answer: str
) -> None:
    found = await dues(begin, f"2026-{at}", schedules=working)
    assert found == tuple(f"2026-{due}" for due in (routing, window, draft, answer))


# ---- a body with other hours, or in another zone


async def test_a_breach_on_a_saturday_a_body_works_is_dated_by_it(begin: Begin) -> None:
    road = await begin("2026-11-27 15:00", schedules=SATURDAY)
    await road.route("roads")
    await road.draft("roads")
    await road.at("2026-11-28 10:00")
    await road.rework()
    await road.at("2026-11-28 11:01")
    assert said(road.run("rework").breached_at) == "2026-11-28 11:00"


async def test_a_day_of_a_bodys_own_differs_from_week_and_calendar(begin: Begin) -> None:
    short = schedules(roads={"exceptions": {"2054-11-23": [["09:00", "10:30"]]}})
    assert (await dues(begin, "2026-11-23 10:00", schedules=short))[1] == "2026-11-24 09:30"
