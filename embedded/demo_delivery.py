"""Delivers the demo's messages: started and signalled as any, several messages at a time, each in order."""

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime

import structlog
from sqlmodel import col, select

from api import rules
from api.service import Service, assemble
from embedded.demo_messages import PREFIX
from embedded.demo_writing import write
from settings import Settings
from store import outbox
from store.database import Database
from store.demo.data import DemoComplaint
from store.tables import CommandRow

log = structlog.get_logger(__name__)

_AT_ONCE = 10
_ROUNDS = 3
_TEMPORAL_WITHIN = 60.0  # seconds
_PROGRESS_EVERY = 25


async def complete(settings: Settings, missing: Sequence[DemoComplaint]) -> None:
    """Write what is missing, and deliver everything that waits. Raises TimeoutError while Temporal is not reached."""
    service = assemble(settings, rules.load(settings.regulation, settings.schedules))
    try:
        if missing:
            written = await write(service, missing, datetime.now(UTC))
            log.info("demo messages are registered", messages=written)
        await service.temporal.start()
        async with asyncio.timeout(_TEMPORAL_WITHIN):
            await service.temporal.until_reached()
        await _deliver(service)
    finally:
        await service.close()


async def _deliver(service: Service) -> None:
    for _ in range(_ROUNDS):
        waiting = await _waiting(service.database)
        if not waiting:
            return
        await _deliver_once(service, waiting)
    if left := await _waiting(service.database):
        log.warning("demo messages are left for the API to deliver", messages=len(left))


async def _waiting(database: Database) -> list[list[CommandRow]]:
    """What is to be delivered of each message, in order."""
    async with database.read() as session:
        rows = await session.exec(
            select(CommandRow)
            .where(col(CommandRow.key).startswith(PREFIX), col(CommandRow.status).in_(outbox.WAITING))
            .order_by(col(CommandRow.sequence))
        )
        by_message: dict[int, list[CommandRow]] = {}
        for row in rows:
            by_message.setdefault(row.message, []).append(row)
        return list(by_message.values())


async def _deliver_once(service: Service, waiting: Sequence[Sequence[CommandRow]]) -> None:
    slots = asyncio.Semaphore(_AT_ONCE)
    done = 0

    async def deliver(rows: Sequence[CommandRow]) -> None:
        nonlocal done
        async with slots:
            delivered = await service.commands.deliver_past(rows)
        done += delivered
        if done % _PROGRESS_EVERY == 0:
            log.info("demo messages are delivered", done=done, of=len(waiting))

    async with asyncio.TaskGroup() as group:
        for rows in waiting:
            group.create_task(deliver(rows))
