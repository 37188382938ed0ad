"""Trend of the weeks: the titles of their rows, and the drawing beside them, with its axis and dates."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from api.web.templates import short_day
from service.oversight.overview import Stretch

_HEIGHT, _FOOT = 220, 226
_WIDTH_OF_WEEK, _WIDTH_OF_BAR = 40, 10


@dataclass(frozen=True, slots=True)
class Bar:
    """A bar in units of the drawing; `kind` is its class, `title` is read when it is pointed at."""

    kind: str
    x: int
    y: float
    height: float
    title: str


@dataclass(frozen=True, slots=True)
class Mark:
    """A number of the axis at its height, or a date at its place, in units of the drawing."""

    at: float
    text: str


@dataclass(frozen=True, slots=True)
class Trend:
    """Weeks with their titles, the last first, and their bars, the first first; `width` in units of the drawing.

    `axis`: round numbers, the least first; `dates`: the Mondays.
    """

    weeks: Sequence[tuple[Stretch, str]]
    bars: Sequence[Bar]
    width: int
    axis: Sequence[Mark]
    dates: Sequence[Mark]


def of(weeks: Sequence[Stretch]) -> Trend:
    """The trend of weeks, the last first: received, published and breached, to one scale."""
    most = max([1, *(amount for week in weeks for _, amount in _amounts(week))])
    bars = []
    for number, week in enumerate(reversed(weeks)):
        for place, (kind, amount) in enumerate(_amounts(week)):
            x = number * _WIDTH_OF_WEEK + 4 + place * _WIDTH_OF_BAR
            height = round(_HEIGHT * amount / most, 1)
            bars.append(Bar(kind, x, _FOOT - height, height, f"{short_day(week.since)}: {amount}"))
    titles = ["Эта неделя", *map(_title, weeks[1:])]
    step = round_step(most)
    axis = [Mark(round(_FOOT - _HEIGHT * at / most, 1), str(at)) for at in range(0, most + 1, step)]
    dates = [
        Mark(number * _WIDTH_OF_WEEK + 4 + 1.5 * _WIDTH_OF_BAR, f"{week.since:%d.%m}")
        for number, week in enumerate(reversed(weeks))
    ]
    return Trend(list(zip(weeks, titles, strict=True)), bars, len(weeks) * _WIDTH_OF_WEEK, axis, dates)


def round_step(most: int) -> int:
    """The round number of which not more than five make up `most`."""
    power = 1
    while True:
        for digit in (1, 2, 5):
            if most <= 5 * digit * power:
                return digit * power
        power *= 10


def _amounts(week: Stretch) -> tuple[tuple[str, int], ...]:
    work = week.work
    return ("received", work.received), ("published", work.published), ("breached", work.breached)


def _title(week: Stretch) -> str:
    """From its Monday to its Sunday: «23–29 нояб.», «30 нояб. — 6 дек.»."""
    last = week.to - timedelta(days=1)
    first = f"{week.since.day}–\u2060" if week.since.month == last.month else f"{short_day(week.since)} — "
    return first + short_day(last)
