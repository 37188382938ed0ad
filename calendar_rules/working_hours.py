"""Working hours of one day: intervals of local time such as 09:00–13:00 and 13:45–18:00."""

import re
from collections.abc import Mapping
from itertools import pairwise
from typing import Annotated, Literal, get_args

from pydantic import BeforeValidator
from pydantic_core import PydanticCustomError

Weekday = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
WEEKDAYS: tuple[Weekday, ...] = get_args(Weekday)

# Intervals of one day, (start, end) as `HH:MM` in order; an empty tuple is a closed day.
Intervals = tuple[tuple[str, str], ...]

_CLOCK = re.compile(r"([01]\d|2[0-3]):([0-5]\d)|24:00")


def minute_of_day(clock: str) -> int:
    """Minutes since local midnight of a well formed time `HH:MM`; `24:00` is 1440."""
    hours, minutes = clock.split(":")
    return int(hours) * 60 + int(minutes)


def clock_time(minute: int) -> str:
    """The time `HH:MM` of a minute of the day, 0 to 1440."""
    return f"{minute // 60:02d}:{minute % 60:02d}"


def _refusal(text: str) -> PydanticCustomError:
    # Braces would be read as placeholders of the message template.
    return PydanticCustomError("working_hours", "{text}", {"text": text})


def _checked_interval(value: object) -> tuple[str, str]:
    if not isinstance(value, list | tuple) or len(value) != 2:  # noqa: PLR2004 - an interval has two ends
        raise _refusal(f"интервал рабочего времени — пара «начало, окончание», а не {value!r}")
    start, end = value
    for clock in (start, end):
        if not isinstance(clock, str) or not _CLOCK.fullmatch(clock):
            raise _refusal(f"время {clock!r} не понятно: нужно «ЧЧ:ММ» от 00:00 до 24:00")
    if minute_of_day(end) <= minute_of_day(start):
        raise _refusal(
            f"интервал {start}–{end} кончается не позже, чем начался; ночную смену запишите двумя днями: "
            "до 24:00 и с 00:00 следующего дня"
        )
    return start, end


def _checked_hours(value: object) -> Intervals:
    if not isinstance(value, list | tuple):
        raise _refusal(f"часы работы дня — список интервалов, а не {value!r}")
    intervals = sorted(map(_checked_interval, value))
    for (start, end), (next_start, next_end) in pairwise(intervals):
        if next_start < end:
            raise _refusal(f"интервалы {start}–{end} и {next_start}–{next_end} пересекаются")
    return tuple(intervals)


def _checked_week(value: object) -> object:
    if isinstance(value, Mapping):
        for key in value:
            if key not in WEEKDAYS:
                raise _refusal(f"неизвестный день недели {key!r}: допустимы {', '.join(WEEKDAYS)}")
    return value


Hours = Annotated[Intervals, BeforeValidator(_checked_hours)]
Week = Annotated[dict[Weekday, Hours], BeforeValidator(_checked_week)]


def ending_earlier(hours: Intervals, minutes: int) -> Intervals:
    """The same hours closing `minutes` earlier by the wall clock; later intervals fall away."""
    if not hours:
        return ()
    limit = clock_time(max(0, minute_of_day(hours[-1][1]) - minutes))
    return tuple((start, min(end, limit)) for start, end in hours if start < limit)


def without_breaks(hours: Intervals) -> Intervals:
    """One interval from the first opening to the last closing."""
    return ((hours[0][0], hours[-1][1]),) if hours else ()
