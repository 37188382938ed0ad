"""The pages of those who oversee, with a hundred thousand messages of sixty weeks, against the curator's queue.

The overview is asked for as nobody asked before: what is shared for two seconds is old each time. On SQLite and on
PostgreSQL. `python -m bench.overview [MESSAGES]`
"""

import asyncio
import sys
from collections.abc import AsyncIterator, Iterator
from datetime import timedelta
from functools import partial
from statistics import median
from time import perf_counter, sleep

from bench.installation import Asker, both_databases, browser_of, installation, process
from bench.many_messages import Row, Rows, closed, grow, moved_back, patterns
from bench.measurement import Line, alone, at_most

MESSAGES = 100_000
WEEKS, LAST = 60, 2_000
"""Over how many weeks they are, and how many of the last are as they come: a third of these is open."""
ROUNDS, WARM_UP = 8, 5
MOST_MS = 150.0
_KNOWN_FOR = 2.1  # seconds
PEOPLE = ("head", "deputy", "responsible-roads")
SHARING = ("head",)
"""Those who are shown what was read for others moments ago."""
QUEUE, OVERVIEW = "/", "/overview"
ADDRESSES = (OVERVIEW, "/shortcomings", "/shortcomings?period=all", "/notices?waiting=true")


def spread(messages: int, number: int, message: Row, belonging: Rows) -> None:
    """Move a message back by weeks, the first the furthest, and close all but the last ones."""
    moved_back(timedelta(weeks=(messages - number) * WEEKS // messages), message, belonging)
    if number <= messages - LAST:
        closed(message, belonging)


def _milliseconds(asker: Asker, path: str) -> float:
    begun = perf_counter()
    asker.get(path)
    return (perf_counter() - begun) * 1000


def _timed(port: int, person: str) -> Iterator[tuple[str, float, float]]:
    """Every page of a person, in turn with the curator's queue: medians."""
    with browser_of(port, "curator") as curator, browser_of(port, person) as reader:
        for _ in range(WARM_UP):
            _milliseconds(curator, QUEUE)
        for path in ADDRESSES:
            _milliseconds(reader, path)
            later, queue = [], []
            for _ in range(ROUNDS):
                queue.append(_milliseconds(curator, QUEUE))
                if path == OVERVIEW and person in SHARING:
                    sleep(_KNOWN_FOR)
                later.append(_milliseconds(reader, path))
            yield path, median(later), median(queue)


async def measure(messages: int = MESSAGES) -> AsyncIterator[Line]:
    """Every page of everybody; each person has a new API process, so that nothing is known from others."""
    demo = await patterns()
    with both_databases() as databases:
        for name, url in databases.items():
            async with installation(url) as (_, database, settings):
                await grow(database, demo, messages, partial(spread, messages))
                for person in PEOPLE:
                    async with process("api", settings):
                        found = await asyncio.to_thread(lambda: list(_timed(settings.port, person)))  # noqa: B023
                    for path, took, queue in found:
                        goal = at_most(MOST_MS) if path == OVERVIEW else None
                        yield Line(f"{person} {path}, {name}", "ms", took, queue, goal)


if __name__ == "__main__":
    alone("overview", partial(measure, *map(int, sys.argv[1:])))
