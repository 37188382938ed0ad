"""Readings that many ask for at the same moment, made once for all of them.

An event has hundreds of open pages ask for the same thing within a moment. Whoever asks gets a reading that began after
they asked, so nothing is older than it would be alone; those who come while one is under way share the next.
"""

import asyncio
from collections.abc import Awaitable, Callable, Hashable
from typing import Any, TypeVar

T = TypeVar("T")


class SharedReading:
    """Of one process; `key` says what is read, the same for all who may have the same answer."""

    def __init__(self) -> None:
        self._under_way: dict[Hashable, asyncio.Lock] = {}
        self._next: dict[Hashable, asyncio.Task[Any]] = {}

    async def of(self, key: Hashable, read: Callable[[], Awaitable[T]]) -> T:
        """What `read` returns, or raises; it goes on where the first of those who wait no longer does."""
        task = self._next.get(key)
        if task is None:
            task = self._next[key] = asyncio.create_task(self._read(key, read))
            task.add_done_callback(_seen)
        found: T = await asyncio.shield(task)
        return found

    async def _read(self, key: Hashable, read: Callable[[], Awaitable[T]]) -> T:
        # One at a time: the more ask, the more share.
        async with self._under_way.setdefault(key, asyncio.Lock()):
            del self._next[key]
            return await read()


def _seen(task: asyncio.Task[Any]) -> None:
    """Nobody may be left who waits for it."""
    if not task.cancelled():
        task.exception()
