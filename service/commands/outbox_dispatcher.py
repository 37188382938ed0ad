"""Delivers commands that were taken and not delivered: Temporal was away, or the process that took them died."""

import asyncio
from datetime import UTC, datetime

from structlog.contextvars import bound_contextvars

from service.commands.delivery import CommandDelivery
from service.runs.background import Background
from service.runs.when_written import WhenWritten
from store.commands import outbox
from store.commands.tables import CommandRow
from store.database.engines import Database

_AT_ONCE = 8
_BATCH = 200


class OutboxDispatcher:
    """Looks into the outbox; of each message it delivers in order."""

    def __init__(self, database: Database, delivery: CommandDelivery) -> None:
        self._db = database
        self._delivery = delivery

    def background(self) -> Background:
        """Delivers as long as it runs."""
        return Background(
            "dispatcher of commands",
            WhenWritten(self._db, self.deliver_waiting),
            every=0.5,
            warning="the outbox cannot be read now",
            fault="the outbox could not be delivered",
        )

    async def deliver_waiting(self) -> datetime | None:
        """Deliver what waits now, one command of a message at a time; returns None where nothing waits."""
        async with self._db.lookup() as session:
            if not await outbox.are_any_waiting(session):
                return None
        async with self._db.write() as session:
            rows = await outbox.lease_waiting(session, datetime.now(UTC), _BATCH)
        by_message: dict[int, list[CommandRow]] = {}
        for row in rows:
            by_message.setdefault(row.message, []).append(row)
        slots = asyncio.Semaphore(_AT_ONCE)

        async def deliver(waiting: list[CommandRow]) -> None:
            async with slots:
                for row in waiting:
                    with bound_contextvars(message=row.message, command=row.id):
                        await self._delivery.deliver(row)

        await asyncio.gather(*(deliver(waiting) for waiting in by_message.values()))
        return datetime.now(UTC)
