"""Certainty: how often what is told so is right, by Platt's scaling.

Two numbers a head, so that to apply them takes no library.
"""

import math
from typing import Final

from pydantic import BaseModel, ConfigDict

SHOWN: Final = 0.5
"""From this certainty on something is suggested: what is more often wrong than right costs more than it saves."""
SURE: Final = 0.8
"""From this certainty on it may stand in the form already, once the model has proved that it keeps its word."""
_EDGE: Final = 1e-6


class Certainty(BaseModel):
    """A line through what was told and whether it was right: `slope` is never below zero."""

    model_config = ConfigDict(frozen=True)

    slope: float
    shift: float

    def of(self, told: float) -> float:
        """From 0 to 1, of what a head tells: of the directory's words by how far one is ahead, else of `odds`."""
        return 1 / (1 + math.exp(-max(-700.0, min(700.0, self.slope * told + self.shift))))


def odds(share: float) -> float:
    """A share of 0 to 1 without its bounds, as a straight line is laid through it."""
    share = min(max(share, _EDGE), 1 - _EDGE)
    return math.log(share / (1 - share))
