"""The same road by other hours: days off, a body that opens later, works on other days, or is in another zone."""

import pytest

from calendar_rules.vocabulary import DraftKind
from tests.workflows.acts import hours, schedules
from tests.workflows.road import Road, said
from tests.workflows.stages import Begin


async def dues(begin: Begin, at: str, **rest: object) -> tuple[str | None, ...]:
    """When routing, the window of return, the draft and the answer are due for a message routed as it was found."""
    road = await begin(at, **rest)
    await road.route("roads", taken_at=road.state.registered_at)
    return tuple(said(road.run(name).due_at) for name in ("routing", "return", "draft", "answer"))


async def interim_due(road: Road) -> str | None:
    await road.route("roads")
    await road.draft("roads", DraftKind.INTERIM)
    await road.approve()
    await road.publish("roads")
    return said(road.run("final_draft").due_at)


@pytest.mark.parametrize(
    ("published", "due"),
    [
        ("2026-11-27 17:30", "2026-12-11 16:45"),
        ("2026-12-30 10:00", "2027-01-22 16:45"),
        ("2027-02-12 10:00", "2027-03-01 18:00"),
    ],
)
async def test_ten_working_days_skip_every_day_off(begin: Begin, published: str, due: str) -> None:
    assert await interim_due(await begin(published)) == due


# ---- a body with other hours, or in another zone


async def test_a_body_that_opens_later_has_its_window_from_its_opening(begin: Begin) -> None:
    late = schedules(roads={"week": hours(("11:00", "20:00"))})
    # Four hours of the body's before Tuesday 09:45 are those before Monday's closing at 20:00.
    assert await dues(begin, "2026-11-23 09:00", schedules=late) == (
        "2026-11-23 10:30",
        "2026-11-23 12:00",
        "2026-11-23 16:00",
        "2026-11-24 09:45",
    )


async def test_a_body_to_the_east_counts_by_its_own_clock(begin: Begin) -> None:
    # Yekaterinburg is two hours ahead: 09:00-18:00 there is 07:00-16:00 in Moscow, lunch at 11:00.
    east = schedules(roads={"timezone": "Asia/Yekaterinburg"})
    assert await dues(begin, "2026-11-23 09:00", schedules=east) == (
        "2026-11-23 10:30",
        "2026-11-23 10:00",
        "2026-11-23 14:45",
        "2026-11-24 09:45",
    )


async def test_a_body_to_the_east_closes_before_the_department(begin: Begin) -> None:
    east = schedules(roads={"timezone": "Asia/Yekaterinburg"})
    assert await dues(begin, "2026-11-23 15:30", schedules=east) == (
        "2026-11-23 17:00",
        "2026-11-24 07:30",
        "2026-11-24 12:00",
        "2026-11-24 16:15",
    )


async def test_a_body_works_on_days_on_which_the_department_does_not(begin: Begin) -> None:
    saturday = schedules(roads={"week": {**hours(("09:00", "18:00")), "sat": [["10:00", "14:00"]]}})
    road = await begin("2026-11-28 11:00", schedules=saturday)
    await road.route("roads")
    assert (said(road.run("return").due_at), said(road.run("routing").due_at)) == (
        "2026-11-28 12:00",
        "2026-11-30 10:30",
    )


async def test_a_breach_on_a_saturday_a_body_works_is_dated_by_it(begin: Begin) -> None:
    saturday = schedules(roads={"week": {**hours(("09:00", "18:00")), "sat": [["10:00", "14:00"]]}})
    road = await begin("2026-11-27 15:00", schedules=saturday)
    await road.route("roads")
    await road.draft("roads")
    await road.at("2026-11-28 10:00")
    await road.rework()
    await road.at("2026-11-28 11:01")
    assert said(road.run("rework").breached_at) == "2026-11-28 11:00"


async def test_a_day_of_a_bodys_own_differs_from_week_and_calendar(begin: Begin) -> None:
    short = schedules(roads={"exceptions": {"2054-11-23": [["09:00", "10:30"]]}})
    assert (await dues(begin, "2026-11-23 10:00", schedules=short))[1] == "2026-11-24 09:30"
