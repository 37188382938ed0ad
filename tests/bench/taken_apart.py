"""Measurements for tests; each is taken in a process that imports this module, and so not the whole program."""

import os
from collections.abc import AsyncIterator

from bench.measurement import Goal, Line


async def good() -> AsyncIterator[Line]:
    yield Line("good", "ms", 3.0, 2.0, Goal("ratio", "≤", 1.5))


async def slow() -> AsyncIterator[Line]:
    yield Line("slow", "ms", 4.0, 2.0, Goal("ratio", "≤", 1.5))


async def broken() -> AsyncIterator[Line]:
    yield Line("half", "ms", 1.0)
    raise RuntimeError("the database is away")


async def dead() -> AsyncIterator[Line]:
    yield Line("never told", "ms", 1.0)
    os._exit(3)


async def endless() -> AsyncIterator[Line]:
    yield Line("half", "ms", 1.0)
    while True:
        pass
