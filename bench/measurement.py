"""A measurement: figures of the program beside those of a reference taken in the same run, each with its goal.

A measurement is an async generator of lines. It runs in a process of its own; one that fails is told as failed, and
the next one begins.
"""

import asyncio
import os
import signal
import sys
import traceback
from collections.abc import AsyncIterator, Callable, Iterable, Sequence
from contextlib import aclosing
from multiprocessing import get_context
from multiprocessing.connection import Connection
from statistics import median, quantiles
from time import monotonic, perf_counter, sleep
from typing import Literal, NamedTuple

from rich.console import Console
from rich.table import Column, Table

PATIENCE = 600.0
"""Seconds to wait for anything that a slow machine may be slow with."""
LONGEST, GRACE = 450, 30
"""Seconds after which a measurement has failed, and in which it then has to clear away what it has started."""


class Goal(NamedTuple):
    """A bound of a line's ratio, or of its work in the line's unit."""

    of: Literal["ratio", "work"]
    sign: Literal["≤", "≥"]
    bound: float

    def is_held(self, figure: float | None) -> bool:
        """Whether the figure is there and within the bound."""
        return figure is not None and (figure <= self.bound if self.sign == "≤" else figure >= self.bound)


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
        return self.goal and self.goal.is_held(self.ratio if self.goal.of == "ratio" else self.work)


Measure = Callable[[], AsyncIterator[Line]]


class Taken(NamedTuple):
    """The lines of one measurement, and why it ended early; None if it did not."""

    name: str
    lines: Sequence[Line]
    failure: str | None = None


class Pair(NamedTuple):
    """Work and reference of one round."""

    work: float
    reference: float


def middle(pairs: Iterable[Pair]) -> Pair:
    """The round whose ratio is the median one."""
    ordered = sorted(pairs, key=lambda pair: pair.work / pair.reference)
    return ordered[len(ordered) // 2]


def in_turn(
    work: Callable[[], object],
    reference: Callable[[], object],
    *,
    rounds: int = 15,
    warm_up: int = 3,
    pause: float = 0.0,
) -> Pair:
    """Median milliseconds of both, done in turn with so many seconds between."""
    took: list[Pair] = []
    for _ in range(rounds + warm_up):
        begun = perf_counter()
        work()
        between = perf_counter()
        reference()
        took.append(Pair((between - begun) * 1000, (perf_counter() - between) * 1000))
        sleep(pause)
    return Pair(*map(median, zip(*took[warm_up:], strict=True)))


def percentile_99(figures: Iterable[float]) -> float:
    """The figure that 99 % of them keep to."""
    return quantiles(figures, n=100)[98]


async def _collect(measure: Measure, lines: list[Line]) -> None:
    async with aclosing(measure()) as found:  # type: ignore[type-var]
        async for line in found:
            lines.append(line)
    # A process that ends right after its last call of Temporal may crash.
    await asyncio.sleep(0.1)


def _take(tells: Connection, name: str, measure: Measure, within: int) -> None:
    lines: list[Line] = []
    failure = None
    # From wherever it is raised, it ends the loop of events, and what was begun is cleared away.
    signal.signal(signal.SIGALRM, signal.default_int_handler)
    signal.alarm(within)
    begun = monotonic()
    try:
        asyncio.run(_collect(measure, lines))
    except (Exception, KeyboardInterrupt):
        failure = (
            f"{traceback.format_exc()}after {monotonic() - begun:.0f} seconds, of {within or 'any number'}"
        )
    signal.alarm(0)
    tells.send(Taken(name, lines, failure))


def take(name: str, measure: Measure, within: int = 0) -> Taken:
    """Measure in a new process, whatever comes of it; after `within` seconds it has failed, 0: never.

    `measure` stands in a module. The process may end as it likes, or not at all.
    """
    context = get_context("spawn")
    hears, tells = context.Pipe(duplex=False)
    process = context.Process(target=_take, args=(tells, name, measure, within))
    process.start()
    tells.close()
    try:
        if hears.poll(within + GRACE if within else None):
            taken: Taken = hears.recv()
            return taken
        return Taken(name, [], f"the process of the measurement did not end within {within + GRACE} seconds")
    except EOFError:
        return Taken(name, [], "the process of the measurement ended by itself")
    finally:
        process.join(GRACE)
        process.kill()


def table(taken: Iterable[Taken]) -> Table:
    """Every line: what was measured, work, reference, ratio, goal, whether it is held."""
    shown = Table(
        "", *(Column(name, justify="right") for name in ("work", "reference", "ratio", "goal", "held"))
    )
    for one in taken:
        for line in one.lines:
            goal = None if line.goal is None else "{} {} {:g}".format(*line.goal)
            held = {True: "yes", False: "no", None: None}[line.held]
            figures = (_figure(line.work), _figure(line.reference), _figure(line.ratio))
            shown.add_row(f"{one.name}: {line.what}, {line.unit}", *figures, goal, held)
        if one.failure is not None:
            shown.add_row(one.name, "failed", None, None, None, "no")
    return shown


def _figure(value: float | None) -> str | None:
    return None if value is None else f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"


def finish(taken: Sequence[Taken]) -> int:
    """Print the failures, the table and the load of the machine; returns the exit code, 0 where all goals are held."""
    for one in taken:
        if one.failure is not None:
            print(f"{one.name} failed:\n{one.failure}")
    Console(width=None if sys.stdout.isatty() else 140).print(table(taken))
    print(f"load of the machine, of which this is a part: {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores")
    held = (one.failure is None and all(line.held is not False for line in one.lines) for one in taken)
    return 0 if all(held) else 1
