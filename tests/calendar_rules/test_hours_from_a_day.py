"""Hours have a day from which they hold: before it what held before counts, and a span across it counts by both."""

from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from calendar_rules import production_calendar
from calendar_rules.schedules import ASSUMED, FormerHours, Schedule, ScheduleError, assumed, load, with_hours
from calendar_rules.work_calendar import WorkCalendar
from calendar_rules.working_hours import WEEKDAYS
from tests.calendar_rules.schedules import msk

MONDAY = date(2026, 11, 23)
HOUR = timedelta(hours=1)
EARLY: dict[str, Any] = {
    "timezone": "Europe/Moscow",
    "week": dict.fromkeys(WEEKDAYS[:5], (("07:00", "12:00"),)),
    "exceptions": {},
}


def calendar(schedule: Schedule) -> WorkCalendar:
    return schedule.calendar(production_calendar.current(), breaks_stop_the_clock=True)


def changed(since: date, hours: dict[str, Any] | None = None, body: str = "roads") -> WorkCalendar:
    return calendar(with_hours(assumed(), {body: [(since, EARLY if hours is None else hours)]}).of("roads"))


def test_last_week_is_counted_by_the_hours_of_last_week() -> None:
    roads, before = changed(MONDAY), calendar(assumed().of("roads"))
    friday = msk("2026-11-20 10:00")
    assert roads.between(friday, msk("2026-11-20 15:30")) == before.between(friday, msk("2026-11-20 15:30"))
    assert roads.between(msk("2026-11-23 00:00"), msk("2026-11-24 00:00")) == 5 * HOUR


@pytest.mark.parametrize("body", ["roads", "department"])
def test_hours_hold_from_their_day_also_those_of_the_department_for_bodies_without_their_own(
    body: str,
) -> None:
    roads = changed(date(2026, 11, 25), body=body)
    assert roads.closing(MONDAY) == msk("2026-11-23 18:00")
    assert roads.opening(date(2026, 11, 24)) == msk("2026-11-24 09:00")
    assert roads.opening(date(2026, 11, 25)) == msk("2026-11-25 07:00")
    assert roads.closing(date(2026, 11, 25)) == msk("2026-11-25 12:00")


def test_a_span_across_the_change_counts_by_both() -> None:
    roads = changed(MONDAY)
    assert roads.between(msk("2026-11-20 15:45"), msk("2026-11-23 09:00")) == 3 * HOUR
    assert roads.add(msk("2026-11-20 15:45"), 3 * HOUR) == msk("2026-11-23 09:00")
    assert roads.subtract(msk("2026-11-23 09:00"), 3 * HOUR) == msk("2026-11-20 15:45")
    steps = roads.explain(msk("2026-11-20 15:45"), 3 * HOUR)
    assert sum((step.counted for step in steps), timedelta()) == 3 * HOUR
    assert (steps[-1].start, steps[-1].end) == (msk("2026-11-23 07:00"), msk("2026-11-23 09:00"))


def test_hours_that_are_taken_back_leave_those_days_as_they_were() -> None:
    given = {"roads": [(date(2026, 11, 16), EARLY), (MONDAY, None)]}
    roads = with_hours(assumed(), given).of("roads")
    assert [hours.until for hours in roads.former] == [date(2026, 11, 16), MONDAY]
    assert calendar(roads).closing(date(2026, 11, 17)) == msk("2026-11-17 12:00")
    assert calendar(roads).closing(MONDAY) == msk("2026-11-23 18:00")


def test_days_of_their_own_belong_to_the_hours_that_held_on_them() -> None:
    closed = {**EARLY, "exceptions": {"2026-11-20": [], "2026-11-24": []}}
    roads = changed(MONDAY, closed)
    assert roads.is_working_day(date(2026, 11, 20))
    assert not roads.is_working_day(date(2026, 11, 24))


