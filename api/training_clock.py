"""The movable clock of training: time skipping, for one message at a time.

The API of Temporal behind it is experimental, and is used nowhere else in the program.
"""

from datetime import UTC, datetime, timedelta
from typing import Any

from temporalio.client import WorkflowHandle
from temporalio.testing import TimeSkipper, TimeSkippingConfig

from api.temporal import Temporal

_MICROSECOND = timedelta(microseconds=1)


class TrainingClock:
    """Moves the clocks of messages."""

    def __init__(self, temporal: Temporal) -> None:
        self._temporal = temporal

    async def now(self, handle: "WorkflowHandle[Any, Any]") -> datetime:
        """The moment on the message's clock."""
        return await self._skipper().get_current_time(handle)

    async def forward(self, handle: "WorkflowHandle[Any, Any]", duration: timedelta) -> int:
        """Let the message's clock run by `duration`; gives how far it is ahead of the wall's now, in microseconds."""
        skipper = self._skipper()
        # Asking for the time first is not idle: two moves right after one another can add up wrongly.
        await skipper.get_current_time(handle)
        await skipper.fast_forward(handle, duration)
        return (await skipper.get_current_time(handle) - datetime.now(UTC)) // _MICROSECOND

    def _skipper(self) -> TimeSkipper:
        return TimeSkipper(self._temporal.client, config=TimeSkippingConfig(enabled=True))
