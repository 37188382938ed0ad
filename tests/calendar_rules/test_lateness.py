"""Lateness, and its words."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from calendar_rules.lateness import in_words, late_by
from calendar_rules.work_calendar import WorkCalendar

MOSCOW = ZoneInfo("Europe/Moscow")
CALENDAR = WorkCalendar(
    timezone="Europe/Moscow",
    week={day: [["09:00", "13:00"], ["13:45", "18:00"]] for day in ("mon", "tue")},
    years=(2026, 2026),
)
DUE = datetime(2026, 11, 23, 17, 30, tzinfo=MOSCOW)


def test_it_is_working_time_past_the_due_moment() -> None:
    assert late_by(CALENDAR, DUE, datetime(2026, 11, 24, 14, 0, tzinfo=MOSCOW)) == timedelta(hours=4.75)
    assert late_by(CALENDAR, DUE, DUE) == timedelta(0)
    assert late_by(CALENDAR, DUE, DUE - timedelta(hours=1)) == timedelta(0)


def test_where_no_calendar_reaches_it_is_time_by_the_clock() -> None:
    before = datetime(2019, 11, 23, 17, 30, tzinfo=MOSCOW)
    assert late_by(CALENDAR, before, before + timedelta(days=1)) == timedelta(days=1)


@pytest.mark.parametrize(
    ("late", "said"),
    [
        (timedelta(seconds=1), "1 мин рабочего времени"),
        (timedelta(hours=2, minutes=10), "2 ч 10 мин рабочего времени"),
        (timedelta(hours=40), "40 ч рабочего времени"),
    ],
)
def test_it_is_said_in_hours_and_minutes(late: timedelta, said: str) -> None:
    assert in_words(late) == said
