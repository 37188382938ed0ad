"""Chance written down beforehand.

Real servers do not do the same twice, to the millisecond, and hypothesis wants to be asked the same on the same road.
So it yields the numbers by which everything is chosen, before the road begins.
"""

from collections.abc import Sequence
from typing import TypeVar

from hypothesis import strategies as st

T = TypeVar("T")

MANY = 2520
"""Divisible by every small number, so that no choice is likelier than another."""

TAPES = st.lists(st.integers(0, MANY - 1), min_size=25, max_size=90)


class Chance:
    """Chooses by the numbers of a tape, until it has run out."""

    def __init__(self, tape: Sequence[int]) -> None:
        self._left = list(reversed(tape))

    @property
    def goes_on(self) -> bool:
        return bool(self._left)

    def pick(self, options: Sequence[T]) -> T:
        """One of the options; the first where nothing is left of the tape."""
        return options[self._left.pop() % len(options)] if self._left else options[0]
