"""The task of the office that learns suggestions anew; what is learnt, and how, is `service.suggestions.training`'s."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime

from temporalio import activity

from workflows.office import OfficeTask, Portion

_HEARTBEAT = 20.0  # seconds


class SuggestionLearning:
    """The task of this name."""

    def __init__(
        self,
        work: Callable[[datetime], Awaitable[Portion]],
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        """`work` learns from what is on record at a moment."""
        self._work = work
        self._clock = clock

    @activity.defn(name=OfficeTask.SUGGESTIONS)
    async def portion(self) -> Portion:
        """Learn once; it takes up to minutes, in which the server is told that it goes on."""
        learning = asyncio.ensure_future(self._work(self._clock()))
        try:
            while not learning.done():
                activity.heartbeat()
                await asyncio.wait({learning}, timeout=_HEARTBEAT)
            return await learning
        finally:
            learning.cancel()
