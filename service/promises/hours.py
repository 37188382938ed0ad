"""Hours of a day named in Russian: «до 18:00», «к 16 часам», «в 7 утра», «до обеда», «вечером»."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import time

from service.promises.day_words import ENDS, Named, word_before

_NOON = time(12)
_LUNCH = time(13)
LAST_MINUTE = time(23, 59)


@dataclass(frozen=True)
class Hour:
    """An hour of the day that a text names; `begins`: «с 9:00», «после 15:00», which ends nothing."""

    start: int
    end: int
    at: time
    before: str
    begins: bool = False


_HOUR = re.compile(
    r"(?<![\d.,:])(?:(?P<from>[01]?\d|2[0-4])[:.]\d\d\s*[-–—]\s*)?(?P<hour>[01]?\d|2[0-4])"
    r"(?:[:.](?P<minute>[0-5]\d)|-(?P<dashed>[03]0))(?!\d|[.:-]\d)"
    r"|(?<![\d.,:])(?P<whole>[01]?\d|2[0-4])\s*(?:час(?:ов|ам|а|у)?\b"
    r"(?:\s+(?P<of>утра|дня|вечера))?|(?P<half>утра|вечера)\b)"
)
_PARTS_OF_A_DAY = re.compile(
    r"\b(?:(?P<morning>утром|(?:до|к)\s+полудн[яю])|(?P<lunch>до\s+обеда|к\s+обеду"
    r"|в\s+первой\s+половине\s+дня)|вечером|ночью)\b"
)
_HOURS_OF_HALF = 12


def hours(text: str, days: Sequence[Named]) -> Iterator[Hour]:
    """The hours of the day that an even text names outside the days."""
    taken = {letter for one in days for letter in range(one.start, one.end)}
    for match in _HOUR.finditer(text):
        if not taken.isdisjoint(range(match.start(), match.end())):
            continue
        word, start = word_before(text, match.start())
        if (match["whole"] or match["dashed"]) and word not in {*ENDS, "в", "с", "после"}:
            continue
        hour = int(match["hour"] or match["whole"])
        if (match["of"] or match["half"]) in {"дня", "вечера"} and hour < _HOURS_OF_HALF:
            hour += _HOURS_OF_HALF
        at = LAST_MINUTE if hour == 24 else time(hour, int(match["minute"] or match["dashed"] or 0))  # noqa: PLR2004
        begins = word in {"с", "со", "после", "не ранее", "не раньше"} and not match["from"]
        yield Hour(start, match.end(), at, word, begins)
    for match in _PARTS_OF_A_DAY.finditer(text):
        at = _NOON if match["morning"] else _LUNCH if match["lunch"] else LAST_MINUTE
        yield Hour(match.start(), match.end(), at, "")
