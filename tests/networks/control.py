"""Control of a stand-in of a network: what each can be told to do amiss."""

import asyncio
import time
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Self

from tests.networks.served import Asked, Said, served


class Refused(Exception):  # noqa: N818 - the answer of the network, and no mistake
    """`code`: by which the network names it, a number or a status."""

    def __init__(self, code: int, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message


@dataclass
class Control:
    """A stand-in: `asked` is everything it was asked; subclasses answer what they are not told to refuse.

    `after_storing` is awaited once when something was stored and before that is answered: there a worker can be killed.
    """

    base: str = ""
    asked: list[Asked] = field(default_factory=list)
    after_storing: Callable[[], Awaitable[None]] | None = None
    _refusals: deque[Said | None] = field(default_factory=deque)
    _called: dict[str, deque[float]] = field(default_factory=dict)

    @asynccontextmanager
    async def running(self) -> AsyncIterator[Self]:
        """Served on loopback; `base` is its address."""
        async with served(self) as self.base:
            yield self

    async def answer(self, asked: Asked) -> Said | None:
        """Answer a request, unless it is the turn of a failure."""
        self.asked.append(asked)
        if self._refusals:
            return self._refusals.popleft()
        return await self.do(asked)

    async def do(self, asked: Asked) -> Said:
        """What the network does."""
        raise NotImplementedError

    def refuse_next(self, said: Said | None) -> None:
        """The next request gets this answer, None for none at all, and nothing is done."""
        self._refusals.append(said)

    async def has_stored(self) -> None:
        """Called by a stand-in between its storing something and its saying so."""
        if self.after_storing is not None:
            hook, self.after_storing = self.after_storing, None
            await hook()
            await asyncio.sleep(0)

    def too_often(self, key: str, at_most: int, within: float = 1.0) -> bool:
        """Whether this key has called more than so often within so many seconds; a call that has not counts."""
        now = time.monotonic()
        calls = self._called.setdefault(key, deque())
        while calls and now - calls[0] >= within:
            calls.popleft()
        if len(calls) >= at_most:
            return True
        calls.append(now)
        return False

    def forget_pace(self) -> None:
        """As if a second had passed for every key."""
        self._called.clear()
