"""Moments of a promise, by the calendar of its body and the act in force (docs/use/promises.md)."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Self

from calendar_rules.terms import zone_of
from calendar_rules.work_calendar import WorkCalendar
from service.runs.rules import Rules

_DAY = timedelta(days=1)
_NO_TIME = timedelta(0)
_LONGEST_CLOSED = 60
"""Days: a body that is closed for longer is reminded at the moment itself."""


@dataclass(frozen=True, slots=True)
class Moments:
    """When the body is reminded, None where it is not, and when it is asked «Сделано?»."""

    warn_at: datetime | None
    ask_at: datetime

    @classmethod
    def of(cls, rules: Rules, body: str, until: datetime) -> Self:
        """Of a promise of this body until a moment. Raises CalendarError for one that no calendar reaches."""
        calendar = rules.calendar_of(body)
        # Of a closed moment it is the next opening.
        ask_at = calendar.add(until, _NO_TIME)
        return cls(_days_before(calendar, until, rules.readings.promises.warned_days_before), ask_at)


def answer_by(rules: Rules, body: str, asked: datetime) -> datetime:
    """Until when the body answers what it was asked at a moment: the closing of a working day after that."""
    calendar = rules.calendar_of(body)
    day = asked.astimezone(zone_of(calendar)).date()
    closing = calendar.closing(calendar.add_days(day, rules.readings.promises.answered_within))
    assert closing is not None  # noqa: S101
    return closing


def _days_before(calendar: WorkCalendar, until: datetime, days: int) -> datetime | None:
    """The same time of the working day so many before, within its hours; from the last moment that can be worked."""
    if not days:
        return None
    last = calendar.subtract(until, _NO_TIME)
    day = last.date()
    for _ in range(_LONGEST_CLOSED):
        day -= _DAY
        days -= calendar.is_working_day(day)
        if not days:
            break
    opening, closing = calendar.opening(day), calendar.closing(day)
    if days or opening is None or closing is None:
        return None
    at = datetime.combine(day, last.timetz())
    return min(max(at, opening), closing)
