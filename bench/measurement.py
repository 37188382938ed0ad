"""A measurement: figures of the program beside those of a reference taken in the same run, each with its goal.

A measurement is an async generator of lines. It runs in a process of its own; one that fails is told as failed, and
the next one begins.
"""

import asyncio
import os
import sys
import traceback
from collections.abc import AsyncIterator, Callable, Iterable, Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import aclosing
from dataclasses import dataclass
from multiprocessing import get_context
from typing import NamedTuple

from rich.console import Console
from rich.table import Column, Table

PATIENCE = 600.0
"""Seconds to wait for anything that a slow machine may be slow with."""
LONGEST = 3600.0
"""Seconds after which a measurement has failed."""


@dataclass(frozen=True, slots=True)
class Goal:
    """A bound of a line's ratio, or of its work itself; an upper one unless `least`."""

    bound: float
    least: bool = False
    of_ratio: bool = True

    def __str__(self) -> str:
        return f"{'≥' if self.least else '≤'} {self.bound:g}{'' if self.of_ratio else ' of work'}"


def ratio_at_most(bound: float) -> Goal:
    """The work takes at most so many times what the reference takes."""
    return Goal(bound)


def ratio_at_least(bound: float) -> Goal:
    """The work has at least so many times the rate of the reference."""
    return Goal(bound, least=True)


def at_most(bound: float) -> Goal:
    """The work's own figure, in the unit of its line."""
    return Goal(bound, of_ratio=False)


def at_least(bound: float) -> Goal:
    """The work's own figure, in the unit of its line."""
    return Goal(bound, least=True, of_ratio=False)


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
    def held(self) -> bool | None:
        """Whether the goal is held; None without one."""
        if self.goal is None:
            return None
        figure = self.ratio if self.goal.of_ratio else self.work
        return figure is not None and (
            figure >= self.goal.bound if self.goal.least else figure <= self.goal.bound
        )


Measure = Callable[[], AsyncIterator[Line]]


class Taken(NamedTuple):
    """The lines of one measurement, and why it ended early; None if it did not."""

    name: str
    lines: Sequence[Line]
    failure: str | None = None

    @property
    def held(self) -> bool:
        """Whether the measurement reached its end with every goal held."""
        return self.failure is None and all(line.held is not False for line in self.lines)


class Pair(NamedTuple):
    """Work and reference of one round."""

    work: float
    reference: float


def middle(pairs: Iterable[Pair]) -> Pair:
    """The round whose ratio is the median one."""
    ordered = sorted(pairs, key=lambda pair: pair.work / pair.reference)
    return ordered[len(ordered) // 2]


def percentile_99(figures: Iterable[float]) -> float:
    """The figure that 99 % of them keep to."""
    ordered = sorted(figures)
    return ordered[round(0.99 * (len(ordered) - 1))]


async def _collect(measure: Measure, lines: list[Line]) -> None:
    async with asyncio.timeout(LONGEST), aclosing(measure()) as found:  # type: ignore[type-var]
        async for line in found:
            lines.append(line)
    # A process that ends right after its last call of Temporal may crash.
    await asyncio.sleep(0.1)


def take(name: str, measure: Measure) -> Taken:
    """Measure in this process, whatever comes of it."""
    lines: list[Line] = []
    try:
        asyncio.run(_collect(measure, lines))
    except Exception:
        return Taken(name, lines, traceback.format_exc())
    return Taken(name, lines)


def take_apart(name: str, measure: Measure) -> Taken:
    """Measure in a new process, which may end as it likes; `measure` stands in a module."""
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as process:
        try:
            return process.submit(take, name, measure).result()
        except BrokenProcessPool:
            return Taken(name, [], "the process of the measurement ended by itself")


def table(taken: Iterable[Taken]) -> Table:
    """Every line: what was measured, work, reference, ratio, goal, whether it is held."""
    shown = Table(
        "", *(Column(name, justify="right") for name in ("work", "reference", "ratio", "goal", "held"))
    )
    for one in taken:
        for line in one.lines:
            ratio = None if line.ratio is None else f"{line.ratio:.2f}"
            reference = None if line.reference is None else _figure(line.reference)
            held = {True: "yes", False: "no", None: None}[line.held]
            goal = None if line.goal is None else str(line.goal)
            shown.add_row(
                f"{one.name}: {line.what}, {line.unit}", _figure(line.work), reference, ratio, goal, held
            )
        if one.failure is not None:
            shown.add_row(one.name, "failed", None, None, None, "no")
    return shown


def _figure(value: float) -> str:
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"


def finish(taken: Sequence[Taken]) -> int:
    """Print the failures, the table and the load of the machine; returns the exit code, 0 where all goals are held."""
    for one in taken:
        if one.failure is not None:
            print(f"{one.name} failed:\n{one.failure}")
    Console(width=None if sys.stdout.isatty() else 140).print(table(taken))
    print(f"load of the machine, of which this is a part: {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores")
    return 0 if all(one.held for one in taken) else 1


def alone(name: str, measure: Measure) -> None:
    """One measurement from the command line: its table; exits with 1 where a goal is missed or it failed."""
    sys.exit(finish([take(name, measure)]))
