"""Delivers the demo's messages: started and signalled as any, several messages at a time, each in order."""

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from itertools import groupby
from time import monotonic

import structlog

from embedded.demo.data import DemoComplaint
from embedded.demo.messages.writing import write
from embedded.demo.seeding import PREFIX
from service.assembly import Service, assemble
from service.directory import working_hours
from service.runs import rules
from settings import Settings
from store.commands import outbox
from store.commands.tables import CommandRow
from store.database.engines import Database
from store.database.session import DatabaseError
from store.notices import inbox
from telemetry.logs import reason

log = structlog.get_logger(__name__)

_AT_ONCE = 10
_TEMPORAL_WITHIN = 60.0  # seconds
_DELIVERED_WITHIN = 120.0
_PAUSE = 0.5
_READ_AFTER = timedelta(days=4)


async def complete(settings: Settings, missing: Sequence[DemoComplaint]) -> None:
    """Write what is missing, and deliver everything that waits. Raises TimeoutError while Temporal is not reached."""
    service = assemble(settings, rules.load_files(settings))
    try:
        await working_hours.bring(service.database, service.rules)
        if missing:
            written = await write(service, missing, datetime.now(UTC))
            log.info("demo messages are registered", messages=written)
        await service.runs.temporal.start()
        async with asyncio.timeout(_TEMPORAL_WITHIN):
            await service.runs.temporal.until_reached()
        await _deliver(service)
        # As in an office at work: what is new in an inbox is of the last days.
        async with service.database.write() as session:
            now = datetime.now(UTC)
            await inbox.read(session, None, now, until=now - _READ_AFTER)
    finally:
        await service.close()


async def _deliver(service: Service) -> None:
    waiting = unsent = await _waiting(service.database)
    left = [row for rows in waiting for row in rows]
    end = monotonic() + _DELIVERED_WITHIN
    while left and monotonic() < end:
        try:
            unsent = await _send(service, unsent)
            await asyncio.sleep(_PAUSE)
            left = await service.commands.past.settle(left)
        except* DatabaseError as errors:
            log.warning("the database is busy, trying on", error=reason(errors.exceptions[0]))
        log.info("demo messages", done=len(waiting) - len({row.message for row in left}), of=len(waiting))
    if left:
        log.warning("demo messages are left for the API to deliver")


async def _send(service: Service, waiting: Sequence[Sequence[CommandRow]]) -> list[Sequence[CommandRow]]:
    """Hand everything to Temporal, a few messages at a time; returns what it has not taken."""
    slots = asyncio.Semaphore(_AT_ONCE)

    async def send(rows: Sequence[CommandRow]) -> bool:
        async with slots:
            return await service.commands.past.send(rows)

    async with asyncio.TaskGroup() as group:
        tasks = [(rows, group.create_task(send(rows))) for rows in waiting]
    return [rows for rows, task in tasks if not task.result()]


async def _waiting(database: Database) -> list[Sequence[CommandRow]]:
    """What is to be delivered of each message, in order; first the message on which nothing was done for longest.

    So what is written of it is nearly in the order of time, as in an installation that has been at work.
    """
    async with database.read() as session:
        rows = await outbox.waiting_under(session, PREFIX)
    by_message: list[Sequence[CommandRow]] = [
        list(of_one) for _, of_one in groupby(rows, key=lambda row: row.message)
    ]
    return sorted(by_message, key=lambda of_one: of_one[-1].taken_at)
