"""Documents that are made once and kept: whoever asks while one is being made waits for that one.

To make a document takes seconds, and on a busy machine minutes: so no request makes one, a request waits for it for a
while. What waits no longer is told to come again (503), and the document goes on being made.
"""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import Final

import structlog

from service.access.deadline import keep, lift_deadline
from service.access.errors import NotFoundError, UnderWayError
from service.access.lately import Lately
from service.reports.papers import wording
from store.database.engines import Database
from store.reports import papers
from telemetry.logs import reason

log = structlog.get_logger(__name__)

Make = Callable[[], Awaitable[bytes]]

PATIENCE: Final = 25.0
"""Seconds for which a request waits."""
_MOST_LARGE: Final = 2
_MOST_KEPT: Final = 8
"""Documents of numbers that are not final yet, and so are not kept for good."""


class Shelf:
    """Of one process; where two make the same document, what the first has made is kept."""

    def __init__(self, database: Database, *, patience: float = PATIENCE) -> None:
        self._db = database
        self._patience = patience
        self._under_way: dict[str, asyncio.Task[bytes]] = {}
        self._lately: Lately[str, bytes] = Lately(_MOST_KEPT)
        self._large: Lately[str, bytes] = Lately(_MOST_LARGE)

    async def kept(self, key: str, make: Make, *, message: int | None = None) -> bytes:
        """The document of this key, made now where it never was, and kept from then on.

        `message`: whose texts are in it. Raises UnderWayError where it is not there in time, and what `make` raises.
        """
        async with self._db.read() as session:
            found = await papers.content(session, key)
        return found if found is not None else await self._awaited(self._begun(key, make, message))

    async def soon(self, key: str, make: Make, *, message: int | None = None) -> None:
        """Let it be made, and wait for it for as long as that takes; that it cannot be made is nobody's mishap here."""
        try:
            await asyncio.shield(self._begun(key, make, message))
        except Exception as error:
            log.warning("a document could not be made beforehand", key=key, error=reason(error))

    async def passing(self, key: str, make: Make, *, is_large: bool = False) -> bytes:
        """A document that is kept by this process for a while, and made once for all who ask at the same time.

        Of large ones fewer are kept. Raises as `kept`.
        """
        lately = self._large if is_large else self._lately
        if (found := lately.get(key)) is not None:
            return found

        async def work() -> bytes:
            lately[key] = made = await make()
            return made

        return await self._awaited(self._started(f"passing/{key}", work))

    # ---- making

    def _begun(self, key: str, make: Make, message: int | None) -> asyncio.Task[bytes]:
        return self._started(key, lambda: self._made(key, make, message))

    def _started(self, key: str, work: Callable[[], Awaitable[bytes]]) -> asyncio.Task[bytes]:
        task = self._under_way.get(key)
        if task is None:

            async def run() -> bytes:
                return await work()

            task = self._under_way[key] = keep(asyncio.create_task(run()))
            task.add_done_callback(lambda _: self._under_way.pop(key, None))
        return task

    async def _awaited(self, task: asyncio.Task[bytes]) -> bytes:
        lift_deadline()
        await asyncio.wait({task}, timeout=self._patience)
        if not task.done():
            raise UnderWayError(wording.UNDER_WAY)
        return task.result()

    async def _made(self, key: str, make: Make, message: int | None) -> bytes:
        async with self._db.read() as session:
            found = await papers.content(session, key)
        if found is not None:  # made since it was asked for
            return found
        async with self._db.write() as session:
            begun_at = await papers.begin(session, key, datetime.now(UTC), message)
        made = await make()
        async with self._db.write() as session:
            kept = await papers.keep(session, key, begun_at, datetime.now(UTC), made)
        if kept is None:
            # Its texts were erased while it was made: nobody gets them any more.
            raise NotFoundError(wording.TEXTS_WERE_ERASED)
        return kept
