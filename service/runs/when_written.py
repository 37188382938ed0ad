"""Work of a loop that is done again only where there may be something to do: at rest, a round costs microseconds."""

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime

from store.database.engines import Database

Work = Callable[[], Awaitable[datetime | None]]
"""Returns the moment from which there is something to do although nobody writes anything; None where there is none."""


class WhenWritten:
    """Does the work where something was written since it was done, or the moment has come that it returned last.

    Whether something was written SQLite tells, whoever has; with PostgreSQL the work is done each time.
    """

    def __init__(self, database: Database, work: Work) -> None:
        self._db = database
        self._work = work
        self._done_as_of: int | None = None
        self._again_at: datetime | None = None

    async def __call__(self) -> None:
        written, now = self._db.written(), datetime.now(UTC)
        has_come = self._again_at is not None and self._again_at <= now
        if written is not None and written == self._done_as_of and not has_come:
            return
        self._done_as_of = None
        self._again_at = await self._work()
        self._done_as_of = written
