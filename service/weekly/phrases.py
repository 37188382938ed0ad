"""How the weekly summary says its numbers, times and weeks in Russian."""

from datetime import date, datetime, timedelta
from typing import Final

from babel.dates import format_date, format_datetime
from babel.numbers import format_decimal

from calendar_rules.russian import short_amount
from service.weekly.summary import FEWEST_FOR_SHARES, Balance, WeeklySummary

_LOCALE: Final = "ru"
_HARD: Final = "\u00a0"
"""A space at which no line is broken."""
WEEKDAYS: Final = ("Пн", "Вт", "Ср", "Чт", "Пт", "Сб", "Вс")
NO_SHARE: Final = "Доля от менее чем пяти сроков не указывается."


def title(summary: WeeklySummary) -> str:
    """«Сводка за неделю с 16 по 22 ноября 2026 года»."""
    return f"Сводка за неделю {period(summary.first_day, summary.last_day)}"


def period(first: date, last: date) -> str:
    """«с 16 по 22 ноября 2026 года», with the month and the year of the first day where they are others."""
    pattern = "d"
    if first.year != last.year:
        pattern = "d MMMM y 'года'"
    elif first.month != last.month:
        pattern = "d MMMM"
    return _unbroken(
        f"с {format_date(first, pattern, locale=_LOCALE)} по {format_date(last, 'd MMMM y', locale=_LOCALE)} года"
    )


def _unbroken(text: str) -> str:
    """Days stay with their months."""
    words = text.split(" ")
    return "".join(
        word + ("" if place == len(words) - 1 else _HARD if word.isdigit() or word in ("с", "по") else " ")
        for place, word in enumerate(words)
    )


def week_days(week: str) -> str:
    """The days of an ISO week in short: «16–22.11.2026», «28.12.2026–03.01.2027»."""
    year, number = week.split("-W")
    first = date.fromisocalendar(int(year), int(number), 1)
    last = first + timedelta(days=6)
    pattern = "%d.%m.%Y" if first.year != last.year else "%d.%m" if first.month != last.month else "%d"
    return f"{first:{pattern}}–{last:%d.%m.%Y}"


def monday(week: str) -> str:
    """The first day of an ISO week: «16.11»."""
    year, number = week.split("-W")
    return f"{date.fromisocalendar(int(year), int(number), 1):%d.%m}"


def status(summary: WeeklySummary) -> str:
    """When and by whom it was made: «Предварительно, по 26 ноября 10:00», «Составлена 23 ноября 2026 года в 08:00»."""
    if summary.version == 0:
        at = format_datetime(summary.made_at, "d MMMM HH:mm", tzinfo=summary.made_at.tzinfo, locale=_LOCALE)
        return f"Предварительно, по {_unbroken(at)}"
    day = format_date(summary.made_at, "d MMMM y", locale=_LOCALE)
    text = _unbroken(f"Составлена {day} года в {summary.made_at:%H:%M}")
    return f"{text}, версия {summary.version}" if summary.version > 1 else text


def balance(it: Balance) -> str:
    """The line that adds up: what there was and came is what went and is left."""
    came = (("было", it.opening), ("поступило", it.received), ("открыто снова", it.reopened))
    declined, otherwise = (
        sum(part.count for part in it.declined),
        sum(part.count for part in it.closed_otherwise),
    )
    went = (
        ("размещён ответ", it.answered),
        ("не подлежит ответу", declined),
        ("закрыто без ответа", otherwise),
        ("осталось", it.closing),
    )
    left, right = sum(count for _, count in came), sum(count for _, count in went)
    line = f"{_sum(came)} = {_sum(went)}"
    line = line[0].upper() + line[1:]
    if left != right:
        return f"{line}. Баланс не сходится: слева {number(left)}, справа {number(right)}."
    return f"{line}; всего {number(left)}."


def _sum(parts: tuple[tuple[str, int], ...]) -> str:
    return " + ".join(f"{what} {number(count)}".replace(" ", _HARD) for what, count in parts)


def number(value: float) -> str:
    """A number with its thousands set off, and to a tenth: «4 096», «0,6»; below zero with a minus, not a hyphen."""
    return str(format_decimal(value, "#,##0.#", locale=_LOCALE)).replace("-", "−")


def share_of(in_time: int, late: int) -> float | None:
    """The part in time; None of fewer than five."""
    together = in_time + late
    return in_time / together if together >= FEWEST_FOR_SHARES else None


def share(value: float) -> str:
    """«96 %»; never 100 % or 0 % of what is not quite all or nothing."""
    percent = round(value * 100)
    if percent == 100 and value < 1:  # noqa: PLR2004
        percent = 99
    if percent == 0 and value > 0:
        percent = 1
    return f"{percent}{_HARD}%"


def time(value: timedelta) -> str:
    """An amount of working time, on one line: «11 ч 30 мин»."""
    return short_amount(value).replace(" ", _HARD)


def moment(value: datetime) -> str:
    """A moment in its own zone: «23.11.2026 08:00»."""
    return f"{value:%d.%m.%Y}{_HARD}{value:%H:%M}"


def hour(value: int) -> str:
    """An hour of the day: «9:00–10:00»."""
    return f"{value}:00–{value + 1}:00"
