"""Cost of a road over HTTP, twenty people at once, all systems as installed, with Temporal on a file.

On PostgreSQL beside django-helpdesk at the same server, on SQLite beside this program of an earlier day.

A road is five commands, a ticket five forms. All systems stand all the time, and are asked in turn.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from statistics import median
from subprocess import CalledProcessError
from time import perf_counter, sleep
from typing import NamedTuple

from bench import systems
from bench.measurement import Goal, Line
from bench.systems import System, Used
from tests.postgresql import new_database, running_server

AT_ONCE = 20
ROADS, ROUNDS = 40, 3
SETTLES = 2.0  # seconds, in which what is done behind the last answer is done
RATE = Goal("ratio", "≥", 1.0)
PROCESSOR = Goal("work", "≤", 200.0)
STATEMENTS, TRANSACTIONS = Goal("work", "≤", 90), Goal("work", "≤", 20)


class Round(NamedTuple):
    """Roads a second of one round, what each road used, and what the database counted of each."""

    rate: float
    used: Used
    counted: systems.Counted

    @property
    def processor(self) -> float:
        """Milliseconds a road."""
        return sum(self.used.seconds.values()) * 1000 / ROADS


class Rounds(NamedTuple):
    """Those of a system, and those of its reference that were taken beside them."""

    of: Sequence[Round]
    beside: Sequence[Round]

    def middle(self, figure: Callable[[Round], float]) -> tuple[float, float | None]:
        """The pair whose ratio is the median one; without a reference the median of the work."""
        if not self.beside:
            return median(map(figure, self.of)), None
        pairs = zip(map(figure, self.of), map(figure, self.beside), strict=True)
        return sorted(pairs, key=lambda pair: pair[0] / pair[1])[len(self.of) // 2]


def _round(system: System, count: Callable[[], systems.Counted]) -> Round:
    used, counted, begun = system.used(), count(), perf_counter()
    with ThreadPoolExecutor(AT_ONCE) as threads:
        for road in [threads.submit(system.lead) for _ in range(ROADS)]:
            road.result()
    rate = ROADS / (perf_counter() - begun)
    sleep(SETTLES)
    return Round(rate, system.used().since(used), count().since(counted))


def _taken() -> tuple[Rounds, Rounds]:
    """What was taken on PostgreSQL and on SQLite."""
    with ExitStack() as standing:
        server = standing.enter_context(running_server(durable=True, counts=True))
        uri, postmaster = server.get_uri(), server.get_pid()
        ours = new_database(uri, "otklik")
        stands: list[System | None] = [
            standing.enter_context(systems.serving(database=ours, postmaster=postmaster)),
            standing.enter_context(systems.serving()),
        ]
        for reference in (
            systems.helpdesk(new_database(uri, "helpdesk"), postmaster),
            systems.serving_earlier(),
        ):
            try:
                stands.append(standing.enter_context(reference))
            except CalledProcessError as error:
                print(f"a reference can't be had: {error.cmd}: {error.stderr or error.returncode}")
                stands.append(None)
        rounds: list[list[Round]] = [[] for _ in stands]
        for turn in range(ROUNDS + 1):
            for at in range(len(stands)):
                number = (at + turn) % len(stands)
                if (system := stands[number]) is not None:
                    took = _round(system, lambda: systems.counted(uri, ours))
                    rounds[number] += [took] if turn else []
    return Rounds(rounds[0], rounds[2]), Rounds(rounds[1], rounds[3])


def _on_server(rounds: Rounds) -> Iterator[Line]:
    peer = f"PostgreSQL, against {systems.HELPDESK}"
    yield Line(f"a second, {peer}", "roads", *rounds.middle(lambda one: one.rate), RATE)
    yield Line(f"processor, {peer}", "ms", *rounds.middle(lambda one: one.processor))
    alone = rounds._replace(beside=())
    yield from _of_parts(alone, "PostgreSQL", "API", "worker", "Temporal", "PostgreSQL")
    statements, _ = alone.middle(lambda one: one.counted.statements / ROADS)
    transactions, _ = alone.middle(lambda one: one.counted.transactions / ROADS)
    yield Line("statements, PostgreSQL", "a road", statements, None, STATEMENTS)
    yield Line("transactions, PostgreSQL", "a road", transactions, None, TRANSACTIONS)


def _of_parts(rounds: Rounds, database: str, *parts: str) -> Iterator[Line]:
    for part in parts:
        ms = rounds.middle(lambda one, part=part: one.used.seconds[part] * 1000 / ROADS)  # type: ignore[misc]
        yield Line(f"of it {part}, {database}", "ms", *ms)


def _on_file(rounds: Rounds) -> Iterator[Line]:
    earlier = f"SQLite, against {systems.EARLIER}"
    yield Line(f"processor, {earlier}", "ms", *rounds.middle(lambda one: one.processor), PROCESSOR)
    # The supervisor's own is often none.
    yield from _of_parts(rounds, "SQLite", "API", "worker", "Temporal")
    yield Line(f"written, {earlier}", "KB", *rounds.middle(lambda one: one.used.written / 1000 / ROADS))
    yield Line(f"a second, {earlier}", "roads", *rounds.middle(lambda one: one.rate))


async def measure() -> AsyncIterator[Line]:
    """Every system in turn, another the first each time, after a round that warms all up."""
    on_server, on_file = await asyncio.to_thread(_taken)
    for line in (*_on_server(on_server), *_on_file(on_file)):
        yield line
