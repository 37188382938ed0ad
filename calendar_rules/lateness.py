"""Lateness: working time past a due moment, and in the words of people."""

from datetime import datetime, timedelta

from calendar_rules.errors import CalendarError
from calendar_rules.russian import short_amount
from calendar_rules.work_calendar import WorkCalendar

_NO_TIME = timedelta(0)
_MINUTE = timedelta(minutes=1)


def late_by(calendar: WorkCalendar, due: datetime, until: datetime) -> timedelta:
    """Working time from a due moment to `until`, zero if not past it; by the clock past the calendar."""
    if until <= due:
        return _NO_TIME
    try:
        return calendar.between(due, until)
    except CalendarError:
        return until - due


def in_words(late: timedelta) -> str:
    """«2 ч 10 мин рабочего времени»: what stands behind «на»; the first minute past due is one."""
    return f"{short_amount(max(late, _MINUTE))} рабочего времени"
