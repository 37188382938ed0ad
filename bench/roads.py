"""Cost of a road over HTTP, twenty people at once, beside django-helpdesk at the same PostgreSQL server.

A road is five commands, a ticket five forms. Both systems stand all the time, and are asked in turn.
"""

import asyncio
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from time import perf_counter, sleep

from bench.measuring import Goal, Line, middle
from bench.systems import HELPDESK, System, helpdesk, serving
from tests.postgresql import new_database, running_server

AT_ONCE, ROADS, ROUNDS = 20, 40, 3
SETTLES = 2.0
"""Seconds in which what is done behind the last answer is done."""


def _round(system: System) -> tuple[float, float]:
    """Return roads a second, and milliseconds of processor a road."""
    used, begun = system.seconds(), perf_counter()
    with ThreadPoolExecutor(AT_ONCE) as threads:
        for road in [threads.submit(system.lead) for _ in range(ROADS)]:
            road.result()
    rate = ROADS / (perf_counter() - begun)
    sleep(SETTLES)
    return rate, (system.seconds() - used) * 1000 / ROADS


def _taken() -> list[tuple[tuple[float, float], tuple[float, float]]]:
    """Return the rounds of both, after one that warms them up."""
    with running_server(durable=True) as server:
        uri, postmaster = server.address, server.process.pid
        with (
            serving(new_database(uri, "otklik"), postmaster) as ours,
            helpdesk(new_database(uri, "helpdesk"), postmaster) as theirs,
        ):
            return [(_round(ours), _round(theirs)) for _ in range(ROUNDS + 1)][1:]


async def measure() -> AsyncIterator[Line]:
    """Take both in turn."""
    rounds = await asyncio.to_thread(_taken)
    rate = middle((ours[0], theirs[0]) for ours, theirs in rounds)
    yield Line(f"a second, against {HELPDESK}", "roads", *rate, Goal("ratio", "≥", 1.0))
    processor = middle((ours[1], theirs[1]) for ours, theirs in rounds)
    yield Line(f"processor, against {HELPDESK}", "ms", *processor)
