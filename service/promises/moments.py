"""Moments of a promise, by the calendar of its body and the act in force (docs/use/promises.md)."""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from calendar_rules.terms import zone_of
from calendar_rules.work_calendar import WorkCalendar
from service.runs.rules import Rules

_DAY = timedelta(days=1)
_NO_TIME = timedelta(0)
_LAST_MINUTE = time(23, 59)
_LONGEST_CLOSED = 60
"""Days: a body that is closed for longer is not warned."""


def closing_of(day: date, calendar: WorkCalendar) -> datetime:
    """Until when a day lasts: the closing of the body on it, else its last minute (Civil Code, art. 194)."""
    closing = calendar.closing(day)
    if closing is not None and closing.date() == day:
        return closing
    return datetime.combine(day, _LAST_MINUTE, ZoneInfo(calendar.timezone))


def ask_at(rules: Rules, body: str, by: datetime) -> datetime:
    """When the body is asked «Сделано?»: at that moment, of a closed one at the next opening. Raises CalendarError."""
    return rules.calendar_of(body).add(by, _NO_TIME)


def answer_by(rules: Rules, body: str, asked: datetime) -> datetime:
    """Until when the body answers what it was asked at a moment: the closing of a working day after that."""
    calendar = rules.calendar_of(body)
    day = asked.astimezone(zone_of(calendar)).date()
    closing = calendar.closing(calendar.add_days(day, rules.readings.promises.answered_within))
    assert closing is not None  # noqa: S101
    return closing


def warn_at(rules: Rules, body: str, by: datetime) -> datetime | None:
    """When the body is warned: working days before, at the same time of day within its hours; None: not at all.

    Raises CalendarError for a moment that no calendar reaches.
    """
    calendar, days = rules.calendar_of(body), rules.readings.promises.warned_days_before
    if not days:
        return None
    last = calendar.subtract(by, _NO_TIME)
    day = last.date()
    for _ in range(_LONGEST_CLOSED):
        day -= _DAY
        days -= calendar.is_working_day(day)
        if not days:
            break
    opening, closing = calendar.opening(day), calendar.closing(day)
    if days or opening is None or closing is None:
        return None
    return min(max(datetime.combine(day, last.timetz()), opening), closing)
