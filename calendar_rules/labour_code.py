"""Working days by the Labour Code alone, for years whose production calendar is not published or not loaded.

Weekends are off, and so are the holidays of art. 112; the working day right before a holiday ends an hour
earlier (art. 95). No day off is transferred: which ones are, and where to, is known with the published
calendar. Days are those of a five-day week; every year can be asked about.
"""

from datetime import date, timedelta

SHORTENED_BY = 60
"""By how many minutes the day before a holiday is shorter (art. 95)."""

_SATURDAY = 5
_NEW_YEAR = "Новогодние каникулы"
_HOLIDAYS = {
    **{(1, day): _NEW_YEAR for day in (1, 2, 3, 4, 5, 6, 8)},
    (1, 7): "Рождество Христово",
    (2, 23): "День защитника Отечества",
    (3, 8): "Международный женский день",
    (5, 1): "Праздник Весны и Труда",
    (5, 9): "День Победы",
    (6, 12): "День России",
    (11, 4): "День народного единства",
}
# 1 March is not a holiday, so the days before the holidays are the same in every year.
_EVES = {
    (eve.month, eve.day) for eve in (date(2000, month, day) - timedelta(days=1) for month, day in _HOLIDAYS)
}


def holiday(day: date) -> str | None:
    """The name of the holiday on that day (art. 112); None if there is none."""
    return _HOLIDAYS.get((day.month, day.day))


def is_working_day(day: date) -> bool:
    """Whether the day is neither a weekend nor a holiday."""
    return day.weekday() < _SATURDAY and holiday(day) is None


def is_shortened(day: date) -> bool:
    """Whether the day is a working one and the next is a holiday (art. 95)."""
    return (day.month, day.day) in _EVES and is_working_day(day)
