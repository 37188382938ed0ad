"""Periods named in Russian: «в I квартале 2027 года», «до конца марта», «на следующей неделе», «весной»."""

import re
from calendar import monthrange
from collections.abc import Callable
from datetime import date, datetime, timedelta

from calendar_rules import WorkCalendar

_DAY = timedelta(days=1)
_LONG_AGO = timedelta(days=60)
"""A day without a year that passed longer ago than this is one of the next year; a later one has been."""
_SUNDAY = 6
_FRIDAY = 4

_MONTHS = [
    "январ",
    "феврал",
    "март",
    "апрел",
    "ма",
    "июн",
    "июл",
    "август",
    "сентябр",
    "октябр",
    "ноябр",
    "декабр",
]
MONTH = (
    r"(?P<month>январ[ьяею]|феврал[ьяею]|март[аеу]?|апрел[ьяею]|ма[йяею]|июн[ьяею]|июл[ьяею]|август[аеу]?"
    r"|сентябр[ьяею]|октябр[ьяею]|ноябр[ьяею]|декабр[ьяею])\b"
)
YEAR = (
    r"(?:\s+(?P<year>20\d\d)(?:\s*(?:год[ауе]?\b|г\.|г\b))?"
    r"|\s+(?P<which>этого|текущего|нынешнего|следующего|будущего)\s+года)?"
)
PERIOD = (
    r"(?:(?P<quarter>i{1,3}|iv|[1-4]|перв|втор|трет|четверт)(?:-?[а-я]{1,3})?\s+квартал(?:а|е|у)?\b"
    r"|(?P<half>перв|втор)[а-я]+\s+полугоди[еяию]\b"
    rf"|(?:(?:{'|'.join(_MONTHS)})[а-я]*\s*[-–—]\s*)?{MONTH}"
    r"|(?P<season>весной|весны|весне|весну|летом|лета|лету|лето|осенью|осени|осень|зимой|зимы|зиме|зиму)\b"
    r"|(?P<relative>эт|текущ|нынешн|следующ|будущ)[а-я]+\s+(?P<unit>недел[яеюиь]|месяц[ауе]?|квартал[ауе]?|год[ау]?)\b"
    r"|(?:20\d\d\s*[-–—]\s*)?(?P<whole>20\d\d)\s*(?:год[ауы]?\b|годах\b|гг?\.|г\b)"
    r"|(?P<bare>выходны[ехм]|майски[ехм]\s+праздник\w+|(?:рабочей\s+)?недел[ие]|месяц[ае]|квартал[ае]|год[ау])\b)"
)
PART = (
    r"(?P<part>конц[еуа]|начал[еу]|середин[еуы]|(?:перв[а-я]+|последн[а-я]+|20-х)\s+числах"
    r"|(?:перв|втор)[а-я]+\s+половин[еуы]|(?:перв|втор|трет)[а-я]+\s+декад[еуы])\s+"
)


_QUARTERS = {"i": 1, "ii": 2, "iii": 3, "iv": 4, "перв": 1, "втор": 2, "трет": 3, "четверт": 4}


def month_of(form: str) -> int:
    """The number of a month in any of its forms."""
    return next(number for number, one in enumerate(_MONTHS, 1) if form.startswith(one))


def month_end(year: int, month: int) -> date:
    """The last day of a month."""
    return date(year, month, monthrange(year, month)[1])


def stated_year(match: "re.Match[str]", today: date) -> int | None:
    """The year that the words of `YEAR` name, if any."""
    found = match.groupdict()
    if found.get("year"):
        return int(found["year"])
    if found.get("which"):
        return today.year + (found["which"][:2] in {"сл", "бу"})
    return None


def coming(
    make: Callable[[int], tuple[date, date] | None], today: date, year: int | None
) -> tuple[date, date] | None:
    """The days of the year that is meant, where none is named: the coming ones, or those that have just been."""
    if year is not None:
        return make(year)
    this = make(today.year)
    return make(today.year + 1) if this is not None and today - this[1] > _LONG_AGO else this


def period(match: "re.Match[str]", at: datetime, _: WorkCalendar) -> tuple[date, date] | None:
    """The first and last day of what `PERIOD` has matched, after `PART` or without it."""
    whole = _whole_period(match, at.date())
    if whole is None or not match.groupdict().get("part"):
        return whole
    first, last = whole
    return first, _end_of_part(match["part"], first, last)


def _end_of_part(part: str, first: date, last: date) -> date:
    """The last day of a part: thirds of a period for its beginning, middle and end, halves, decades of a month."""
    days = (last - first).days + 1
    if part.startswith("20"):  # «в 20-х числах»
        return first.replace(day=min(29, last.day))
    if "числ" in part:
        return last if part.startswith("послед") else first + _DAY * 9
    if "декад" in part:
        return last if part.startswith("трет") else first + _DAY * (9 if part.startswith("перв") else 19)
    if "половин" in part:
        return last if part.startswith("втор") else first + _DAY * (days // 2 - 1)
    if part.startswith("конц"):
        return last
    return first + _DAY * (days // 3 * (1 if part.startswith("начал") else 2) - 1)


def _whole_period(match: "re.Match[str]", today: date) -> tuple[date, date] | None:
    found, year = match.groupdict(), stated_year(match, today)

    def months(first: int, last: int) -> tuple[date, date] | None:
        return coming(lambda one: (date(one, first, 1), month_end(one, last)), today, year)

    if found["quarter"]:
        number = _QUARTERS.get(found["quarter"]) or int(found["quarter"])
        return months(3 * number - 2, 3 * number)
    if found["half"]:
        return months(1, 6) if found["half"] == "перв" else months(7, 12)
    if found["month"]:
        return months(month_of(found["month"]), month_of(found["month"]))
    if found["season"]:
        return _season(found["season"], today, year)
    return _of_years(match, today)


def _of_years(match: "re.Match[str]", today: date) -> tuple[date, date] | None:
    found = match.groupdict()
    if found["whole"]:
        return date(int(found["whole"]), 1, 1), date(int(found["whole"]), 12, 31)
    if found["bare"] and found["bare"].startswith("майск"):
        return coming(lambda one: (date(one, 5, 1), date(one, 5, 9)), today, None)
    is_next = (found["relative"] or "")[:2] in {"сл", "бу"}
    return _of_today(found["unit"] or found["bare"], today, is_next=is_next)


def _season(form: str, today: date, year: int | None) -> tuple[date, date] | None:
    if form.startswith("зим"):
        return coming(lambda one: (date(one - 1, 12, 1), month_end(one, 2)), today, year)
    first = {"вес": 3, "лет": 6, "осе": 9}[form[:3]]
    return coming(lambda one: (date(one, first, 1), month_end(one, first + 2)), today, year)


def _of_today(unit: str, today: date, *, is_next: bool) -> tuple[date, date]:
    """The week, weekend, month, quarter or year that today lies in, or the next one."""
    monday = today - _DAY * today.weekday()
    if unit.startswith("выходн"):
        return monday + _DAY * (_FRIDAY + 1), monday + _DAY * _SUNDAY
    if unit.startswith("рабочей"):
        return monday, monday + _DAY * _FRIDAY
    if unit.startswith("недел"):
        monday += _DAY * 7 * is_next
        return monday, monday + _DAY * _SUNDAY
    if unit.startswith("год"):
        return date(today.year + is_next, 1, 1), date(today.year + is_next, 12, 31)
    size = 3 if unit.startswith("квартал") else 1
    year, month = divmod(today.year * 12 + (today.month - 1) // size * size + size * is_next, 12)
    return date(year, month + 1, 1), month_end(year, month + size)
