"""The movable clock of training: time skipping, for one message at a time.

The API of Temporal behind it is experimental, and is used nowhere else in the program.
"""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple
from weakref import WeakValueDictionary

from temporalio.client import WorkflowHandle
from temporalio.testing import TimeSkipper, TimeSkippingConfig

from service.access.deadline import lift_deadline
from service.runs.connection import TemporalAwayError, TemporalConnection

LONGEST = timedelta(days=3660)
"""How far ahead a message's clock is moved at once."""

_MOVED_WITHIN = 20.0  # seconds
_MICROSECOND = timedelta(microseconds=1)
# A move that ends while a step of the message is under way, as at a limit exactly, can run on to the next timer:
# so it ends a little before, and the rest is waited for.
_SHORT_OF = timedelta(milliseconds=25)


class Moved(NamedTuple):
    """Where a message's clock was to stand, and how far it is ahead of the wall's now, in microseconds."""

    goal: datetime
    ahead: int


class TrainingClock:
    """Moves the clocks of messages, each by one at a time: of two moves at once the server forgets one."""

    def __init__(self, temporal: TemporalConnection) -> None:
        self._temporal = temporal
        self._moving: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()

    async def forward_to(self, handle: "WorkflowHandle[Any, Any]", moment: datetime) -> Moved:
        """Let the message's clock run until `moment`; one that stands there already is left alone."""
        async with self._turn(handle):
            return await self._run(handle, moment, moment - await self._now(handle))

    async def forward_by(self, handle: "WorkflowHandle[Any, Any]", duration: timedelta) -> Moved:
        """Let the message's clock run by `duration`."""
        async with self._turn(handle):
            return await self._run(handle, await self._now(handle) + duration, duration)

    def _turn(self, handle: "WorkflowHandle[Any, Any]") -> asyncio.Lock:
        return self._moving.setdefault(handle.id, asyncio.Lock())

    async def _run(self, handle: "WorkflowHandle[Any, Any]", goal: datetime, duration: timedelta) -> Moved:
        # Asking for the time before is not idle: two moves right after one another can add up wrongly.
        if duration > timedelta(0):
            lift_deadline()  # a message's whole road may go by
            try:
                async with asyncio.timeout(_MOVED_WITHIN):
                    if duration > _SHORT_OF:
                        await self._skipper().fast_forward(handle, duration - _SHORT_OF)
                    while (left := goal - await self._now(handle)) > timedelta(0):  # noqa: ASYNC110  another clock
                        await asyncio.sleep(left.total_seconds())
            except TimeoutError:
                # The server moves no clock while a step of the message waits for a worker.
                raise TemporalAwayError from None
        return Moved(goal, (await self._now(handle) - datetime.now(UTC)) // _MICROSECOND)

    async def _now(self, handle: "WorkflowHandle[Any, Any]") -> datetime:
        return await self._skipper().get_current_time(handle)

    def _skipper(self) -> TimeSkipper:
        return TimeSkipper(self._temporal.client, config=TimeSkippingConfig(enabled=True))
