"""Phrases of a report: its numbers, times and periods in Russian."""

from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta
from typing import Final

from babel.dates import format_date, format_datetime
from babel.numbers import format_decimal

from calendar_rules.moments import As, moment_text
from calendar_rules.russian import percent, rounded, short_amount
from service.reports.weekly import period as periods
from service.reports.weekly.period import Period, Unit
from service.reports.weekly.summary import FEWEST_FOR_SHARES, Balance, WeeklySummary

_LOCALE: Final = "ru"
_HARD: Final = "\u00a0"
"""A space at which no line is broken."""
NO_SHARE: Final = "Доля от менее чем пяти сроков не указывается."


_ROMAN: Final = ("I", "II", "III", "IV")


def title(summary: WeeklySummary) -> str:
    """«Сводка за неделю с 16 по 22 ноября 2026 года», «Отчёт за IV квартал 2026 года: Департамент культуры»."""
    what = "Отчёт" if summary.is_report else "Сводка"
    whose = f": {summary.body_title}" if summary.body_title else ""
    return f"{what} {over(periods.named(summary.unit, summary.period))}{whose}"


def over(one: Period) -> str:
    """«за неделю с 16 по 22 ноября 2026 года», «за ноябрь 2026 года», «за период с 1 по 15 ноября 2026 года»."""
    first = one.first_day
    match one.unit:
        case Unit.MONTH:
            return _unbroken(f"за {format_date(first, 'LLLL y', locale=_LOCALE)} года")
        case Unit.QUARTER:
            return f"за {_ROMAN[(first.month - 1) // 3]}{_HARD}квартал {first.year}{_HARD}года"
        case Unit.YEAR:
            return f"за {first.year}{_HARD}год"
    return f"за {'неделю' if one.unit is Unit.WEEK else 'период'} {period(first, one.last_day)}"


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


def days(one: Period) -> str:
    """A period in short, for a line of a table: «16–22.11.2026», «ноябрь 2026», «IV кв. 2026», «2026»."""
    return _IN_SHORT.get(one.unit, _days)(one)


def _days(one: Period) -> str:
    first, last = one.first_day, one.last_day
    if first == last:
        return f"{first:%d.%m.%Y}"
    pattern = "%d.%m.%Y" if first.year != last.year else "%d.%m" if first.month != last.month else "%d"
    return f"{first:{pattern}}–{last:%d.%m.%Y}"


def _month(one: Period) -> str:
    return str(format_date(one.first_day, "LLLL y", locale=_LOCALE)).replace(" ", _HARD)


def _quarter(one: Period) -> str:
    return f"{_ROMAN[(one.first_day.month - 1) // 3]}{_HARD}кв.{_HARD}{one.first_day.year}"


_IN_SHORT: Final[Mapping[Unit, Callable[[Period], str]]] = {
    Unit.MONTH: _month,
    Unit.QUARTER: _quarter,
    Unit.YEAR: lambda one: str(one.first_day.year),
}


def beginning(one: Period) -> str:
    """By what a period stands on the axis of a picture: «16.11», «11.26», «IV.26», «2026»."""
    match one.unit:
        case Unit.MONTH:
            return f"{one.first_day:%m.%y}"
        case Unit.QUARTER:
            return f"{_ROMAN[(one.first_day.month - 1) // 3]}.{one.first_day:%y}"
        case Unit.YEAR:
            return f"{one.first_day:%Y}"
    return f"{one.first_day:%d.%m}"


def status(summary: WeeklySummary) -> str:
    """When it was made: «Предварительно, по 26 ноября 10:00», «Составлена 23 ноября 2026 года в 08:00».

    A report of what is over: «По состоянию на 23.11.2026 08:00».
    """
    if summary.preliminary:
        at = format_datetime(summary.made_at, "d MMMM HH:mm", tzinfo=summary.made_at.tzinfo, locale=_LOCALE)
        return f"Предварительно, по {_unbroken(at)}"
    if summary.is_report:
        return f"По состоянию на {moment(summary.made_at)}"
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


def counted_anew(summary: WeeklySummary, *, short: bool = False) -> str | None:
    """That the numbers of the week before are others now than in its own summary, and which stand there."""
    then = summary.as_made
    if then is None:
        return None
    said = f"Графа «Неделей раньше» пересчитана на {moment(summary.made_at)}"
    if short:
        return f"{said} и отличается от сводки, составленной {moment(then.made_at)}."
    now = summary.totals.previous
    others = ", ".join(
        f"{title} {number(getattr(then.totals, name))}"
        for name, title in _FIGURES.items()
        if getattr(then.totals, name) != getattr(now, name)
    )
    return f"{said}; в сводке, составленной {moment(then.made_at)}, указано: {others}."


_FIGURES: Final = {
    "received": "поступило",
    "answered": "размещён ответ",
    "declined": "не подлежит ответу",
    "unanswered": "закрыто без ответа",
    "open": "в работе",
    "in_time": "сроков соблюдено",
    "breached": "сроков нарушено",
    "returns": "возвратов",
    "rework_rounds": "доработок",
}


def _sum(parts: tuple[tuple[str, int], ...]) -> str:
    return " + ".join(f"{what} {number(count)}".replace(" ", _HARD) for what, count in parts)


def number(value: float) -> str:
    """A number with its thousands set off, and to a tenth: «4 096», «0,6»; below zero with a minus, not a hyphen."""
    return str(format_decimal(rounded(value), "#,##0.#", locale=_LOCALE)).replace("-", "−")


def share_of(in_time: int, late: int) -> float | None:
    """The part in time; None of fewer than five."""
    together = in_time + late
    return in_time / together if together >= FEWEST_FOR_SHARES else None


def share(value: float) -> str:
    """«96 %»; never 100 % or 0 % of what is not quite all or nothing."""
    return f"{percent(value)}{_HARD}%"


def time(value: timedelta) -> str:
    """An amount of working time, on one line: «11 ч 30 мин»."""
    return short_amount(value).replace(" ", _HARD)


def moment(value: datetime) -> str:
    """A moment in its own zone: «23.11.2026 08:00»."""
    return moment_text(value, As.ROW, unbroken=True)
