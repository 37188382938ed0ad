"""Cost of an installation at rest: `otklik serve --demo` that nobody asks, beside an interpreter that does nothing."""

import asyncio
import sys
from collections.abc import AsyncIterator
from time import sleep

import psutil

from bench.measuring import Goal, Line
from bench.systems import System, serving

SETTLES, WATCHED = 20.0, 60.0
"""Seconds."""
_IDLE = "import time; time.sleep(3600)"


def _percent_and_mib(running: list[System]) -> list[tuple[float, float]]:
    sleep(SETTLES)
    before = [system.seconds() for system in running]
    sleep(WATCHED)
    return [
        (max(system.seconds() - earlier, 0.0) / WATCHED * 100, system.memory())
        for system, earlier in zip(running, before, strict=True)
    ]


def _taken() -> list[tuple[float, float]]:
    with serving() as ours, psutil.Popen([sys.executable, "-c", _IDLE]) as idle:
        try:
            return _percent_and_mib([ours, System((psutil.Process(idle.pid),), lambda: None)])
        finally:
            idle.kill()


async def measure() -> AsyncIterator[Line]:
    """Watch all its processes for a minute."""
    (core, memory), (idle_core, idle_memory) = await asyncio.to_thread(_taken)
    yield Line("processor", "% of a core", core, idle_core, Goal("work", "≤", 1.0))
    yield Line("memory", "MiB", memory, idle_memory, Goal("work", "≤", 450.0))
