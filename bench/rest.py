"""Cost of an installation at rest: `otklik serve --demo` that nobody asks, beside the same of an earlier day."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import ExitStack
from subprocess import CalledProcessError
from time import sleep
from typing import NamedTuple

from bench import systems
from bench.measurement import Goal, Line
from bench.systems import System

SETTLES, WATCHED = 20.0, 60.0  # seconds
CORE, WRITTEN, MEMORY = Goal("work", "≤", 1.0), Goal("work", "≤", 50.0), Goal("work", "≤", 450.0)


class Rest(NamedTuple):
    """Percent of a core, KB a second handed to the disk, MiB."""

    core: float
    written: float
    memory: float


def _rest_of(running: list[System]) -> list[Rest]:
    sleep(SETTLES)
    before = [system.used() for system in running]
    sleep(WATCHED)
    used = [system.used().since(earlier) for system, earlier in zip(running, before, strict=True)]
    return [
        Rest(sum(one.seconds.values()) / WATCHED * 100, one.written / WATCHED / 1000, system.memory())
        for system, one in zip(running, used, strict=True)
    ]


def _taken() -> list[Rest]:
    """Ours, and that of the reference where it can be had; both rest at the same time."""
    with ExitStack() as standing:
        running = [standing.enter_context(systems.serving())]
        try:
            running.append(standing.enter_context(systems.serving_earlier()))
        except CalledProcessError as error:
            print(f"the reference can't be had: {error.cmd}: {error.returncode}")
        return _rest_of(running)


async def measure() -> AsyncIterator[Line]:
    """All its processes, for a minute."""
    ours, *reference = await asyncio.to_thread(_taken)
    beside = reference[0] if reference else None
    against = f"against {systems.EARLIER}"
    yield Line(f"processor, {against}", "% of a core", ours.core, beside and beside.core, CORE)
    yield Line(f"written, {against}", "KB/s", ours.written, beside and beside.written, WRITTEN)
    yield Line(f"memory, {against}", "MiB", ours.memory, beside and beside.memory, MEMORY)
