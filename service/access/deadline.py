"""Until when a request must be answered: whoever waits for a command's outcome stops in time to say it is taken."""

import asyncio
import math
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from service.access.reading_turns import Turn

ANSWER_WITHIN = 4.0
"""Seconds from the whole request's arrival; people are promised five."""
_TO_SAY_TAKEN = 0.5
"""Seconds before that, from which a command that is stored is answered as taken."""

T = TypeVar("T")

_running: set[asyncio.Task[Any]] = set()
"""Keeps what was left behind until it ends."""


class Deadline:
    """When the request of a context must be answered. The time in which its body arrives is the person's own."""

    def __init__(self, turn: "Turn | None" = None, since: float | None = None) -> None:
        """`turn` is that of a request that reads; `since`: as for `begin`."""
        self.turn = turn
        self.begin(since)

    def begin(self, since: float | None = None) -> None:
        """Count from that moment of the event loop's clock, else from now."""
        start = asyncio.get_running_loop().time() if since is None else since
        self._ends_at = start + ANSWER_WITHIN

    def lift(self) -> None:
        """Wait without an end until `begin` is called again."""
        self._ends_at = math.inf

    async def wait(self, work: asyncio.Task[Any], short_of: float = 0.0) -> None:
        """Returns when `work` is done, or `short_of` seconds before the request must be answered."""
        while not work.done():
            left = self._ends_at - short_of - asyncio.get_running_loop().time()
            if left <= 0:
                return
            # The end may be moved meanwhile, but to no sooner than this.
            await asyncio.wait({work}, timeout=min(left, ANSWER_WITHIN - short_of))


CURRENT: ContextVar[Deadline | None] = ContextVar("deadline", default=None)
"""The deadline of the request whose context this is."""


async def before_deadline(work: Coroutine[Any, Any, T]) -> T:
    """The result of `work`.

    Raises TimeoutError when the request must be answered before that; the work goes on by itself.
    """
    deadline = CURRENT.get()
    if deadline is None:
        return await work
    task = keep(asyncio.create_task(work))
    await deadline.wait(task, short_of=_TO_SAY_TAKEN)
    if not task.done():
        raise TimeoutError
    return task.result()


def lift_deadline() -> None:
    """What follows in the request of this context has a bound of its own."""
    if (deadline := CURRENT.get()) is not None:
        deadline.lift()
        if deadline.turn is not None:
            deadline.turn.end()


@asynccontextmanager
async def made_elsewhere() -> AsyncIterator[None]:
    """What the block waits for is not made by this process: others who read go on meanwhile.

    The request's time is counted anew once its turn has come again.
    """
    deadline = CURRENT.get()
    if deadline is None or deadline.turn is None:
        yield
        return
    turn = deadline.turn
    async with turn.left():
        yield
        deadline.lift()
    if not turn.is_away and not turn.has_ended:
        # Where nothing moves, it is over at once.
        deadline.begin(None if turn.is_held else 0.0)


def keep(task: asyncio.Task[T]) -> asyncio.Task[T]:
    """Keep a task that may be left behind until it ends."""
    _running.add(task)
    task.add_done_callback(_forget)
    return task


def _forget(task: asyncio.Task[Any]) -> None:
    _running.discard(task)
    if not task.cancelled():
        task.exception()  # seen: of what was left behind nobody waits for it
