"""A thousand limits due at the same instant: how late their breaches are recorded, by the wall clock.

At the instant each is breached, the curator and the head are told, and the record is written. The reference is the
bare workflow's way: a thousand timers of the same instant, an activity each.
"""

import asyncio
from collections.abc import AsyncIterator, Iterable
from datetime import UTC, datetime, timedelta
from time import monotonic

from sqlmodel import col, select
from temporalio.client import Client
from temporalio.worker import Worker

from bench.bare_workflow import BareTimer, note_moment
from bench.installation import installation, process
from bench.measurement import Goal, Line, percentile_99
from bench.straight_message import each, message_rows, recorded, start_message, without_seals
from calendar_rules import production_calendar
from calendar_rules.regulation import LimitName, order_238
from calendar_rules.schedules import Schedule
from store.database.engines import Database
from store.messages.tables import JournalRow
from workflows.vocabulary import Fact

EARLIER, NUMBERS = range(1, 51), range(51, 1051)
"""The messages by which the machine's pace is known, and those whose limits are due at the instant."""
GOAL = 1.5  # of what bare timers take, at the 99th percentile
SPARE, AT_LEAST = 1.5, 10.0
"""How much longer than by that pace all of them have to be waiting, and the seconds besides."""
_AT_ONCE = 50
_BARE_QUEUE = "bare timers"
_DAY_AND_NIGHT = Schedule(
    timezone="UTC",
    week={day: [["00:00", "24:00"]] for day in ("mon", "tue", "wed", "thu", "fri", "sat", "sun")},
)


def _detection(instant: datetime) -> datetime:
    """When a message was detected whose routing is due at the instant."""
    production = production_calendar.current().carried_from(instant.date())
    calendar = _DAY_AND_NIGHT.calendar(production, breaks_stop_the_clock=True)
    worked = order_238().limits[LimitName.ROUTING].amount
    assert isinstance(worked, timedelta)
    detected = calendar.subtract(instant, worked)
    assert calendar.add(detected, worked) == instant, "no working day is near: run it on another day"
    return detected


async def _breaches(database: Database) -> list[datetime]:
    """When breaches were recorded."""
    async with database.read() as session:
        breaches = select(JournalRow.written_at).where(col(JournalRow.kind) == Fact.BREACH)
        return list(await session.exec(breaches))


async def _start(client: Client, database: Database, numbers: range, instant: datetime) -> float:
    """Messages whose routing is due at the instant; returns the seconds until all of them wait for it."""
    detected, begun = _detection(instant), monotonic()
    await each(numbers, lambda number: start_message(client, number, detected, _DAY_AND_NIGHT), _AT_ONCE)
    # Another process writes what is waited for.
    while await recorded(database) < numbers[-1]:  # noqa: ASYNC110
        await asyncio.sleep(0.1)
    assert datetime.now(UTC) < instant, "not all were waiting by the instant"
    return monotonic() - begun


async def _ahead(client: Client, database: Database) -> timedelta:
    """From the first start to the instant, as this machine is."""
    later = datetime.now(UTC).replace(microsecond=0) + timedelta(hours=1)
    await _start(client, database, EARLIER[:1], later)  # once the worker is there
    took = await _start(client, database, EARLIER[1:], later)
    return timedelta(seconds=AT_LEAST + SPARE * took * len(NUMBERS) / len(EARLIER))


async def _ours(client: Client, database: Database, ahead: timedelta) -> float:
    instant = datetime.now(UTC).replace(microsecond=0) + ahead
    await _start(client, database, NUMBERS, instant)
    while len(found := await _breaches(database)) < len(NUMBERS):  # noqa: ASYNC110
        await asyncio.sleep(0.5)
    return _p99(found, instant)


async def _bare(client: Client, ahead: timedelta) -> float:
    instant = datetime.now(UTC) + ahead

    async def start(number: int) -> None:
        await client.start_workflow(BareTimer.run, instant, id=f"timer-{number}", task_queue=_BARE_QUEUE)

    async with Worker(client, task_queue=_BARE_QUEUE, workflows=[BareTimer], activities=[note_moment]):
        await each(NUMBERS, start, _AT_ONCE)
        assert datetime.now(UTC) < instant, "not all were waiting by the instant"
        # One after another: to wait for all at once would be work of its own at that very instant.
        handles = [client.get_workflow_handle(f"timer-{one}", result_type=datetime) for one in NUMBERS]
        return _p99([await handle.result() for handle in handles], instant)


def _p99(moments: Iterable[datetime], instant: datetime) -> float:
    return percentile_99((moment - instant).total_seconds() for moment in moments)


async def measure() -> AsyncIterator[Line]:
    """First ours, then the bare timers, on one server that keeps its state in a file; a worker of its own for each."""
    async with installation(on_file=True) as (client, database, settings):
        await message_rows(database, range(EARLIER[0], NUMBERS[-1] + 1))
        async with process("worker", settings):
            ahead = await _ahead(client, database)
            late = await _ours(client, database, ahead)
        bare = await _bare(without_seals(client), ahead)
    yield Line(f"p99 of {len(NUMBERS)} recorded", "s", late, bare, Goal("ratio", "≤", GOAL))
