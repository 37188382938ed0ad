"""Moments in an ordinary week to come, so that what is due when is known by heart whatever day it is today."""

from datetime import date, datetime, time, timedelta
from functools import cache
from zoneinfo import ZoneInfo

from calendar_rules import production_calendar

MOSCOW = ZoneInfo("Europe/Moscow")

_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_DAY = timedelta(days=1)
_WEEK = timedelta(weeks=1)
_ORDINARY_WEEKS = 3


def at(text: str, *, stretch: int = 0) -> datetime:
    """Moscow time: «mon 09:00», «tue+1 09:45» a week later; `stretch` counts on to another ordinary time."""
    day, clock = text.split()
    name, _, weeks = day.partition("+")
    monday = _monday(stretch) + int(weeks or 0) * _WEEK
    return datetime.combine(monday + _DAYS.index(name) * _DAY, time.fromisoformat(clock), MOSCOW)


@cache
def _monday(stretch: int) -> date:
    """The first day of three weeks in a row without a holiday, a shortened day or a working weekend."""
    if stretch:
        monday = _monday(stretch - 1) + _ORDINARY_WEEKS * _WEEK
    else:
        today = datetime.now(MOSCOW).date()
        monday = today + (7 - today.weekday()) * _DAY
    while not all(_is_ordinary(monday + number * _DAY) for number in range(7 * _ORDINARY_WEEKS)):
        monday += _WEEK
    return monday


def _is_ordinary(day: date) -> bool:
    working = day.weekday() < 5
    return production_calendar.is_working_day(day) is working and not production_calendar.is_shortened(day)
