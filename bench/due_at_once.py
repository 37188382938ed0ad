"""A thousand limits due at the same instant: how late their breaches are recorded, by the wall clock.

The messages wait for their routing; at the instant each is breached, the curator and the head are told, and the
record is written. The reference is the bare workflow's way: a thousand timers of the same instant, an activity each.
"""

import asyncio
import tempfile
from collections.abc import Awaitable, Callable, Iterable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from time import perf_counter
from typing import NamedTuple
from uuid import uuid4

from sqlalchemy import func
from sqlmodel import col, select
from temporalio.client import Client
from temporalio.worker import Worker

from bench.bare_workflow import BareTimer, note_moment
from bench.installation import installation
from bench.processes import process
from bench.straight_message import message_rows, without_seals
from calendar_rules import WorkCalendar, production_calendar
from calendar_rules.regulation import LimitName, order_238
from calendar_rules.schedules import Schedule
from calendar_rules.vocabulary import Network
from store.database.engines import Database
from store.messages.tables import JournalRow, MessageRow
from workflows.identity import TASK_QUEUE, WORKFLOW_TYPE, workflow_id
from workflows.state import Calendars, MessageInput
from workflows.vocabulary import Fact

MESSAGES = 1000
GOAL = 10.0  # seconds, of the 99th percentile
_AHEAD = timedelta(seconds=75)
"""From the first start to the instant: all must be waiting by then."""
_PATIENCE = timedelta(seconds=60)
_AT_ONCE = 50
_BARE_QUEUE = "bare timers"
_DAY_AND_NIGHT = Schedule(
    timezone="UTC",
    week={day: [["00:00", "24:00"]] for day in ("mon", "tue", "wed", "thu", "fri", "sat", "sun")},
)


class Lateness(NamedTuple):
    """Seconds from the instant to what was done, and how many were done at all."""

    median: float
    percentile_99: float
    last: float
    done: int


class Figures(NamedTuple):
    """Of ours and of the bare timers."""

    ours: Lateness
    bare: Lateness


def _lateness(moments: Iterable[datetime], instant: datetime) -> Lateness:
    late = sorted((moment - instant).total_seconds() for moment in moments)
    if not late:
        return Lateness(0, 0, 0, 0)
    return Lateness(late[len(late) // 2], late[int(len(late) * 0.99)], late[-1], len(late))


async def _each(numbers: Iterable[int], do: Callable[[int], Awaitable[object]]) -> None:
    slots = asyncio.Semaphore(_AT_ONCE)

    async def one(number: int) -> None:
        async with slots:
            await do(number)

    await asyncio.gather(*map(one, numbers))


def _detection(instant: datetime, calendar: WorkCalendar) -> datetime:
    """When a message was detected whose routing is due at the instant."""
    worked = order_238().limits[LimitName.ROUTING].amount
    assert isinstance(worked, timedelta)
    detected = calendar.subtract(instant, worked)
    assert calendar.add(detected, worked) == instant, "no working day is near: run it on another day"
    return detected


async def _start_all(client: Client, instant: datetime) -> None:
    current = production_calendar.current()
    production = current.carried_from(instant.date())
    calendars = Calendars(production=production, department=_DAY_AND_NIGHT)
    detected = _detection(instant, _DAY_AND_NIGHT.calendar(production, breaks_stop_the_clock=True))

    async def start(number: int) -> None:
        message = MessageInput(
            id=str(number),
            network=Network.VKONTAKTE,
            detected_at=detected,
            registered_at=datetime.now(UTC),
            registered_by="curator",
            regulation=order_238(),
            calendars=calendars,
        )
        await client.start_workflow(WORKFLOW_TYPE, message, id=workflow_id(message.id), task_queue=TASK_QUEUE)

    await _each(range(1, MESSAGES + 1), start)


async def _count(database: Database) -> tuple[int, int]:
    """Messages that have their first record, and breaches recorded."""
    async with database.read() as session:
        begun = await session.exec(select(func.count()).where(col(MessageRow.recorded) > 0))
        breached = await session.exec(select(func.count()).where(col(JournalRow.kind) == Fact.BREACH))
        return begun.one(), breached.one()


async def _ours(client: Client, database: Database) -> Lateness:
    instant = datetime.now(UTC).replace(microsecond=0) + _AHEAD
    await _start_all(client, instant)
    while (await _count(database))[0] < MESSAGES:
        assert datetime.now(UTC) < instant, "the messages were not all waiting before the instant"
        await asyncio.sleep(0.5)
    # Another process writes what is waited for.
    while (await _count(database))[1] < MESSAGES and datetime.now(UTC) < instant + _PATIENCE:  # noqa: ASYNC110
        await asyncio.sleep(0.5)
    async with database.read() as session:
        written = await session.exec(
            select(JournalRow.written_at).where(
                col(JournalRow.kind) == Fact.BREACH, col(JournalRow.at) == instant
            )
        )
        return _lateness(written, instant)


async def _bare(client: Client) -> Lateness:
    instant = datetime.now(UTC).replace(microsecond=0) + _AHEAD / 2
    batch = uuid4().hex

    async def start(number: int) -> None:
        await client.start_workflow(
            BareTimer.run, instant, id=f"timer-{batch}-{number}", task_queue=_BARE_QUEUE
        )

    async with Worker(client, task_queue=_BARE_QUEUE, workflows=[BareTimer], activities=[note_moment]):
        await _each(range(MESSAGES), start)
        assert datetime.now(UTC) < instant, "the timers were not all started before the instant"
        woken: list[datetime] = []

        async def wait(number: int) -> None:
            handle = client.get_workflow_handle(f"timer-{batch}-{number}", result_type=datetime)
            woken.append(await handle.result())

        await _each(range(MESSAGES), wait)
    return _lateness(woken, instant)


async def measure() -> Figures:
    """First the bare timers, then ours, on one server; a worker of its own for each."""
    with tempfile.TemporaryDirectory() as folder:
        async with installation(Path(folder)) as (client, database, settings):
            bare = await _bare(without_seals(client))
            await message_rows(database, range(1, MESSAGES + 1))
            async with process("worker", settings):
                return Figures(await _ours(client, database), bare)


async def report() -> None:
    """Print the figures with their goal."""
    started = perf_counter()
    figures = await measure()
    print(f"{MESSAGES} limits due at one instant, seconds from it to the recorded breach:")
    for name, late in (("messages", figures.ours), ("bare timers", figures.bare)):
        print(
            f"  {name:12} median {late.median:.1f}, p99 {late.percentile_99:.1f}, last {late.last:.1f};"
            f" {MESSAGES - late.done} lost"
        )
    print(f"  goal: p99 ≤ {GOAL:.0f}, none lost ({perf_counter() - started:.0f} s in all)")


if __name__ == "__main__":
    asyncio.run(report())
