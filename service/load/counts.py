"""Counts of one run of a simulation: what was in time, who waited for whom, how long queues were."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from statistics import fmean

from calendar_rules.regulation import LimitName

LIMITS = tuple(LimitName)


@dataclass(slots=True)
class CrowdCounts:
    """Of curators, or of the executors of a body, within the days that are counted.

    Amounts are minutes: `could` is the working time that they had, `asked` that of the steps that came, `did` of those
    that were begun. `queue` is how many waited at each moment that is looked at, `longest` at any moment.
    """

    could: float = 0.0
    asked: float = 0.0
    did: float = 0.0
    steps: int = 0
    waited: float = 0.0
    handled: float = 0.0
    of_late: float = 0.0
    longest: int = 0
    at_first: int = 0
    at_last: int = 0
    queue: list[int] = field(default_factory=list)

    @property
    def load(self) -> float:
        """The attention asked of them, by what they had; without anybody there, all that is asked is too much."""
        return self.asked / self.could if self.could else self.asked


@dataclass(slots=True)
class RunCounts:
    """Of one run: by limit how many were in time and late, the crowds, and how long answers took, in minutes."""

    messages: int = 0
    in_time: list[int] = field(default_factory=lambda: [0] * len(LIMITS))
    late: list[int] = field(default_factory=lambda: [0] * len(LIMITS))
    unanswered: int = 0
    took: list[float] = field(default_factory=list)
    late_took: float = 0.0
    crowds: list[CrowdCounts] = field(default_factory=list)

    def share(self, limit: LimitName) -> float | None:
        """The share of a limit that was in time; None where it never ran."""
        place = LIMITS.index(limit)
        in_time, late = self.in_time[place], self.late[place]
        return in_time / (in_time + late) if in_time + late else None


def quantile(in_order: Sequence[float], share: float) -> float:
    """The least value that a share of them does not exceed; zero of nothing."""
    if not in_order:
        return 0.0
    return in_order[max(0, -int(-len(in_order) * share // 1) - 1)]


def mean(values: Iterable[float]) -> float:
    """Their mean; zero of nothing."""
    found = list(values)
    return fmean(found) if found else 0.0