def test_a_shortened_day_is_an_hour_shorter_by_the_hours_that_hold_on_it() -> None:
    roads = changed(date(2027, 1, 1))
    assert roads.closing(date(2026, 11, 3)) == msk("2026-11-03 17:00")
    assert roads.closing(date(2027, 2, 20)) == msk("2027-02-20 11:00")


def test_another_zone_from_a_day_leaves_earlier_moments_where_they_were() -> None:
    far = {**EARLY, "timezone": "Asia/Kamchatka", "week": dict.fromkeys(WEEKDAYS[:5], (("09:00", "18:00"),))}
    roads = changed(MONDAY, far)
    before = calendar(assumed().of("roads"))
    spans = [("2026-11-18 08:00", "2026-11-18 19:00"), ("2026-11-19 00:00", "2026-11-20 12:00")]
    for start, end in spans:
        assert roads.between(msk(start), msk(end)) == before.between(msk(start), msk(end))
    assert roads.add(msk("2026-11-18 16:00"), HOUR) == msk("2026-11-18 17:00")
    assert roads.opening(MONDAY) == datetime.fromisoformat("2026-11-23T09:00+12:00")


def test_the_same_hours_anew_are_no_change() -> None:
    same = assumed().default.model_dump(mode="json", exclude={"former"})
    assert with_hours(assumed(), {"roads": [(MONDAY, same)]}).of("roads").former == ()


def test_a_message_carries_what_can_matter_to_it() -> None:
    roads = with_hours(assumed(), {"roads": [(date(2025, 3, 3), EARLY), (MONDAY, None)]}).of("roads")
    assert [hours.until for hours in roads.carried_from(date(2026, 11, 20)).former] == [
        date(2025, 3, 3),
        MONDAY,
    ]
    assert [hours.until for hours in roads.carried_from(date(2027, 11, 20)).former] == [MONDAY]


def test_a_former_schedule_of_no_hours_is_bounded_by_the_change() -> None:
    nothing = FormerHours(until=MONDAY, timezone="Europe/Moscow", week={})
    roads = calendar(Schedule(**EARLY, former=(nothing,)))
    assert roads.add(msk("2026-11-20 10:00"), HOUR) == msk("2026-11-23 08:00")
    with pytest.raises(ValueError, match="нет рабочего времени"):
        roads.subtract(msk("2026-11-23 08:00"), 2 * HOUR)


def test_a_file_says_from_what_day_its_hours_change(tmp_path: Path) -> None:
    text = ASSUMED.read_text("utf-8")
    later = (
        text.split("[default]")[1]
        .split("# Example")[0]
        .replace("[default", "[later.default")
        .replace("18:00", "17:00")
    )
    path = tmp_path / "hours.toml"
    path.write_text(f"{text}\n[[later]]\nsince = 2026-11-23\n[later.default]{later}", "utf-8")
    hours = calendar(load(path).of(None))
    assert hours.closing(date(2026, 11, 19)) == msk("2026-11-19 18:00")
    assert hours.closing(MONDAY) == msk("2026-11-23 17:00")


def test_days_of_a_file_that_are_out_of_order_are_refused(tmp_path: Path) -> None:
    text = ASSUMED.read_text("utf-8")
    default = 'default = { timezone = "Europe/Moscow", week = { mon = [["09:00", "18:00"]] } }'
    path = tmp_path / "hours.toml"
    path.write_text(
        f"{text}\n[[later]]\nsince = 2026-11-23\n{default}\n[[later]]\nsince = 2026-11-20\n{default}\n",
        "utf-8",
    )
    with pytest.raises(ScheduleError, match="дни идут по порядку"):
        load(path)


def test_a_copy_with_other_hours_counts_by_those() -> None:
    schedules = assumed()
    assert schedules.of("roads").week["mon"] != EARLY["week"]["mon"]
    other = schedules.model_copy(update={"default": Schedule.model_validate(EARLY)})
    assert other.of("roads").week["mon"] == EARLY["week"]["mon"]
