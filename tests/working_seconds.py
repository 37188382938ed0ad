"""Working time of November 2026 counted minute by minute, for tests that ask whether the program counts it right.

It knows nothing of the program's calendars: the hours and the days off stand here as the order and the government's
decree have them.
"""

from datetime import date, datetime, time, timedelta, timezone
from functools import cache
from itertools import accumulate

MOSCOW = timezone(timedelta(hours=3))
_OFF = {date(2026, 11, 4)}  # День народного единства, a Wednesday
_SHORTENED = {date(2026, 11, 3)}
_MINUTE = timedelta(minutes=1)
_FIRST = datetime(2026, 11, 1, tzinfo=MOSCOW)
_DAYS = 36


def at(text: str) -> datetime:
    """A moment of November 2026 in Moscow: «3 15:00», «3 15:00:20»."""
    day, clock = text.split()
    return datetime.combine(date(2026, 11, int(day)), time.fromisoformat(clock), MOSCOW)


def is_worked(minute: datetime) -> bool:
    """Whether the minute that begins then is working time."""
    local = minute.astimezone(MOSCOW)
    if local.date() in _OFF or local.weekday() > 4:
        return False
    closing = time(16, 45) if local.weekday() == 4 else time(18)
    if local.date() in _SHORTENED:
        closing = time(closing.hour - 1, closing.minute)
    clock = local.time()
    return time(9) <= clock < time(13) or time(13, 45) <= clock < closing


def worked(start: datetime, end: datetime) -> int:
    """Seconds of working time from `start` to `end`; below zero where `end` is earlier."""
    return round(_worked_until(end) - _worked_until(start))


def _worked_until(moment: datetime) -> float:
    """Seconds of working time from `_FIRST` on."""
    number, within = divmod(moment - _FIRST, _MINUTE)
    minutes = _worked_minutes()
    assert 0 <= number < len(minutes) - 1, f"{moment} is not counted"
    is_within = minutes[number] != minutes[number + 1]
    return minutes[number] * 60 + (within.total_seconds() if is_within else 0.0)


@cache
def _worked_minutes() -> list[int]:
    """How many were worked before each minute from `_FIRST` on: counted once, as tests ask thousands of times."""
    return [0, *accumulate(is_worked(_FIRST + number * _MINUTE) for number in range(_DAYS * 24 * 60))]


def in_words(now: datetime, due: datetime) -> str:
    """What is left at `now` in the words of the pages."""
    days, moment = 0, _begins(now)
    while (following := _next_day(moment)) <= due or not worked(due, following):
        days, moment = days + 1, following
    if days:
        hours = worked(moment, due) // 3600 if moment < due else 0
        noun = "рабочий день" if days == 1 else "рабочих дня" if days < 5 else "рабочих дней"
        return f"{days} {noun}" + (f" {hours} ч" if hours else "")
    minutes = abs(worked(now, due)) // 60
    sign, minutes = ("−", max(minutes, 1)) if due < now else ("", minutes)
    return f"{sign}{minutes // 60} ч {minutes % 60:02} мин" if minutes >= 60 else f"{sign}{minutes} мин"


def _begins(moment: datetime) -> datetime:
    """The moment, or where its day is over the opening of the next; before the opening, that."""
    morning = datetime.combine(moment.astimezone(MOSCOW).date(), time(9), MOSCOW)
    is_over = not worked(moment, morning + timedelta(hours=15))
    return _next_day(morning) if is_over else max(moment, morning)


def _next_day(moment: datetime) -> datetime:
    """The same time of the next working day."""
    while True:
        moment += timedelta(days=1)
        if is_worked(datetime.combine(moment.astimezone(MOSCOW).date(), time(9), MOSCOW)):
            return moment
