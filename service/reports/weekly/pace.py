"""The pace at which a long period is counted: in parts, between which others go on, and which say how far it is."""

from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise
from time import sleep
from typing import Final

from service.messages.lists import PAUSE
from store.reports.period import Span

PART: Final = 500
"""Messages detected in a part, on average: within half a second of processor."""


def parts(span: Span, messages: int) -> Sequence[Span]:
    """The span in parts of the same length, so many that each has few of its messages."""
    since, until = span
    number = max(-(-messages // PART), 1)
    bounds = (since + (until - since) * place / number for place in range(number + 1))
    return list(pairwise(bounds))


class Pace:
    """Says which share of `steps` is done, and lets others go on after each."""

    def __init__(self, tell: Callable[[float], None], steps: int) -> None:
        self._tell = tell
        self._steps = steps
        self._done = 0

    def step(self) -> None:
        """One more is done."""
        self._done += 1
        self._tell(min(self._done / self._steps, 1.0))
        sleep(PAUSE)

    def of(self, spans: Sequence[Span]) -> Iterator[Span]:
        """Each of them, which is a step once the next one is asked for."""
        for span in spans:
            yield span
            self.step()
