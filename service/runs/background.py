"""Work that goes on in the background as long as the API runs."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress

import structlog

from store.database.session import DatabaseError
from telemetry.logs import reason

log = structlog.get_logger(__name__)

_FIRST_PAUSE, _LONGEST_PAUSE = 0.5, 30.0

Work = Callable[[], Awaitable[object]]


class Background:
    """One piece of work, done round after round from `start` to `stop`.

    `every`: seconds between rounds. Where something that the work needs is away, which raises one of `away`, that is
    told as a warning; any other error is logged as a fault and ends nothing. With `backs_off`, a round that found
    something away is tried again after half a second, and twice as long each time, up to half a minute. `before` is
    awaited once, before the first round.
    """

    def __init__(
        self,
        name: str,
        work: Work,
        *,
        every: float,
        away: tuple[type[Exception], ...] = (DatabaseError, OSError),
        warning: str,
        fault: str,
        backs_off: bool = False,
        before: Work | None = None,
    ) -> None:
        self._name = name
        self._work = work
        self._every = every
        self._away = away
        self._warning = warning
        self._fault = fault
        self._backs_off = backs_off
        self._before = before
        self._woken = asyncio.Event()
        self._running: asyncio.Task[None] | None = None
        self._stopping = False

    def start(self) -> None:
        """Begin; needs a running event loop."""
        self._stopping = False
        self._running = asyncio.create_task(self._run(), name=self._name)

    async def stop(self) -> None:
        """End, in the middle of a round too; returns once it has ended."""
        self._stopping = True
        if self._running is not None:
            self._running.cancel()
            with suppress(asyncio.CancelledError):
                await self._running

    def wake(self) -> None:
        """Begin the next round at once, or right after the one that runs."""
        self._woken.set()

    async def _run(self) -> None:
        if self._before is not None:
            await self._before()
        pause = _FIRST_PAUSE
        while True:
            self._woken.clear()
            was_there = await self._tried()
            if self._stopping:
                # What failed as it was cancelled has made another error of that.
                return
            if not was_there and self._backs_off:
                await asyncio.sleep(pause)
                pause = min(pause * 2, _LONGEST_PAUSE)
                continue
            pause = _FIRST_PAUSE
            with suppress(TimeoutError):
                async with asyncio.timeout(self._every):
                    await self._woken.wait()

    async def _tried(self) -> bool:
        """Whether nothing that the work needs was away."""
        try:
            await self._work()
        except self._away as error:
            log.warning(self._warning, error=reason(error))
            return False
        except Exception:
            log.exception(self._fault)
        return True
