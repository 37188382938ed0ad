"""Certainty: how often a suggestion with this lead over the next one is right, by Platt's scaling."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

SHOWN: Final = 0.5
"""Nothing below this certainty is suggested: what is more often wrong than right costs more than it saves."""
_ROUNDS: Final = 20
_EDGE: Final = 1e-6
"""Keeps a step finite where all leads are the same."""
_STEEPEST: Final = 500.0


@dataclass(frozen=True, slots=True)
class Certainty:
    """A logistic curve through leads and whether each was right; `slope` is above zero."""

    slope: float
    shift: float

    def of(self, lead: float) -> float:
        """The certainty of a suggestion with this lead, from 0 to 1."""
        return logistic(self.slope * lead + self.shift)


def logistic(value: float) -> float:
    """The logistic function, for any value."""
    return 1 / (1 + math.exp(-max(-_STEEPEST, min(_STEEPEST, value))))


def fitted(judged: Sequence[tuple[float, bool]]) -> Certainty | None:
    """The curve through these leads by Newton's method; None where a larger lead is not more often right.

    Three wrong suggestions are added, so that few judged ones do not claim more than they can: one of the largest lead,
    and two without any. Targets stand a little inside 0 and 1, as Platt has them.
    """
    if not judged:
        return None
    points = [*judged, (max(judged)[0], False), (0.0, False), (0.0, False)]
    right = sum(is_right for _, is_right in points)
    wrong = len(points) - right
    targets = [
        (lead, (right + 1) / (right + 2) if is_right else 1 / (wrong + 2)) for lead, is_right in points
    ]
    curve = Certainty(0.0, math.log((right + 1) / (wrong + 1)))
    for _ in range(_ROUNDS):
        curve = _further(curve, targets)
    return curve if curve.slope > 0 else None


def _further(curve: Certainty, targets: Sequence[tuple[float, float]]) -> Certainty:
    """The curve after one step."""
    by_slope = by_shift = 0.0
    slopes, mixed, shifts = _EDGE, 0.0, _EDGE
    for lead, target in targets:
        told = curve.of(lead)
        miss, weight = told - target, told * (1 - told)
        by_slope, by_shift = by_slope + miss * lead, by_shift + miss
        slopes, mixed, shifts = slopes + weight * lead**2, mixed + weight * lead, shifts + weight
    whole = slopes * shifts - mixed**2
    return Certainty(
        curve.slope - (shifts * by_slope - mixed * by_shift) / whole,
        curve.shift - (slopes * by_shift - mixed * by_slope) / whole,
    )
