"""A thousand limits due at the same instant: how late their breaches are recorded, by the wall clock.

At the instant each is breached, the curator and the head are told, and the record is written. The reference is the
bare workflow's way: a thousand timers of the same instant, an activity each.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import func
from sqlmodel import col, select
from temporalio.client import Client
from temporalio.worker import Worker

from bench.bare_workflows import BareTimer, note_moment, without_seals
from bench.installation import installation, process
from bench.measuring import Goal, Line, percentile_99
from calendar_rules import production_calendar
from calendar_rules.regulation import LimitName, order_238
from calendar_rules.schedules import Schedule
from calendar_rules.vocabulary import Network
from service.runs import rules
from store.database.engines import Database
from store.messages.tables import JournalRow, MessageRow
from tests.message_row import message_row
from workflows.identity import TASK_QUEUE, WORKFLOW_TYPE, first_attributes, workflow_id
from workflows.state import Calendars, MessageInput
from workflows.vocabulary import Fact

NUMBERS = range(1, 1001)
AHEAD = timedelta(minutes=4)
"""From the first start to the instant; by then all have to be waiting."""
GOAL = 1.5
"""Of what bare timers take, at the 99th percentile."""
_AT_ONCE = 50
_BARE_QUEUE = "bare timers"
_RULES = rules.load(None, None)
_DAY_AND_NIGHT = Schedule(
    timezone="UTC",
    week={day: [["00:00", "24:00"]] for day in ("mon", "tue", "wed", "thu", "fri", "sat", "sun")},
)


def _detection(instant: datetime) -> datetime:
    """Return when a message was detected whose routing is due at the instant."""
    production = production_calendar.current().carried_from(instant.date())
    calendar = _DAY_AND_NIGHT.calendar(production, breaks_stop_the_clock=True)
    worked = order_238().limits[LimitName.ROUTING].amount
    assert isinstance(worked, timedelta)
    detected = calendar.subtract(instant, worked)
    assert calendar.add(detected, worked) == instant, "no working day is near: run it on another day"
    return detected


async def _start_message(client: Client, number: int, detected: datetime) -> None:
    """Start a message's workflow past the API."""
    now = datetime.now(UTC)
    production = production_calendar.current().carried_from(now.date())
    start = MessageInput(
        id=str(number),
        network=Network.VKONTAKTE,
        detected_at=detected,
        registered_at=now,
        registered_by="curator",
        regulation=order_238(),
        calendars=Calendars(production=production, department=_DAY_AND_NIGHT),
    )
    attributes = first_attributes(start.network, _RULES.first_due(now))
    where: dict[str, Any] = {"task_queue": TASK_QUEUE, "search_attributes": attributes}
    await client.start_workflow(WORKFLOW_TYPE, start, id=workflow_id(start.id), **where)


async def _recorded(database: Database) -> int:
    """Return how many messages have their first record."""
    async with database.read() as session:
        return (await session.exec(select(func.count()).where(col(MessageRow.recorded) > 0))).one()


async def _each(numbers: Iterable[int], do: Callable[[int], Awaitable[object]]) -> None:
    """Do it for all of them, so many at once."""
    slots = asyncio.Semaphore(_AT_ONCE)

    async def one(number: int) -> None:
        async with slots:
            await do(number)

    await asyncio.gather(*map(one, numbers))


async def _breaches(database: Database) -> list[datetime]:
    """Return when breaches were recorded."""
    async with database.read() as session:
        breaches = select(JournalRow.written_at).where(col(JournalRow.kind) == Fact.BREACH)
        return list(await session.exec(breaches))


async def _ours(client: Client, database: Database) -> float:
    instant = datetime.now(UTC).replace(microsecond=0) + AHEAD
    detected = _detection(instant)
    await _each(NUMBERS, lambda number: _start_message(client, number, detected))
    # Another process writes what is waited for.
    while await _recorded(database) < len(NUMBERS):  # noqa: ASYNC110
        await asyncio.sleep(0.1)
    assert datetime.now(UTC) < instant, "not all were waiting by the instant"
    while len(found := await _breaches(database)) < len(NUMBERS):  # noqa: ASYNC110
        await asyncio.sleep(0.5)
    return _p99(found, instant)


async def _bare(client: Client) -> float:
    instant = datetime.now(UTC) + AHEAD

    async def start(number: int) -> None:
        await client.start_workflow(BareTimer.run, instant, id=f"timer-{number}", task_queue=_BARE_QUEUE)

    async with Worker(client, task_queue=_BARE_QUEUE, workflows=[BareTimer], activities=[note_moment]):
        await _each(NUMBERS, start)
        assert datetime.now(UTC) < instant, "not all were waiting by the instant"
        # One after another: to wait for all at once would be work of its own at that very instant.
        handles = [client.get_workflow_handle(f"timer-{one}", result_type=datetime) for one in NUMBERS]
        return _p99([await handle.result() for handle in handles], instant)


def _p99(moments: Iterable[datetime], instant: datetime) -> float:
    return percentile_99((moment - instant).total_seconds() for moment in moments)


async def measure() -> AsyncIterator[Line]:
    """Take ours, then the bare timers, on one server that keeps its state in a file; a worker of its own for each."""
    async with installation() as (client, database, settings):
        now = datetime.now(UTC)
        async with database.write() as session:
            session.add_all(message_row(one, now, network="vkontakte") for one in NUMBERS)
        async with process("worker", settings):
            late = await _ours(client, database)
        bare = await _bare(without_seals(client))
    yield Line(f"p99 of {len(NUMBERS)} recorded", "s", late, bare, Goal("ratio", "≤", GOAL))
