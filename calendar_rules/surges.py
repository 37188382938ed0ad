"""Surges by the rule of the act (cl. 21): a pure function of the moments of a topic's messages.

At a moment the rule looks at the messages detected in the `within` up to it, and at the `mean_over_days` before that.
It changes its mind only when a message comes, leaves the window or leaves the days compared with; between these
moments it stays as it was, so that what happened between two looks is known exactly, whenever one looks.
"""

import math
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from calendar_rules.regulation import Surge

_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Reading:
    """What the rule sees at a moment: messages from behind `since` up to it, and the daily mean of the days before."""

    since: datetime
    at: datetime
    count: int
    usual: float


@dataclass(frozen=True, slots=True)
class Spell:
    """The rule held from `began_at` until `last_at`, maybe with pauses.

    `last` is what it saw when it last changed its mind for it, `largest` the most messages that it saw, of two alike
    the later.
    """

    began_at: datetime
    last_at: datetime
    last: Reading
    largest: Reading


def look_back(rule: Surge) -> timedelta:
    """How far back from a moment messages matter to `spell`."""
    return 2 * rule.within + rule.mean_over_days * _DAY


def read(moments: Sequence[datetime], at: datetime, rule: Surge) -> Reading:
    """What there is to see at `at`; `moments` are in order, each of one message."""
    since = at - rule.within
    start = bisect_right(moments, since)
    before = start - bisect_right(moments, since - rule.mean_over_days * _DAY)
    return Reading(since, at, bisect_right(moments, at) - start, before / rule.mean_over_days)


def holds(reading: Reading, rule: Surge) -> bool:
    """Whether this is a surge."""
    if reading.count < rule.at_least or reading.count < rule.times_daily_mean * reading.usual:
        return False
    return rule.chance_at_most is None or chance(reading, rule) <= rule.chance_at_most


def chance(reading: Reading, rule: Surge) -> float:
    """How likely at least so many messages are where nothing has changed.

    Messages that come independently at a rate known from the days before alone: the predictive distribution of a
    Poisson count under Jeffreys' prior, a negative binomial one.
    """
    days = rule.mean_over_days
    share = (rule.within / _DAY) / (days + rule.within / _DAY)
    known = reading.usual * days + 0.5
    # The first term, then each from the one before; from `count` on they fall, but for a count below the mean.
    if reading.count <= known * share / (1 - share):
        return 1.0
    term = math.exp(
        math.lgamma(known + reading.count)
        - math.lgamma(known)
        - math.lgamma(reading.count + 1)
        + known * math.log1p(-share)
        + reading.count * math.log(share)
    )
    total, number = 0.0, reading.count
    while term > total * 1e-9:
        total += term
        term *= share * (known + number) / (number + 1)
        number += 1
    return min(total, 1.0)


def spell(
    moments: Sequence[datetime], at: datetime, rule: Surge, since: datetime | None = None
) -> Spell | None:
    """When the rule held from `since`, or the `within` before `at`, up to `at`; None where it did at no moment of it.

    `moments`, in order, are of all messages as far back as they matter to `since`; later ones than `at` do not count.
    """
    moments = moments[: bisect_right(moments, at)]
    found: Spell | None = None
    edges = _edges(moments, at - rule.within if since is None else since, at, rule)
    for edge, following in zip(edges, [*edges[1:], at], strict=True):
        reading = read(moments, edge, rule)
        if not holds(reading, rule):
            continue
        began, largest = (found.began_at, found.largest) if found else (edge, reading)
        found = Spell(began, following, reading, max(reading, largest, key=lambda one: one.count))
    return found


def _edges(moments: Sequence[datetime], start: datetime, at: datetime, rule: Surge) -> list[datetime]:
    """The moments from `start` up to `at` at which the rule may change its mind."""
    lags = (timedelta(0), rule.within, rule.within + rule.mean_over_days * _DAY)
    changes = {
        moment + lag
        for lag in lags
        for moment in moments[bisect_right(moments, start - lag) : bisect_right(moments, at - lag)]
    }
    return sorted({start, *changes})
