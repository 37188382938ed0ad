"""Moments in Russian: the one place that knows how each of them is written."""

from datetime import datetime, timedelta
from enum import Enum
from functools import lru_cache
from typing import Final

from babel.dates import format_datetime

_LOCALE: Final = "ru"
_HARD: Final = "\u00a0"
_NEAR: Final = {-1: "вчера", 0: "сегодня", 1: "завтра"}


class As(Enum):
    """How a moment is written, by where it stands; numbers as documents have them, then with words as pages do."""

    SENTENCE = "%d.%m.%Y в %H:%M"
    TIME_FIRST = "%H:%M %d.%m.%Y"
    ROW = "%d.%m.%Y %H:%M"
    HEADING = "%d.%m.%Y, %H:%M"
    ROW_TO_THE_SECOND = "%d.%m.%Y %H:%M:%S"
    SENTENCE_TO_THE_SECOND = "%d.%m.%Y в %H:%M:%S"
    CLOCK = "%H:%M"
    WEEKDAY = "EEE d MMMM{year}, H:mm"
    HOUR = "H:mm"

    @property
    def has_words(self) -> bool:
        return "%" not in self.value


def moment_text(
    at: datetime,
    form: As = As.SENTENCE,
    *,
    beside: datetime | None = None,
    now: datetime | None = None,
    unbroken: bool = False,
) -> str:
    """A moment in its own zone: «23.11.2026 в 10:30», «10:30 23.11.2026», «пн 30 ноября, 9:44», by `form`.

    `beside`: a moment of the text around; on its day only the time is written, «10:30», by words «9:44». `now`: in its
    year `WEEKDAY` leaves the year out. `unbroken`: with a no-break space before the last word.
    """
    if beside is not None and at.date() == beside.astimezone(at.tzinfo).date():
        form = As.HOUR if form.has_words else As.CLOCK
    if not form.has_words:
        text = at.strftime(form.value)
    else:
        year = "" if now is not None and at.year == now.astimezone(at.tzinfo).year else " y"
        text = _in_words(
            at.replace(tzinfo=None, second=0, microsecond=0, fold=0), form.value.format(year=year)
        )
    return _HARD.join(text.rsplit(" ", 1)) if unbroken else text


@lru_cache(maxsize=4096)
def _in_words(wall: datetime, pattern: str) -> str:
    """A minute as the clock on the wall has it, of no zone; the same ones stand in many explanations."""
    return format_datetime(wall, pattern, locale=_LOCALE)


def near(at: datetime, now: datetime) -> str:
    """A moment in its own zone as people say it at `now`: «сегодня, 9:44», «завтра, 9:44», «пн 30 ноября, 9:44»."""
    days = (at.date() - now.astimezone(at.tzinfo).date()) // timedelta(days=1)
    if days not in _NEAR:
        return moment_text(at, As.WEEKDAY, now=now)
    return f"{_NEAR[days]}, {moment_text(at, As.HOUR)}"


def until(at: datetime, now: datetime) -> str:
    """The same behind «до», where «сегодня» does not stand: «9:44», «завтра, 9:44», «пн 30 ноября, 9:44»."""
    return near(at, now).removeprefix(f"{_NEAR[0]}, ")
