"""Days, periods and hours named in Russian: «до 5 декабря», «в течение трёх рабочих дней», «в I квартале 2027 года».

Rules, because what reads Russian dates reads those of calendars and reports, and not terms: see the measurement of
`bench.promised_days`. A text is read here letter by letter; who promises what is the business of `promised_days`.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from calendar_rules import WorkCalendar
from service.promises.periods import (
    MONTH,
    PART,
    PERIOD,
    YEAR,
    coming,
    month_end,
    month_of,
    period,
    stated_year,
)

_DAY = timedelta(days=1)
_LAST_MONTH = 12

_WEEKDAYS = ("понедельник", "вторник", "сред", "четверг", "пятниц", "суббот", "воскресень")
_WEEKDAY = (
    r"(?P<weekday>понедельник[ау]?|вторник[ау]?|сред[аеуы]|четверг[ау]?|пятниц[аеуы]|суббот[аеуы]"
    r"|воскресень[еяю])\b"
)
_ORDINALS = {"тридцатого": 30} | {
    ordinal: number
    for number, ordinal in enumerate(
        (
            *("первого", "второго", "третьего", "четвертого", "пятого", "шестого", "седьмого", "восьмого"),
            *("девятого", "десятого", "одиннадцатого", "двенадцатого", "тринадцатого", "четырнадцатого"),
            *(
                "пятнадцатого",
                "шестнадцатого",
                "семнадцатого",
                "восемнадцатого",
                "девятнадцатого",
                "двадцатого",
            ),
        ),
        1,
    )
}
_NUMBERS = {
    form: number
    for number, forms in {
        1: "один одного одной одну одни одних",
        2: "два две двух пару пары",
        3: "три трех",
        4: "четыре четырех",
        5: "пять пяти",
        6: "шесть шести",
        7: "семь семи",
        8: "восемь восьми",
        9: "девять девяти",
        10: "десять десяти",
        12: "двенадцать двенадцати",
        14: "четырнадцать четырнадцати",
        15: "пятнадцать пятнадцати",
        20: "двадцать двадцати",
        30: "тридцать тридцати",
    }.items()
    for form in forms.split()
}
_NUMBER = rf"(?P<number>\d{{1,3}}|{'|'.join(sorted(_NUMBERS, key=len, reverse=True))})(?:\s*\([а-я ]+\))?"
_BEFORE = re.compile(
    r"(?<![а-я])(не\s+ранее(?:\s+чем)?|не\s+раньше(?:\s+чем)?|раньше|ранее|не\s+позднее(?:\s+чем)?"
    r"|не\s+позже(?:\s+чем)?|до\s+(?:начала|наступления)|в\s+ночь\s+на|по\s+состоянию\s+на"
    r"|на\s+протяжении|в\s+течение|до|ко|к|со|с|от|после|по|на|во|в|за|около)"
    r"[\s:—–-]*$"
)
_EXCLUSIVE = frozenset({"до", "к", "ко", "до начала", "до наступления"})
"""Words after which a period is what must not have begun: «до марта», «к лету»."""
_NOT_LATER = frozenset({"не позднее", "не позднее чем", "не позже", "не позже чем"})
ENDS = _EXCLUSIVE | _NOT_LATER | {"по"}
"""Words after which a day is the last one."""


_LONGEST_PREPOSITION = 30


@dataclass(frozen=True)
class Named:
    """A day or a period that a text names, from letter `start` to `end`, with its first and last day.

    `before`: the preposition, in lower case. `moment`: of a term in hours. `is_bare`: what means no day in these words.
    """

    start: int
    end: int
    first: date
    last: date
    before: str = ""
    moment: datetime | None = None
    is_bare: bool = False


_Reader = Callable[["re.Match[str]", datetime, WorkCalendar], tuple[date, date] | datetime | None]


def even(text: str) -> str:
    """The text in lower case, each letter in its place, with «е» and plain spaces."""
    return "".join(one if len(one.lower()) != 1 else one.lower() for one in text).translate(
        {ord("ё"): "е", 0xA0: " ", 0x202F: " ", 0x2009: " "}
    )


def _day(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _date(match: "re.Match[str]", at: datetime, _: WorkCalendar) -> tuple[date, date] | None:
    """«5 декабря», «3–4 декабря», «третьего декабря 2026 года»."""
    day = int(match["day"]) if match["day"] else _ORDINALS[match["ordinal"]] + 20 * bool(match["tens"])
    if match["tens"] == "тридцать":
        day += 10
    month = month_of(match["month"])

    def of(year: int) -> tuple[date, date] | None:
        found = _day(year, month, day)
        return (found, found) if found else None

    return coming(of, at.date(), stated_year(match, at.date()))


def _figures(match: "re.Match[str]", at: datetime, _: WorkCalendar) -> tuple[date, date] | None:
    """«05.12.2026», «15.12», «2026-12-05»."""
    found = match.groupdict()
    if found.get("iso"):
        day = _day(*(int(one) for one in found["iso"].split("-")))
        return (day, day) if day else None
    year = int(found["long"]) + (2000 if len(found["long"]) == 2 else 0) if found["long"] else None  # noqa: PLR2004

    def of(one: int) -> tuple[date, date] | None:
        day = _day(one, int(found["m"]), int(found["d"]))
        return (day, day) if day else None

    return coming(of, at.date(), year)


def _of_month(match: "re.Match[str]", at: datetime, _: WorkCalendar) -> tuple[date, date] | None:
    """«до 15 числа», «15 числа следующего месяца»: of a month that is not named the coming one."""
    today, number = at.date(), int(match["day"])
    named_next = match["next"] and match["next"].startswith(("следующ", "будущ"))
    month = today.month + bool(named_next or (not match["next"] and number < today.day))
    day = _day(today.year + (month > _LAST_MONTH), month - _LAST_MONTH * (month > _LAST_MONTH), number)
    return (day, day) if day else None


def _near(match: "re.Match[str]", at: datetime, _: WorkCalendar) -> tuple[date, date]:
    day = at.date() + _DAY * {"сегодня": 0, "завтра": 1, "послезавтра": 2}[match["near"]]
    return day, day


def _weekday(match: "re.Match[str]", at: datetime, _: WorkCalendar) -> tuple[date, date]:
    """«в ближайший понедельник», «до пятницы», «в следующую среду»: of the coming week, or the first after today."""
    today = at.date()
    number = next(place for place, one in enumerate(_WEEKDAYS) if match["weekday"].startswith(one))
    if match["next"]:
        monday = today - _DAY * today.weekday() + _DAY * 7
        day = monday + _DAY * number
    else:
        day = today + _DAY * ((number - today.weekday() - 1) % 7 + 1)
    return day, day


def _amount(
    match: "re.Match[str]", at: datetime, calendar: WorkCalendar
) -> tuple[date, date] | datetime | None:
    """«в течение трёх рабочих дней», «через неделю», «в месячный срок»: from the publication (Civil Code, art. 191)."""
    found, today = match.groupdict(), at.date()
    written = found.get("number") or found.get("compound") or "1"
    number = int(written) if written.isdigit() else _NUMBERS[written]
    unit = found["unit"]
    if unit.startswith("час"):
        return at + timedelta(hours=number)
    if unit.startswith(("сут", "дн", "ден")) and found.get("working"):
        day = calendar.add_days(today, number)
    elif unit.startswith("сут") and not found.get("compound"):
        return at + _DAY * number
    elif unit.startswith(("дн", "ден", "сут")):
        is_this_day = not found.get("number") and not found.get("compound") and unit != "день"
        day = today if is_this_day else today + _DAY * number
    elif unit.startswith("недел"):
        day = today + _DAY * 7 * number
    else:
        months = number * (12 if unit.startswith(("год", "лет")) else 6 if unit == "полгода" else 1)
        year, month = divmod(today.year * 12 + today.month - 1 + months, 12)
        day = min(month_end(year, month + 1), date(year, month + 1, 1) + _DAY * (today.day - 1))
    return day, day


def _new_year(_: "re.Match[str]", at: datetime, __: WorkCalendar) -> tuple[date, date]:
    day = date(at.year, 12, 31)
    return day, day


def _end_of_today(_: "re.Match[str]", at: datetime, __: WorkCalendar) -> tuple[date, date]:
    return at.date(), at.date()


_DATE = re.compile(
    r"(?<![\d.,№])(?:(?P<many>\d{1,2}(?:-?го)?\s*(?:[-–—,]|и|по|до)\s*){0,4}(?P<day>\d{1,2})(?:-?го)?"
    rf"|(?P<tens>двадцать|тридцать)?\s*\b(?P<ordinal>{'|'.join(_ORDINALS)}))\s+{MONTH}{YEAR}"
)
_WORD_OF_STREET = re.compile(
    r"(?:ул\.|улиц\w+|пер\.|переул\w+|площад\w+|пл\.|имени|им\.|проспект\w*|пр\.)\s*$"
)
_READERS: Sequence[tuple["re.Pattern[str]", _Reader]] = (
    (_DATE, _date),
    (re.compile(r"(?<![\d.-])(?P<iso>20\d\d-\d\d-\d\d)(?![\d-])"), _figures),
    (
        re.compile(
            r"(?<![\d.,(№-])(?P<d>\d{1,2})\.(?P<m>0[1-9]|1[0-2])(?:\.(?P<long>20\d\d|\d\d))?"
            r"(?!\d|\.\d|-\d|\s*(?:км|млн|тыс|м\b|га\b|%))(?:\s*(?:года|г\.))?"
        ),
        _figures,
    ),
    (re.compile(r"(?<!\d)(?P<day>\d{1,2})(?:-го)?\s+числа(?:\s+(?P<next>\w+)\s+месяца)?"), _of_month),
    (re.compile(r"\b(?P<near>сегодня|завтра|послезавтра)(?:шнего\s+дня)?\b"), _near),
    (re.compile(rf"\b(?:(?P<next>следующ|будущ)[а-я]+\s+|(?:эт|ближайш)[а-я]+\s+)?{_WEEKDAY}"), _weekday),
    (re.compile(r"\bконца\s+(?:рабочего\s+)?(?:дня|смены|суток)\b"), _end_of_today),
    (re.compile(r"\bнов(?:ого|ому|ый)\s+год[ау]?\b"), _new_year),
    (
        re.compile(
            r"\b(?:в\s+течени[ие]|не\s+позднее(?:\s+чем)?\s+через|через|за|в\s+пределах|в\s+(?=ближайш)|займ[еу]т"
            r"|срок\s*[—–-])\s*(?<!\w)"
            rf"(?:ближайш[а-я]+\s+|следующ[а-я]+\s+)?(?:\d+\s*[-–—]\s*)?(?:{_NUMBER}\s+)?(?:ближайших\s+)?"
            r"(?:(?P<working>рабоч[а-я]+)\s+|календарн[а-я]+\s+)?"
            r"(?P<unit>час(?:ов|а)?|дн(?:ей|я|ю)|день|суток|сутки|недел[ьюияе]+|месяц(?:ев|а)?|год[ау]?|лет|полгода)\b"
        ),
        _amount,
    ),
    (
        re.compile(
            rf"\bв\s+(?:(?P<compound>\d+|{'|'.join(sorted(_NUMBERS, key=len, reverse=True))})-?)?"
            r"(?P<unit>дневн|недельн|месячн|суточн)ый\s+срок\b"
        ),
        _amount,
    ),
    (re.compile(rf"\b{PART}{PERIOD}{YEAR}"), period),
    (re.compile(rf"\b{PERIOD}{YEAR}"), period),
)
_AGO = re.compile(r"\s*(?:назад|после\s|со\s+дня|с\s+момента|с\s+даты|до\s+[а-я]+а\b)")


def named(text: str, even_text: str, at: datetime, calendar: WorkCalendar) -> list[Named]:
    """The days and periods that a text names, in its order, each letter in one of them at most."""
    found: list[Named] = []
    taken: set[int] = set()
    for pattern, read in _READERS:
        for match in pattern.finditer(even_text):
            letters = range(match.start(), match.end())
            if not taken.isdisjoint(letters) or (pattern is _DATE and _is_street(text, even_text, match)):
                taken.update(letters if pattern is _DATE else ())
                continue
            one = _one(match, read, at, calendar, even_text)
            if one is None:
                continue
            taken.update(letters)
            found.append(replace(one, is_bare=_is_bare(match, one.before)))
    return _ranges(sorted(found, key=lambda one: one.start), even_text)


def _one(
    match: "re.Match[str]", read: _Reader, at: datetime, calendar: WorkCalendar, text: str
) -> Named | None:
    if "unit" in match.groupdict() and _AGO.match(text, match.end()):
        return None
    meant = read(match, at, calendar)
    if meant is None:
        return None
    word, start = word_before(text, match.start())
    if isinstance(meant, datetime):
        return Named(start, match.end(), meant.date(), meant.date(), word, meant)
    first, last = meant
    if match.groupdict().get("many"):
        word = "по"
    if read is period and not match.groupdict().get("part") and word in _EXCLUSIVE:
        last = first - _DAY
    return Named(start, match.end(), first, last, word)


def word_before(text: str, place: int) -> tuple[str, int]:
    """The preposition before a letter of an even text, or nothing, and where it begins."""
    before = _BEFORE.search(text, max(0, place - _LONGEST_PREPOSITION), place)
    return (" ".join(before[1].split()), before.start()) if before else ("", place)


def _is_street(text: str, even_text: str, match: "re.Match[str]") -> bool:
    """Whether it is «улица 8 Марта»: a capital letter, or a word of streets before it."""
    return (
        bool(_WORD_OF_STREET.search(even_text, 0, match.start()))
        or (
            text[match.start("month")].isupper()  # but «к 9 Мая» is the day
            and not re.search(r"(?<![а-я])(?:к|до|на|после)\s+$", even_text[: match.start()])
        )
    )


def _is_bare(match: "re.Match[str]", before: str) -> bool:
    """Whether it may be another thing: «12.10» a section, «за декабрь» an account, «недели» any week."""
    groups = match.groupdict()
    if "long" in groups:
        return not groups["long"] and not before and not _HOUR_FOLLOWS.match(match.string, match.end())
    if groups.get("weekday"):
        return before not in {*ENDS, "в", "во", "с", "со", "на"}
    if "bare" not in groups or groups.get("part"):
        return False
    if groups["bare"]:
        return not groups["bare"].startswith(("выходн", "майск"))
    return before == "за"


_HOUR_FOLLOWS = re.compile(r",?\s+(?:к|до|в|с)\s+\d{1,2}(?:[:.]\d\d|\s+час)")


def _ranges(found: Sequence[Named], text: str) -> list[Named]:
    """«С 30 ноября по 2 декабря» as one, and «в пятницу, 4 декабря» as the latter."""
    kept: list[Named] = []
    for one in found:
        earlier = kept[-1] if kept else None
        between = text[earlier.end : one.start].strip() if earlier else None
        if earlier is None or one.moment or between not in {"", ",", "("}:
            kept.append(one)
        elif earlier.before in {"с", "со"} and one.before in {"по", "до"}:
            kept[-1] = replace(one, start=earlier.start, first=earlier.first, before="по")
        elif one.before:
            kept.append(one)
        elif one.is_bare:  # «8 декабря (вторник)»
            kept[-1] = replace(earlier, end=one.end)
        else:
            kept[-1] = replace(one, start=earlier.start, before=earlier.before)
    return kept
