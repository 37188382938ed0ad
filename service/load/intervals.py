"""Intervals of a figure over runs: its mean, with the ends between which the true one lies (Student's t)."""

from collections.abc import Callable, Iterable, Sequence
from math import sqrt
from statistics import fmean, stdev
from typing import Final

from scipy.special import stdtrit

from calendar_rules.regulation import LimitName
from service.load.counts import RunCounts
from service.load.results import Interval

CONFIDENCE: Final = 0.95
NOTHING: Final = Interval(mean=0, low=0, high=0)


def interval(values: Iterable[float], *, least: float | None = None, most: float | None = None) -> Interval:
    """The interval of independent values, within the bounds of what they can be; without an end of one value alone."""
    found = list(values)
    if not found:
        return NOTHING
    middle, half = fmean(found), 0.0
    if len(found) > 1:
        half = float(stdtrit(len(found) - 1, (1 + CONFIDENCE) / 2)) * stdev(found) / sqrt(len(found))
    low, high = middle - half, middle + half
    return Interval(
        mean=middle,
        low=low if least is None else max(low, least),
        high=high if most is None else min(high, most),
    )


def of_runs(runs: Sequence[RunCounts], figure: Callable[[RunCounts], float]) -> Interval:
    """The interval of a figure that is nowhere below zero."""
    return interval(map(figure, runs), least=0)


def share(runs: Sequence[RunCounts], limit: LimitName) -> Interval | None:
    """The share of a limit that was in time; None where it ran in no run."""
    found = [one for run in runs if (one := run.share(limit)) is not None]
    return interval(found, least=0, most=1) if found else None


def difference(runs: Sequence[RunCounts], before: Sequence[RunCounts], limit: LimitName) -> Interval:
    """By how much the share of a limit differs, run by run: on the same messages chance is less than the change."""
    pairs = ((run.share(limit), other.share(limit)) for run, other in zip(runs, before, strict=True))
    return interval(now - then for now, then in pairs if now is not None and then is not None)
