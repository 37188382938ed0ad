"""Readings that many ask for at the same moment, made once for all of them.

An event has hundreds of open pages ask for the same thing within a moment. Whoever asks gets a reading that began after
they asked, so nothing is older than it would be alone; those who come while one is under way share the next. Who may
have what is a moment older shares that too, for so long as they say.
"""

import asyncio
from collections.abc import Awaitable, Callable, Hashable
from typing import Any, NamedTuple, TypeVar

T = TypeVar("T")


class _Kept(NamedTuple):
    """An answer, and when its reading began by the clock of the event loop."""

    began: float
    answer: Any


class SharedReading:
    """Of one process; `key` says what is read, the same for all who may have the same answer."""

    def __init__(self) -> None:
        self._under_way: dict[Hashable, asyncio.Lock] = {}
        self._next: dict[tuple[Hashable, bool], asyncio.Task[Any]] = {}
        """By key, and whether what is a moment older serves: who may not have that waits for one of their own."""
        self._kept: dict[Hashable, _Kept] = {}

    async def of(self, key: Hashable, read: Callable[[], Awaitable[T]], *, within: float = 0.0) -> T:
        """What `read` returns, or raises; it goes on where the first of those who wait no longer does.

        One that began within so many seconds serves too; then it is kept for as long, and no longer.
        """
        if (kept := self._since(key, within)) is not None:
            known: T = kept.answer
            return known
        turn = key, within > 0
        task = self._next.get(turn)
        if task is None:
            task = self._next[turn] = asyncio.create_task(self._read(key, read, within))
            task.add_done_callback(_seen)
        found: T = await asyncio.shield(task)
        return found

    async def _read(self, key: Hashable, read: Callable[[], Awaitable[T]], within: float) -> T:
        # One at a time: the more ask, the more share.
        async with self._under_way.setdefault(key, asyncio.Lock()):
            del self._next[key, within > 0]
            try:
                if (kept := self._since(key, within)) is not None:
                    known: T = kept.answer
                    return known
                began = asyncio.get_running_loop().time()
                answer = await read()
                if within:
                    self._keep(key, _Kept(began, answer), within)
                return answer
            finally:
                if not self._next.keys() & {(key, False), (key, True)}:
                    self._under_way.pop(key, None)

    def _since(self, key: Hashable, within: float) -> _Kept | None:
        kept = self._kept.get(key) if within else None
        return kept if kept and asyncio.get_running_loop().time() - kept.began < within else None

    def _keep(self, key: Hashable, kept: _Kept, within: float) -> None:
        def drop() -> None:
            if self._kept.get(key) is kept:
                del self._kept[key]

        self._kept[key] = kept
        asyncio.get_running_loop().call_at(kept.began + within, drop)


def _seen(task: asyncio.Task[Any]) -> None:
    """Nobody may be left who waits for it."""
    if not task.cancelled():
        task.exception()
