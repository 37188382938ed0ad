"""Messages of one run, drawn by chance: when they come, of what kind they are, and every chance on their road.

Moments and roads have generators of their own, and a message takes the same number of chances whatever becomes of it:
so two situations are compared on the same messages, as far as the change between them leaves them the same.
"""

from bisect import bisect
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import IntEnum
from itertools import accumulate
from random import Random
from zoneinfo import ZoneInfo

from calendar_rules.vocabulary import Importance
from service.load.dues import instant
from service.load.given import MOST_BODIES, Arrived, Given, Plan

ROUNDS = 3
"""So often a draft is sent for rework at most; chance alone would have no end."""
_HOUR = timedelta(hours=1)


class Chance(IntEnum):
    """Places of the chances of a message; of the last ones there are several."""

    DECLINED = 0
    RETURNED = 1
    ELSEWHERE = 2  # to which body it goes after a return
    ROUTING = 3
    ROUTING_AGAIN = 4
    RETURNING = 5
    WAITING = 6
    INTERIM = 7
    UNTIL_FINAL = 8
    CONTRIBUTION = 9  # one for each body but the last
    ANSWER = CONTRIBUTION + MOST_BODIES - 1  # an interim one, and a final one


class OfAnswer(IntEnum):
    """Places within the chances of one answer, where there are as many as rounds."""

    DRAFTING = 0
    PUBLICATION = 1
    APPROVAL = 2  # one more than rounds
    REWORKED = APPROVAL + ROUNDS + 1
    REWORK = REWORKED + ROUNDS
    ALL = REWORK + ROUNDS


CHANCES = Chance.ANSWER + 2 * OfAnswer.ALL


@dataclass(frozen=True, slots=True)
class Drawn:
    """A message that comes at a moment, in microseconds since 1970, with the chances of its road."""

    at: int
    bodies: tuple[str, ...]
    importance: Importance | None
    chances: tuple[float, ...]


def draw(given: Given, plan: Plan, run: int, first: int, last: int, zone: ZoneInfo) -> Iterator[Drawn]:
    """The messages of a run from `first` until `last`, in order of their moments."""
    moments, roads = Random(f"{plan.seed}/{run}/moments"), Random(f"{plan.seed}/{run}/roads")  # noqa: S311
    chance = roads.random
    if given.arrived:
        for message in sorted(given.arrived, key=_moment):
            at = instant(message.at)
            chances = tuple([chance() for _ in range(CHANCES)])
            if first <= at < last:
                yield Drawn(at, message.bodies, message.importance, chances)
        return
    kinds, bounds = given.kinds, list(accumulate(kind.share for kind in given.kinds))
    for at in _moments(given, moments, first, last, zone):
        kind = kinds[min(bisect(bounds, chance() * bounds[-1]), len(kinds) - 1)]
        yield Drawn(at, kind.bodies, kind.importance, tuple([chance() for _ in range(CHANCES)]))


def _moment(message: Arrived) -> datetime:
    return message.at


def _moments(given: Given, by: Random, first: int, last: int, zone: ZoneInfo) -> Iterator[int]:
    """A Poisson process whose rate is that of the hour of the week, by the clock of the zone."""
    wanted = by.expovariate(1.0)
    came = 0.0
    for begin, end, expected in _hours(given, first, last, zone):
        while expected and wanted < came + expected:
            at = begin + int((end - begin) * (wanted - came) / expected)
            if first <= at < last:
                yield at
            wanted += by.expovariate(1.0)
        came += expected


def _hours(given: Given, first: int, last: int, zone: ZoneInfo) -> Iterator[tuple[int, int, float]]:
    """Begin, end and expected messages of each hour of the days from `first` to `last`."""
    day = _day(first, zone)
    while instant(datetime(day.year, day.month, day.day, tzinfo=zone)) < last:
        for hour, expected in enumerate(given.by_hour[day.weekday()]):
            begin = instant(datetime(day.year, day.month, day.day, hour, tzinfo=zone))
            yield begin, begin + _HOUR // timedelta(microseconds=1), expected
        day += timedelta(days=1)


def _day(at: int, zone: ZoneInfo) -> date:
    return datetime.fromtimestamp(at / 1_000_000, zone).date()
