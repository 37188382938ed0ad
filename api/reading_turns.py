"""Turns of requests that read: they are answered in the order in which they came, and many at once later, not refused.

Two hundred pages asked for at one moment would else share a few connections of the database, each for so long that the
last of them are refused. How many wait is bounded by the connections that a process takes (`BoundedConnection.MOST`).
"""

import asyncio
from collections import deque

from starlette.types import Scope

from service.access import deadline

AT_ONCE = 12
"""Requests that read at one moment: more than a file has connections, as some wait for Temporal meanwhile. With many
more, whoever signs in or gives a command would wait for as many between two steps of their own."""
_READ = ("GET", "HEAD")
_AT_ONCE_ANSWERED = ("/healthz", "/readyz", "/metrics", "/static/")
"""Beginnings of addresses that need no turn: what asks for the first has to know that the process is there."""


class Turn:
    """One request's, until it is answered, or has a bound of its own."""

    def __init__(self, turns: "ReadingTurns") -> None:
        self._turns = turns
        self._ended = False

    def end(self, *, answered: bool = True) -> None:
        """Have the next one begin; again, it does nothing. `answered`: it was not left behind."""
        if not self._ended:
            self._ended = True
            self._turns.ended(answered=answered)


class ReadingTurns:
    """The turns of one process."""

    def __init__(self) -> None:
        self._under_way = 0
        self._waiting: deque[asyncio.Future[None]] = deque()
        self.moved = 0.0
        """When a turn last ended with an answer, by the clock of the event loop."""

    @staticmethod
    def are_for(scope: Scope) -> bool:
        """Whether a request has to wait for its turn."""
        return scope["method"] in _READ and not scope["path"].startswith(_AT_ONCE_ANSWERED)

    async def next(self) -> Turn:
        """The turn of whoever asks, once it has come.

        Raises TimeoutError where since then no other has ended with an answer in the time that a request has.
        """
        if self._under_way < AT_ONCE:
            self._under_way += 1
            return Turn(self)
        loop = asyncio.get_running_loop()
        asked, come = loop.time(), loop.create_future()
        self._waiting.append(come)
        try:
            while not come.done():
                left = max(asked, self.moved) + deadline.ANSWER_WITHIN - loop.time()
                if left <= 0:
                    raise TimeoutError
                await asyncio.wait({come}, timeout=left)
        except BaseException:
            if come.done():
                self.ended(answered=False)
            else:
                self._waiting.remove(come)
            raise
        return Turn(self)

    def ended(self, *, answered: bool) -> None:
        """A turn has ended, and passes to the next one."""
        if answered:
            self.moved = asyncio.get_running_loop().time()
        if self._waiting:
            self._waiting.popleft().set_result(None)
        else:
            self._under_way -= 1
