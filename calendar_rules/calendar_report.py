"""Report of `otklik calendar check` on a production calendar: its years, and what is new in it."""

from collections.abc import Iterator
from datetime import date, timedelta

from calendar_rules import russian
from calendar_rules.production_calendar import ProductionCalendar
from calendar_rules.production_year import ProductionYear

_MOST_DAYS = 40
"""Changed days that are listed one by one."""


def report(
    new: ProductionCalendar, years: dict[int, ProductionYear], stands: ProductionCalendar
) -> Iterator[str]:
    """The lines of the report, in Russian; `years` are those of the file of `new`, `stands` is what is in force."""
    yield f"Годы: {_span(new)}. Дни сходятся с опубликованными итогами."
    if drafts := [str(number) for number, year in years.items() if year.status == "draft"]:
        yield f"По проекту постановления, не утверждены: {', '.join(drafts)}."
    yield ""
    yield f"Действует календарь на {_span(stands)}. По сравнению с ним:"
    if new == stands:
        yield "  — изменений нет"
        return
    if lost := [str(number) for number in stands.years if number not in new.years]:
        yield f"  — нет лет: {', '.join(lost)}. Добавьте их: без них файл не применяется"
    for number in new.years:
        if number not in stands.years:
            working = sum(new.is_working_day(day) for day in _days(number))
            shortened = sum(new.is_shortened(day) for day in _days(number))
            yield f"  — добавлен {number} год: рабочих дней {working}, из них сокращённых {shortened}"
    changed = [
        f"  — {day:%d.%m.%Y}: {_what(stands, day)} → {_what(new, day)}"
        for number in new.years
        if number in stands.years
        for day in _days(number)
        if _what(stands, day) != _what(new, day)
    ]
    yield from changed[:_MOST_DAYS]
    if len(changed) > _MOST_DAYS:
        yield f"  — и ещё {russian.counted(len(changed) - _MOST_DAYS, russian.DAY)}"


def _span(calendar: ProductionCalendar) -> str:
    return f"{calendar.first_year}–{calendar.last_year}"


def _days(year: int) -> Iterator[date]:
    first = date(year, 1, 1)
    return (first + timedelta(days=n) for n in range((date(year + 1, 1, 1) - first).days))


def _what(calendar: ProductionCalendar, day: date) -> str:
    kind = "рабочий день" if calendar.is_working_day(day) else "выходной день"
    named = calendar.name(day)
    return f"{kind} ({named})" if named else kind
