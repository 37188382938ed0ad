"""Measuring: figures of the program beside those of a reference taken in the same run, each with its goal."""

import asyncio
import os
import traceback
from collections.abc import AsyncIterator, Callable, Iterable, Mapping, Sequence
from contextlib import aclosing
from statistics import median, quantiles
from time import perf_counter
from typing import Literal, NamedTuple

PATIENCE = 600.0
"""Seconds to wait for anything that a slow machine may be slow with."""


class Goal(NamedTuple):
    """A bound of a line's ratio, or of its work in the line's unit."""

    of: Literal["ratio", "work"]
    sign: Literal["≤", "≥"]
    bound: float


class Line(NamedTuple):
    """A figure of the program, that of its reference in the same unit, and the goal; either may be absent."""

    what: str
    unit: str
    work: float
    reference: float | None = None
    goal: Goal | None = None

    @property
    def ratio(self) -> float | None:
        """Work by reference; None without a reference, or with one of nothing."""
        return self.work / self.reference if self.reference else None

    @property
    def held(self) -> bool:
        """Whether the goal is held; true without one, false where its figure is missing."""
        if self.goal is None:
            return True
        figure = self.ratio if self.goal.of == "ratio" else self.work
        if figure is None:
            return False
        return figure <= self.goal.bound if self.goal.sign == "≤" else figure >= self.goal.bound


Measure = Callable[[], AsyncIterator[Line]]
Pair = tuple[float, float]
"""Work and reference of one round."""


def middle(pairs: Iterable[Pair]) -> Pair:
    """Return the round whose ratio is the median one."""
    ordered = sorted(pairs, key=lambda pair: pair[0] / pair[1])
    return ordered[len(ordered) // 2]


def in_turn(work: Callable[[], object], reference: Callable[[], object], rounds: int = 5) -> Pair:
    """Return the median milliseconds of both, done in turn, after two rounds that warm them up."""
    took: list[Pair] = []
    for _ in range(rounds + 2):
        begun = perf_counter()
        work()
        between = perf_counter()
        reference()
        took.append(((between - begun) * 1000, (perf_counter() - between) * 1000))
    return median(pair[0] for pair in took[2:]), median(pair[1] for pair in took[2:])


def percentile_99(figures: Iterable[float]) -> float:
    """Return the figure that 99 % of them keep to."""
    return quantiles(figures, n=100)[98]


async def _collect(measure: Measure) -> list[Line]:
    async with aclosing(measure()) as found:  # type: ignore[type-var]
        lines = [line async for line in found]
    # A process that ends right after its last call of Temporal may crash.
    await asyncio.sleep(0.1)
    return lines


def run(measurements: Mapping[str, Measure]) -> int:
    """Take the measurements one after another and print each figure; returns 0 where every goal is held, else 1.

    One that fails is printed as failed, and the next one begins.
    """
    held = True
    print(f"{'':70} {'work':>9} {'reference':>9} {'ratio':>6}  goal")
    for name, measure in measurements.items():
        try:
            lines: Sequence[Line] = asyncio.run(_collect(measure))
        except Exception:
            print(f"{name}: failed\n{traceback.format_exc()}", flush=True)
            held = False
            continue
        for line in lines:
            goal = "" if line.goal is None else "{} {} {:g}".format(*line.goal)
            verdict = "" if line.held else "  missed"
            figures = f"{line.work:9.4g} {_figure(line.reference):>9} {_figure(line.ratio):>6}"
            print(f"{f'{name}: {line.what}, {line.unit}':70} {figures}  {goal}{verdict}", flush=True)
        held = held and all(line.held for line in lines)
    print(f"load of the machine, of which this is a part: {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores")
    return 0 if held else 1


def _figure(value: float | None) -> str:
    return "" if value is None else f"{value:.3g}"
