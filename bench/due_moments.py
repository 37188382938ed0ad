"""Due moments per second: WorkCalendar against businesstimedelta and pandas, 9 and 1,972 working hours ahead.

All keep the same schedule in one run, with the rules ready-made and every moment in the form its contender
likes best. Answers are compared with ours before anything is timed. What the others cannot both keep is left
to ours alone: pandas knows no shorter Friday, and neither a shortened day. pandas moves what ends at closing
time to the next opening, so there its answer has to be the next opening.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta
from itertools import cycle, islice
from random import Random
from statistics import median
from time import perf_counter
from typing import NamedTuple
from zoneinfo import ZoneInfo

import pandas
import pytz  # type: ignore[import-untyped]
from businesstimedelta import BusinessTimeDelta, HolidayRule, LunchTimeRule, Rules, WorkDayRule

from calendar_rules import WorkCalendar, production_calendar

ZONE = "Europe/Moscow"
HOURS_AHEAD = (9, 1972)
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri")
OURS = "WorkCalendar"
GOAL = 5  # times the speed of the faster of the other two, at both distances

_MOMENTS = 200
_ROUNDS = 5
_SECONDS_A_ROUND = 0.2
_SECONDS_TO_COMPARE = 2.0
_TICK = timedelta(microseconds=1)

Due = Callable[[datetime], datetime]
Contender = tuple[
    str, Sequence[datetime], Due
]  # name, moments in its own form, from a moment to a due moment


class Measure(NamedTuple):
    """What one contender did on one schedule at one distance."""

    schedule: str
    hours: int
    contender: str
    per_second: float
    agreed: int  # answers equal to ours by the rules of the contender
    compared: int

    @property
    def microseconds(self) -> float:
        """Time of one due moment."""
        return 1e6 / self.per_second


class Schedule(NamedTuple):
    """A schedule in our terms and, where they have the words for it, in those of the others."""

    name: str
    calendar: WorkCalendar
    rule: Rules | WorkDayRule | None = None
    business_hours: Mapping[str, object] | None = None


def run() -> list[Measure]:
    """Every contender on every schedule at both distances; ours is the first of each group."""
    moments = list(_moments())
    measures: list[Measure] = []
    for schedule in _schedules():
        for hours in HOURS_AHEAD:
            ours, *others = _contenders(schedule, hours, moments)
            for contender in (ours, *others):
                agreed, compared = _compare(schedule.calendar, ours, contender)
                measures.append(
                    Measure(schedule.name, hours, contender[0], _per_second(contender), agreed, compared)
                )
    return measures


def ratio(measure: Measure, measures: Sequence[Measure]) -> float | None:
    """How many times as fast as the fastest other contender ours is; None for the others, or without any."""
    if measure.contender != OURS:
        return None
    others = [other.per_second for other in measures if other[:2] == measure[:2] and other.contender != OURS]
    return measure.per_second / max(others) if others else None


def _moments() -> Iterator[datetime]:
    """Moments of 2026 at any time of day; 1,972 hours later it is still 2027, the last year known."""
    random = Random(238)
    start = datetime(2026, 1, 1, tzinfo=UTC)
    for _ in range(_MOMENTS):
        moment = start + timedelta(minutes=random.randrange(300 * 24 * 60))
        yield moment.astimezone(ZoneInfo(ZONE))


def _every_weekday(*hours: list[str]) -> dict[str, list[list[str]]]:
    """A week of the same hours from Monday to Friday."""
    return {weekday: list(hours) for weekday in WEEKDAYS}


def _schedules() -> Iterator[Schedule]:
    zone = pytz.timezone(ZONE)
    workday = WorkDayRule(time(9), time(18), tz=zone)
    yield Schedule(
        "Mon-Fri 9-18",
        WorkCalendar(timezone=ZONE, week=_every_weekday(["09:00", "18:00"])),
        workday,
        {"start": "09:00", "end": "18:00"},
    )

    holidays = _weekdays_off()
    lunch = LunchTimeRule(time(13), time(13, 45), tz=zone)
    yield Schedule(
        "the same with lunch and days off",
        WorkCalendar(
            timezone=ZONE,
            week=_every_weekday(["09:00", "13:00"], ["13:45", "18:00"]),
            exceptions={day: [] for day in holidays},
        ),
        Rules([workday, lunch, HolidayRule(holidays, tz=zone)]),
        {"start": ["09:00", "13:45"], "end": ["13:00", "18:00"], "holidays": holidays},
    )

    default_week = {
        **_every_weekday(["09:00", "13:00"], ["13:45", "18:00"]),
        "fri": [["09:00", "13:00"], ["13:45", "16:45"]],
    }
    yield Schedule(
        "default schedule, production calendar",
        production_calendar.current().work_calendar(ZONE, default_week),
    )


def _weekdays_off() -> list[date]:
    days = (date(2025, 12, 31) + timedelta(days=n) for n in range(2 * 365 + 1))
    return [day for day in days if day.weekday() < 5 and not production_calendar.is_working_day(day)]


def _contenders(schedule: Schedule, hours: int, moments: Sequence[datetime]) -> Iterator[Contender]:
    calendar, worked = schedule.calendar, timedelta(hours=hours)
    yield OURS, moments, lambda moment: calendar.add(moment, worked)
    if schedule.rule:
        delta = BusinessTimeDelta(schedule.rule, hours=hours)
        in_pytz = [moment.astimezone(pytz.timezone(ZONE)) for moment in moments]
        yield "businesstimedelta", in_pytz, lambda moment: moment + delta
    if schedule.business_hours:
        offset = pandas.offsets.CustomBusinessHour(n=hours, **schedule.business_hours)
        yield "pandas", [pandas.Timestamp(moment) for moment in moments], lambda moment: moment + offset


def _compare(calendar: WorkCalendar, ours: Contender, other: Contender) -> tuple[int, int]:
    """How many answers agree, of how many: all, or as many as a slow contender gives in a few seconds."""
    agreed = compared = 0
    give_up = perf_counter() + _SECONDS_TO_COMPARE
    for our_moment, moment in zip(ours[1], other[1], strict=True):
        due, answer = ours[2](our_moment), other[2](moment)
        next_opening = calendar.add(due + _TICK, timedelta())
        agreed += answer == due or (other[0] == "pandas" and answer == next_opening)
        compared += 1
        if perf_counter() > give_up:
            break
    return agreed, compared


def _per_second(contender: Contender) -> float:
    """The median round, each round long enough for the clock."""
    _, moments, due = contender
    lap = 1 if _one_takes(contender) > _SECONDS_A_ROUND / len(moments) else len(moments)
    endless = cycle(moments)
    rates = []
    for _ in range(_ROUNDS):
        done, start = 0, perf_counter()
        while (spent := perf_counter() - start) < _SECONDS_A_ROUND:
            for moment in islice(endless, lap):
                due(moment)
            done += lap
        rates.append(done / spent)
    return median(rates)


def _one_takes(contender: Contender) -> float:
    _, moments, due = contender
    start = perf_counter()
    due(moments[0])
    return perf_counter() - start


def main() -> None:
    """Print the table and whether the goal is met."""
    measures = run()
    print(
        f"{'schedule':<38} {'ahead':>7} {'contender':<18} {'due/s':>10} {'us each':>11} {'ours is':>9}  agree"
    )
    for measure in measures:
        times = ratio(measure, measures)
        print(f"{measure.schedule:<38} {measure.hours:>5} h {measure.contender:<18}", end=" ")
        print(f"{measure.per_second:>10,.0f} {measure.microseconds:>11,.2f}", end=" ")
        print(f"{f'{times:.1f} x' if times else '':>9}  {measure.agreed}/{measure.compared}")
    ratios = [times for measure in measures if (times := ratio(measure, measures))]
    print(f"goal: {GOAL} times the faster of the two; least measured: {min(ratios):.1f}")


if __name__ == "__main__":
    main()
