"""Turns of requests that read: they are answered in the order in which they came, and many at once later, not refused.

Two hundred pages asked for at one moment would else share the processor and a few connections of the database, each for
so long that all of them are refused. How many wait is bounded by the connections that a process takes.
"""

import asyncio
from collections import deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from service.access import deadline

AT_ONCE = 4
"""Requests that read at one moment: what is read is made here, and the more there are the later each is done. Whoever
signs in or gives a command waits for no more of them between two steps of their own."""


class Turn:
    """One request's, until it is answered, or has a bound of its own."""

    def __init__(self, turns: "ReadingTurns") -> None:
        self._turns = turns
        self.is_held, self.has_ended, self._away = True, False, 0

    @property
    def is_away(self) -> bool:
        """Whether a block waits for something else."""
        return self._away > 0

    def end(self, *, answered: bool = True) -> None:
        """Have the next one begin; again, it does nothing. `answered`: it was not left behind."""
        self.has_ended = True
        self._let_go(answered=answered)

    def _let_go(self, *, answered: bool) -> None:
        if self.is_held:
            self.is_held = False
            self._turns.ended(answered=answered)

    @asynccontextmanager
    async def left(self) -> AsyncIterator[None]:
        """Let the next one begin while the block waits for something that is not made here; then wait for a turn again.

        It is not held behind the block where that takes too long, or another block of the request goes on.
        """
        self._away += 1
        self._let_go(answered=False)
        try:
            yield
        finally:
            self._away -= 1
        if not self.is_away and not self.has_ended and await self._turns.come():
            self.is_held = True
            if self.has_ended:
                self._let_go(answered=False)


class ReadingTurns:
    """The turns of one process."""

    def __init__(self) -> None:
        self._under_way = 0
        self._waiting: deque[asyncio.Future[None]] = deque()
        self.moved = 0.0
        """When a turn last ended with an answer, by the clock of the event loop."""

    async def next(self) -> Turn | None:
        """The turn of whoever asks; None as for `come`."""
        return Turn(self) if await self.come() else None

    async def come(self) -> bool:
        """Returns once the turn has come of whoever asks.

        False where since then no other has ended with an answer in the time that a request has.
        """
        if self._under_way < AT_ONCE:
            self._under_way += 1
            return True
        loop = asyncio.get_running_loop()
        asked, come = loop.time(), loop.create_future()
        self._waiting.append(come)
        try:
            while not come.done():
                left = max(asked, self.moved) + deadline.ANSWER_WITHIN - loop.time()
                if left <= 0:
                    self._waiting.remove(come)
                    return False
                await asyncio.wait({come}, timeout=left)
        except asyncio.CancelledError:
            if come.done():
                self.ended(answered=False)
            else:
                self._waiting.remove(come)
            raise
        return True

    def ended(self, *, answered: bool) -> None:
        """A turn has ended, and passes to the next one."""
        if answered:
            self.moved = asyncio.get_running_loop().time()
        if self._waiting:
            self._waiting.popleft().set_result(None)
        else:
            self._under_way -= 1
