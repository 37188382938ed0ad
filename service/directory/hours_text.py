"""Working hours as they are typed, in forms and workbooks."""

import re
from collections.abc import Mapping
from datetime import date
from itertools import groupby
from typing import Any

from pydantic import ValidationError

from calendar_rules.schedules import Hours
from calendar_rules.work_calendar import WorkCalendar
from calendar_rules.working_hours import WEEKDAYS, Intervals
from service.access import wording
from service.directory.errors import MisfitError

DAYS: Mapping[str, str] = dict(
    zip(
        WEEKDAYS,
        ("Понедельник", "Вторник", "Среда", "Четверг", "Пятница", "Суббота", "Воскресенье"),
        strict=True,
    )
)
_SHORT_DAYS: Mapping[str, str] = dict(zip(WEEKDAYS, ("пн", "вт", "ср", "чт", "пт", "сб", "вс"), strict=True))
ZONE, SPECIAL = "timezone", "exceptions"
TITLES: Mapping[str, str] = {ZONE: "Часовой пояс", **DAYS, SPECIAL: "Особые дни"}
"""By the name of each text, what it is called."""
_CLOSED = "выходной"
_INTERVAL = re.compile(r"(\d{1,2}[:.]\d\d)\s*[–—-]\s*(\d{1,2}[:.]\d\d)")
_DAY = re.compile(r"(\d{1,2})\.(\d{1,2})\.(\d{4})[\s:]+(.+)")
_MOST_DAYS = 100

Texts = Mapping[str, str]
"""Hours as they are typed: the zone, each weekday, and a line for each special day."""


def texts_of(hours: Hours) -> Texts:
    """Hours as they are typed."""
    return {
        ZONE: hours.timezone,
        **{day: _written(hours.week.get(day, ())) for day in WEEKDAYS},
        SPECIAL: "\n".join(
            f"{day:%d.%m.%Y} {_written(special)}" for day, special in sorted(hours.exceptions.items())
        ),
    }


def brief(texts: Texts) -> str:
    """The week in one line, days of the same hours together: «пн–чт 09:00–18:00; пт 09:00–16:45»."""
    parts = []
    for hours, days in groupby(_SHORT_DAYS, key=lambda day: texts[day]):
        names = [_SHORT_DAYS[day] for day in days]
        whole = names[0] if len(names) == 1 else f"{names[0]}–{names[-1]}"
        parts.append(f"{whole} {hours}")
    return "; ".join(parts)


def changes(before: Texts, after: Texts) -> list[tuple[str, str, str]]:
    """What differs, as title, before and after."""
    return [
        (title, before[name], after[name]) for name, title in TITLES.items() if before[name] != after[name]
    ]


def parse(texts: Texts) -> dict[str, Any]:
    """The hours that were typed, as the files have them. Raises MisfitError."""
    wrong: dict[str, str] = {}
    week: dict[str, Intervals] = {}
    for day in WEEKDAYS:
        try:
            if hours := _intervals(texts.get(day, "")):
                week[day] = hours
        except ValueError:
            wrong[day] = wording.NO_HOURS
    exceptions: dict[str, Intervals] = {}
    lines = [line.strip() for line in texts.get(SPECIAL, "").splitlines() if line.strip()]
    for line in lines[:_MOST_DAYS]:
        try:
            special, hours = _special_day(line)
            exceptions[special.isoformat()] = hours
        except ValueError:
            wrong[SPECIAL] = wording.NO_SPECIAL_DAY.format(line=line[:60])
    if len(lines) > _MOST_DAYS:
        wrong[SPECIAL] = wording.TOO_MANY_SPECIAL_DAYS.format(days=_MOST_DAYS)
    if not week and not wrong:
        wrong[WEEKDAYS[0]] = wording.NO_WORKING_DAY
    found = {ZONE: texts.get(ZONE, ""), "week": week, "exceptions": exceptions}
    try:
        WorkCalendar.model_validate(found)
    except ValidationError as error:
        for item in error.errors():
            place = item["loc"][1] if item["loc"][0] == "week" and len(item["loc"]) > 1 else item["loc"][0]
            wrong.setdefault(str(place), f"{item['msg']}.")
    if wrong:
        raise MisfitError(wrong)
    return {**found, "assumed": False}


def _written(hours: Intervals) -> str:
    return ", ".join(f"{start}–{end}" for start, end in hours) or _CLOSED


def _intervals(text: str) -> Intervals:
    """Raises ValueError for what is neither hours nor a day off."""
    text = text.strip()
    if text.casefold() in ("", "-", "—", _CLOSED):
        return ()
    found = []
    for part in re.split(r"[,;]", text):
        match = _INTERVAL.fullmatch(part.strip())
        if match is None:
            raise ValueError(text)
        start, end = (clock.replace(".", ":").rjust(5, "0") for clock in match.groups())
        found.append((start, end))
    return tuple(found)


def _special_day(line: str) -> tuple[date, Intervals]:
    match = _DAY.fullmatch(line)
    if match is None:
        raise ValueError(line)
    day, month, year, hours = match.groups()
    return date(int(year), int(month), int(day)), _intervals(hours)
