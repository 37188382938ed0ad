"""Pictures of a calculation: shares in time by the number of curators, and the queue by hour of the day."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from api.web.overview.trend import Mark, round_step
from calendar_rules.russian import number, rounded
from service.load.results import HourOfDay, Interval, Needed

HEIGHT: Final = 200
_STEP: Final = 64
_BAR: Final = 40
_SHARES: Final = (0, 25, 50, 75, 100)
_MOST_SHOWN: Final = 9


@dataclass(frozen=True, slots=True)
class Point:
    """A share with its interval, in units of the drawing; `title` is read when it is pointed at."""

    kind: str
    x: float
    y: float
    low: float
    high: float
    title: str


@dataclass(frozen=True, slots=True)
class Bar:
    """An hour: how many wait on average, and the mark of the 95th of 100 moments."""

    x: float
    y: float
    height: float
    p95: float
    title: str


@dataclass(frozen=True, slots=True)
class Picture:
    """A drawing of `width`, with the numbers of its axis and what stands below."""

    width: int
    axis: Sequence[Mark]
    below: Sequence[Mark]
    points: Sequence[Point] = ()
    bars: Sequence[Bar] = ()
    goal: float = 0.0


def percent(share: float) -> str:
    """A share in percent, to a tenth: «92,8»."""
    return number(float(rounded(share * 100)))


def by_curators(needed: Needed, now: int) -> Picture:
    """Shares of routings and answers in time, of the numbers around those that are asked about."""
    wanted = [one for one in (now, needed.for_routing, needed.for_answers) if one is not None]
    near = sorted(needed.tried, key=lambda one: min(abs(one.curators - want) for want in wanted))
    tried = sorted(near[:_MOST_SHOWN], key=lambda one: one.curators)
    points, below = [], []
    for place, one in enumerate(tried):
        middle = (place + 0.5) * _STEP
        below.append(Mark(middle, str(one.curators)))
        for kind, share, aside in (("routing", one.routing, -8), ("answer", one.answer, 8)):
            points.append(_point(kind, middle + aside, share, one.curators))
    return Picture(
        width=max(len(tried), 3) * _STEP,
        axis=[Mark(_height(share / 100), str(share)) for share in _SHARES],
        below=below,
        points=points,
        goal=_height(needed.goal),
    )


def _point(kind: str, x: float, share: Interval, curators: int) -> Point:
    what = "направлений" if kind == "routing" else "ответов"
    title = f"Кураторов {curators}: {what} в срок {percent(share.mean)} %"
    return Point(kind, x, _height(share.mean), _height(share.low), _height(share.high), title)


def _height(share: float) -> float:
    return round(HEIGHT * (1 - share), 1)


def by_hour(hours: Sequence[HourOfDay]) -> Picture:
    """How many wait for curators, by hour of the Department's day."""
    most = max([1.0, *(one.p95 for one in hours)])
    scale = HEIGHT / most
    return Picture(
        width=max(len(hours), 3) * (_BAR + 8),
        axis=[
            Mark(round(HEIGHT - at * scale, 1), str(at))
            for at in range(0, int(most) + 1, round_step(int(most)))
        ],
        below=[Mark(place * (_BAR + 8) + _BAR / 2, f"{one.hour}:00") for place, one in enumerate(hours)],
        bars=[
            Bar(
                x=place * (_BAR + 8),
                y=round(HEIGHT - one.mean * scale, 1),
                height=round(one.mean * scale, 1),
                p95=round(HEIGHT - one.p95 * scale, 1),
                title=f"{one.hour}:00: в среднем {number(float(rounded(one.mean)))}",
            )
            for place, one in enumerate(hours)
        ],
    )
