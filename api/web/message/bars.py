"""A limit drawn against working time: what counted, what is left, and what was skipped."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from calendar_rules import Step
from service.message_view import LimitView

WIDTH = 1000.0
_SKIPPED = 36.0
"""How wide a stretch is that does not count, however long it was: a night is no wider than a lunch."""
_MOST_SKIPPED = 0.4
"""Of the bar, when there are many."""
_ZERO = timedelta(0)


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece of the bar: `past` and `left` count, `skipped` does not."""

    kind: str
    x: float
    width: float


def bar(run: LimitView, now: datetime) -> Sequence[Piece]:
    """The bar of a run, from its start to its due moment; what counted by `now`, or until it was done, is past."""
    until = run.met_at or run.cancelled_at or now
    stretches = [part for step in run.explanation for part in _split(step, until)]
    counted = sum((length for kind, length in stretches if kind != "skipped"), _ZERO)
    skipped = sum(kind == "skipped" for kind, _ in stretches)
    if not counted:
        return [Piece("skipped", 0, WIDTH)]
    narrow = min(_SKIPPED, WIDTH * _MOST_SKIPPED / max(skipped, 1))
    scale = (WIDTH - narrow * skipped) / (counted / timedelta(seconds=1))
    pieces: list[Piece] = []
    x = 0.0
    for kind, length in stretches:
        width = narrow if kind == "skipped" else scale * (length / timedelta(seconds=1))
        pieces.append(Piece(kind, round(x, 1), round(width, 1)))
        x += width
    return pieces


def _split(step: Step, until: datetime) -> Sequence[tuple[str, timedelta]]:
    """A step as what is past of it and what is left, with their lengths."""
    if not step.counted:
        return [("skipped", step.end - step.start)] if step.end > step.start else []
    middle = min(max(until, step.start), step.end)
    parts = (("past", middle - step.start), ("left", step.end - middle))
    return [(kind, length) for kind, length in parts if length]
