"""Invented sentences of answers with the days they promise, and how well something reads them.

The odd ones of the first two hundred were there while the rules of `service.promises` were made, the even ones were set
aside. Of the hundred written later the first sixty bettered the rules, the last forty came after that.
"""

import tomllib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from pathlib import Path
from zoneinfo import ZoneInfo

from calendar_rules import production_calendar

MOSCOW = ZoneInfo("Europe/Moscow")
DAY = [["09:00", "13:00"], ["13:45", "18:00"]]
CALENDAR = production_calendar.current().work_calendar(
    "Europe/Moscow", {**dict.fromkeys(("mon", "tue", "wed", "thu"), DAY), "fri": [DAY[0], ["13:45", "16:45"]]}
)
AT = datetime(2026, 11, 26, 10, 42, tzinfo=MOSCOW)
"""When each of them is published: a Thursday."""
_FOLDER = Path(__file__).parent
_MENDED_BY = 60


@dataclass(frozen=True)
class Sentence:
    """A sentence, and until when something is promised in it, none of it included."""

    text: str
    until: tuple[datetime, ...]


@dataclass(frozen=True)
class Figures:
    """Shares: promises among what was found, found among what is promised, and found with the very moment."""

    precision: float
    recall: float
    exact: float


def closing(day: date) -> datetime:
    """Until when a day lasts for the body of `CALENDAR`."""
    return CALENDAR.closing(day) or datetime.combine(day, time(23, 59), MOSCOW)


def _read(name: str) -> list[Sentence]:
    return [
        Sentence(
            one["text"],
            tuple(
                day.replace(tzinfo=MOSCOW) if isinstance(day, datetime) else closing(day)
                for day in one.get("until", ())
            ),
        )
        for one in tomllib.loads((_FOLDER / name).read_text(encoding="utf-8"))["sentence"]
    ]


def seen() -> list[Sentence]:
    """Those by which the rules were made."""
    return [*_read("sentences.toml")[::2], *_read("later_sentences.toml")[:_MENDED_BY]]


def set_aside() -> list[Sentence]:
    """Those that were written with the first ones and set aside."""
    return _read("sentences.toml")[1::2]


def written_after() -> list[Sentence]:
    """Those that were written when the rules were there."""
    return _read("later_sentences.toml")[_MENDED_BY:]


def figures(found: Callable[[str], Iterable[datetime]], sentences: Sequence[Sentence]) -> Figures:
    """How well the moments that are found in each text are those promised."""
    right, said, meant, exact = 0, 0, 0, 0
    for one in sentences:
        of_text, left = list(found(one.text)), list(one.until)
        right += min(len(of_text), len(left))
        said += len(of_text)
        meant += len(left)
        for until in of_text:
            if until in left:
                left.remove(until)
                exact += 1
    return Figures(right / said, right / meant, exact / meant)
