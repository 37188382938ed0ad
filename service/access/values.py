"""Values as requests write them: moments by RFC 3339 with an offset, durations by ISO 8601, numbers as ids."""

import re
from datetime import UTC, date, datetime, timedelta
from typing import Annotated

from pydantic import AfterValidator, BeforeValidator, WithJsonSchema

_RFC_3339 = re.compile(r"\d{4}-\d\d-\d\d[Tt]\d\d:\d\d(:\d\d(\.\d+)?)?([Zz]|[+-]\d\d:\d\d)", re.ASCII)
# In a query `+` stands for a space: people who write an address by hand mean the offset.
_OFFSET_AFTER_SPACE = re.compile(r"(T\d\d:\d\d(?::\d\d(?:\.\d+)?)?) (\d\d:\d\d)$")
_DURATION = re.compile(
    r"P(?=.)(\d+W|(\d+D)?(T(?=\d)(\d+([.,]\d+)?H)?(\d+([.,]\d+)?M)?(\d+([.,]\d+)?S)?)?)", re.ASCII
)
_LONGEST = timedelta(days=3660)

_DAY = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
_DAY_WANTED = "нужен день или момент со смещением, например 2026-11-23 или 2026-11-23T18:00:00+03:00."
_MOMENT_WANTED = "нужны дата и время со смещением, например 2026-11-23T09:00:00+03:00."
_DURATION_WANTED = "нужна длительность вида PT4H30M или P1D (ISO 8601)."


def _moment_text(given: object) -> object:
    if isinstance(given, datetime):
        return given
    text = _OFFSET_AFTER_SPACE.sub(r"\1+\2", given) if isinstance(given, str) else ""
    if not _RFC_3339.fullmatch(text):
        raise ValueError(_MOMENT_WANTED)
    try:
        return datetime.fromisoformat(text.upper())
    except ValueError:
        raise ValueError(_MOMENT_WANTED) from None


def _countable(moment: datetime) -> datetime:
    try:
        moment.astimezone(UTC)
    except OverflowError:
        raise ValueError(_MOMENT_WANTED) from None
    return moment


def _duration_text(given: object) -> object:
    if isinstance(given, timedelta) or (isinstance(given, str) and _DURATION.fullmatch(given)):
        return given
    raise ValueError(_DURATION_WANTED)


def _bounded(duration: timedelta) -> timedelta:
    if duration > _LONGEST:
        raise ValueError(f"слишком длинно, нужно не больше {_LONGEST.days} дней.")
    return duration


Instant = Annotated[
    datetime,
    BeforeValidator(_moment_text),
    AfterValidator(_countable),
    WithJsonSchema({"type": "string", "format": "date-time", "examples": ["2026-11-23T09:00:00+03:00"]}),
]
"""A moment with an offset."""

Duration = Annotated[
    timedelta,
    BeforeValidator(_duration_text),
    AfterValidator(_bounded),
    WithJsonSchema({"type": "string", "format": "duration", "examples": ["PT4H"]}),
]
"""A duration of at most ten years, not negative. Years and months have no fixed length and are not taken."""


def _day_or_moment(given: object) -> object:
    try:
        return (
            date.fromisoformat(given)
            if isinstance(given, str) and _DAY.fullmatch(given)
            else _moment_text(given)
        )
    except ValueError:
        raise ValueError(_DAY_WANTED) from None


DayOrInstant = Annotated[
    datetime | date,
    BeforeValidator(_day_or_moment),
    WithJsonSchema(
        {"anyOf": [{"type": "string", "format": "date"}, {"type": "string", "format": "date-time"}]}
    ),
]
"""A day, or a moment with an offset."""


_LARGEST = 2**63 - 1
"""Of a number the database can hold."""


def number_of(message: str) -> int | None:
    """The number a message's id stands for; None if it can be no id."""
    if not message.isascii() or not message.isdecimal():
        return None
    number = int(message)
    return number if str(number) == message and number <= _LARGEST else None
