"""A thousand limits due at the same instant: how late their breaches are recorded, by the wall clock.

The messages wait for their routing; at the instant each is breached, the curator and the head are told, and the
record is written. The reference is the bare workflow's way: a thousand timers of the same instant, an activity each.
"""

import asyncio
from collections.abc import AsyncIterator, Iterable
from datetime import UTC, datetime, timedelta
from uuid import uuid4

from sqlmodel import col, select
from temporalio.client import Client
from temporalio.worker import Worker

from bench.bare_workflow import BareTimer, note_moment
from bench.installation import installation, process
from bench.measurement import PATIENCE, Line, alone, at_most, percentile_99
from bench.straight_message import each, message_rows, recorded, start_message, without_seals
from calendar_rules import WorkCalendar, production_calendar
from calendar_rules.regulation import LimitName, order_238
from calendar_rules.schedules import Schedule
from store.database.engines import Database
from store.messages.tables import JournalRow
from workflows.vocabulary import Fact

MESSAGES = 1000
GOAL = 10.0  # seconds, of the 99th percentile
_AHEAD = 75, 300, 900
"""Seconds from the first start to the instant, by which all must be waiting; a slow machine is given more of them."""
_AT_ONCE = 50
_BARE_QUEUE = "bare timers"
_DAY_AND_NIGHT = Schedule(
    timezone="UTC",
    week={day: [["00:00", "24:00"]] for day in ("mon", "tue", "wed", "thu", "fri", "sat", "sun")},
)


class _TooSlowError(Exception):
    """Not all were waiting by the instant."""


def _late(moments: Iterable[datetime], instant: datetime) -> list[float]:
    return [(moment - instant).total_seconds() for moment in moments]


def _detection(instant: datetime, calendar: WorkCalendar) -> datetime:
    """When a message was detected whose routing is due at the instant."""
    worked = order_238().limits[LimitName.ROUTING].amount
    assert isinstance(worked, timedelta)
    detected = calendar.subtract(instant, worked)
    assert calendar.add(detected, worked) == instant, "no working day is near: run it on another day"
    return detected


async def _breaches(database: Database, numbers: range) -> list[datetime]:
    """When the breaches of these messages were recorded."""
    of_these = col(JournalRow.message).between(numbers[0], numbers[-1])
    async with database.read() as session:
        kind = col(JournalRow.kind) == Fact.BREACH
        return list(await session.exec(select(JournalRow.written_at).where(kind, of_these)))


async def _ours(client: Client, database: Database, ahead: int, numbers: range) -> list[float]:
    await message_rows(database, numbers)
    instant = datetime.now(UTC).replace(microsecond=0) + timedelta(seconds=ahead)
    calendar = _DAY_AND_NIGHT.calendar(
        production_calendar.current().carried_from(instant.date()), breaks_stop_the_clock=True
    )
    detected = _detection(instant, calendar)
    await each(numbers, lambda number: start_message(client, number, detected, _DAY_AND_NIGHT), _AT_ONCE)
    while await recorded(database) < MESSAGES:
        if datetime.now(UTC) >= instant:
            raise _TooSlowError
        await asyncio.sleep(0.5)
    until = instant + timedelta(seconds=PATIENCE)
    # Another process writes what is waited for.
    while len(found := await _breaches(database, numbers)) < MESSAGES and datetime.now(UTC) < until:  # noqa: ASYNC110
        await asyncio.sleep(0.5)
    return _late(found, instant)


async def _bare(client: Client, ahead: int, numbers: range) -> list[float]:
    instant = datetime.now(UTC).replace(microsecond=0) + timedelta(seconds=ahead / 2)
    batch = uuid4().hex

    async def start(number: int) -> None:
        await client.start_workflow(
            BareTimer.run, instant, id=f"timer-{batch}-{number}", task_queue=_BARE_QUEUE
        )

    async with Worker(client, task_queue=_BARE_QUEUE, workflows=[BareTimer], activities=[note_moment]):
        await each(numbers, start, _AT_ONCE)
        if datetime.now(UTC) >= instant:
            raise _TooSlowError
        woken: list[datetime] = []

        async def wait(number: int) -> None:
            handle = client.get_workflow_handle(f"timer-{batch}-{number}", result_type=datetime)
            woken.append(await handle.result())

        await each(numbers, wait, _AT_ONCE)
    return _late(woken, instant)


async def measure() -> AsyncIterator[Line]:
    """First the bare timers, then ours, on one server; a worker of its own for each."""
    for attempt, ahead in enumerate(_AHEAD):
        numbers = range(1, MESSAGES + 1)
        try:
            async with installation() as (client, database, settings):
                bare = await _bare(without_seals(client), ahead, numbers)
                async with process("worker", settings):
                    late = await _ours(client, database, ahead, numbers)
            break
        except _TooSlowError:
            if attempt == len(_AHEAD) - 1:
                raise
    yield Line(f"p99 of {MESSAGES} recorded", "s", percentile_99(late), percentile_99(bare), at_most(GOAL))
    yield Line("lost", "limits", MESSAGES - len(late), None, at_most(0))


if __name__ == "__main__":
    alone("due_at_once", measure)
