"""The task of the office that makes weekly summaries (cl. 21), by `service.reports.weekly.making`."""

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime

import structlog
from temporalio import activity

from settings import Settings
from workflows.office import OfficeTask, Portion

log = structlog.get_logger(__name__)


class Weekly:
    """The task of this name."""

    def __init__(
        self,
        settings: Settings,
        work: Callable[[datetime], Awaitable[Portion]],
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        """`work` makes one summary that is owed at a moment, if any is."""
        self._training = settings.training
        self._work = work
        self._clock = clock

    @activity.defn(name=OfficeTask.WEEKLY)
    async def portion(self, at: datetime | None = None) -> Portion:
        """One summary that is owed, as of `at` in training, else of now; the run waits for one whose day is off."""
        portion = await self._work(at if at is not None and self._training else self._clock())
        if portion.done:
            log.info("a weekly summary is made")
        return portion
