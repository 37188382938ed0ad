"""Due moments a second: WorkCalendar against businesstimedelta and pandas, 9 and 1,972 working hours ahead.

All keep the same schedule, with every moment in the form its contender likes best; answers are compared before anything
is timed. pandas moves what ends at closing time to the next opening, so there its answer has to be that.
"""

from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from datetime import UTC, date, datetime, time, timedelta
from itertools import cycle
from random import Random
from statistics import median
from time import perf_counter
from zoneinfo import ZoneInfo

import pandas
import pytz  # type: ignore[import-untyped]
from businesstimedelta import BusinessTimeDelta, HolidayRule, LunchTimeRule, Rules, WorkDayRule

from bench.measurement import Goal, Line, alone
from calendar_rules import WorkCalendar, production_calendar

ZONE = "Europe/Moscow"
HOURS_AHEAD = (9, 1972)
GOAL = 5  # times the speed of the faster of the other two, at both distances

_MOMENTS = 200
_ROUNDS = 5
_SECONDS_A_ROUND = 0.2
_SECONDS_TO_COMPARE = 2.0
_TICK = timedelta(microseconds=1)

Contender = tuple[str, Sequence[datetime], Callable[[datetime], datetime]]
"""Its name, moments in its own form, and what leads from a moment to a due moment."""


async def measure() -> AsyncIterator[Line]:
    """Both distances, against the faster of the others."""
    for hours in HOURS_AHEAD:
        ours, *others = _contenders(hours)
        for other in others:
            _compare(ours, other)
        fastest = max(map(_per_second, others))
        yield Line(f"{hours} h ahead", "a second", _per_second(ours), fastest, Goal("ratio", "≥", GOAL))


def _moments() -> Iterator[datetime]:
    """Moments of 2026 at any time of day; 1,972 hours later it is still 2027, the last year known."""
    random = Random(238)
    start = datetime(2026, 1, 1, tzinfo=UTC)
    for _ in range(_MOMENTS):
        moment = start + timedelta(minutes=random.randrange(300 * 24 * 60))
        yield moment.astimezone(ZoneInfo(ZONE))


def _weekdays_off() -> list[date]:
    days = (date(2025, 12, 31) + timedelta(days=n) for n in range(2 * 365 + 1))
    return [day for day in days if day.weekday() < 5 and not production_calendar.is_working_day(day)]


def _calendar(holidays: Sequence[date]) -> WorkCalendar:
    """From nine to six, with lunch and days off."""
    hours = [["09:00", "13:00"], ["13:45", "18:00"]]
    week = dict.fromkeys(("mon", "tue", "wed", "thu", "fri"), hours)
    return WorkCalendar(timezone=ZONE, week=week, exceptions={day: [] for day in holidays})


def _contenders(hours: int) -> Iterator[Contender]:
    """Ours first: the same schedule in the terms of each."""
    moments, worked, holidays = list(_moments()), timedelta(hours=hours), _weekdays_off()
    calendar = _calendar(holidays)
    yield "WorkCalendar", moments, lambda moment: calendar.add(moment, worked)
    zone = pytz.timezone(ZONE)
    workday, lunch = WorkDayRule(time(9), time(18), tz=zone), LunchTimeRule(time(13), time(13, 45), tz=zone)
    delta = BusinessTimeDelta(Rules([workday, lunch, HolidayRule(holidays, tz=zone)]), hours=hours)
    yield "businesstimedelta", [it.astimezone(zone) for it in moments], lambda moment: moment + delta
    offset = pandas.offsets.CustomBusinessHour(
        n=hours, start=["09:00", "13:45"], end=["13:00", "18:00"], holidays=holidays
    )
    yield "pandas", [pandas.Timestamp(it) for it in moments], lambda moment: moment + offset


def _compare(ours: Contender, other: Contender) -> None:
    """Raises AssertionError where answers differ, of all or as many as a slow contender has in a few seconds."""
    give_up, calendar = perf_counter() + _SECONDS_TO_COMPARE, _calendar(_weekdays_off())
    for our_moment, moment in zip(ours[1], other[1], strict=True):
        due, answer = ours[2](our_moment), other[2](moment)
        next_opening = calendar.add(due + _TICK, timedelta())
        assert answer == due or (other[0] == "pandas" and answer == next_opening), (other, moment)
        if perf_counter() > give_up:
            break


def _per_second(contender: Contender) -> float:
    """The median round, each round long enough for the clock."""
    _, moments, due = contender
    endless, rates = cycle(moments), []
    for _ in range(_ROUNDS):
        done, start = 0, perf_counter()
        while (spent := perf_counter() - start) < _SECONDS_A_ROUND:
            due(next(endless))
            done += 1
        rates.append(done / spent)
    return median(rates)


if __name__ == "__main__":
    alone("due_moments", measure)
