"""A thousand limits due at the same instant: how late their breaches are recorded, by the wall clock.

At the instant each is breached, the curator and the head are told, and the record is written. The reference is the
bare workflow's way: a thousand timers of the same instant, an activity each.
"""

import asyncio
from collections.abc import AsyncIterator, Iterable
from datetime import UTC, datetime, timedelta

from sqlmodel import col, select
from temporalio.client import Client
from temporalio.worker import Worker

from bench.bare_workflow import BareTimer, note_moment
from bench.installation import installation, process
from bench.measurement import PATIENCE, Goal, Line, alone, percentile_99
from bench.straight_message import each, message_rows, recorded, start_message, without_seals
from calendar_rules import production_calendar
from calendar_rules.regulation import LimitName, order_238
from calendar_rules.schedules import Schedule
from store.database.engines import Database
from store.messages.tables import JournalRow
from workflows.vocabulary import Fact

NUMBERS = range(1, 1001)
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


async def _ours(client: Client, database: Database, instant: datetime) -> list[datetime]:
    detected, until = _detection(instant), instant + timedelta(seconds=PATIENCE)
    await each(NUMBERS, lambda number: start_message(client, number, detected, _DAY_AND_NIGHT), _AT_ONCE)
    while await recorded(database) < len(NUMBERS):
        if datetime.now(UTC) >= instant:
            raise _TooSlowError
        await asyncio.sleep(0.5)
    # Another process writes what is waited for.
    while len(found := await _breaches(database)) < len(NUMBERS) and datetime.now(UTC) < until:  # noqa: ASYNC110
        await asyncio.sleep(0.5)
    return found


async def _bare(client: Client, instant: datetime) -> list[datetime]:
    async def start(number: int) -> None:
        await client.start_workflow(BareTimer.run, instant, id=f"timer-{number}", task_queue=_BARE_QUEUE)

    async with Worker(client, task_queue=_BARE_QUEUE, workflows=[BareTimer], activities=[note_moment]):
        await each(NUMBERS, start, _AT_ONCE)
        if datetime.now(UTC) >= instant:
            raise _TooSlowError
        # One after another: to wait for all at once would be work of its own at that very instant.
        handles = [client.get_workflow_handle(f"timer-{one}", result_type=datetime) for one in NUMBERS]
        return [await handle.result() for handle in handles]


def _p99(moments: Iterable[datetime], instant: datetime) -> float:
    return percentile_99((moment - instant).total_seconds() for moment in moments)


async def _both(ahead: timedelta) -> tuple[float, float, int]:
    """Seconds at p99, of ours and of bare timers, and how many of ours there are."""
    async with installation() as (client, database, settings):
        instant = datetime.now(UTC) + ahead
        bare = _p99(await _bare(without_seals(client), instant), instant)
        await message_rows(database, NUMBERS)
        async with process("worker", settings):
            instant = datetime.now(UTC).replace(microsecond=0) + ahead
            late = await _ours(client, database, instant)
    return _p99(late, instant), bare, len(late)


async def measure() -> AsyncIterator[Line]:
    """First the bare timers, then ours, on one server; a worker of its own for each."""
    for ahead in _AHEAD:
        try:
            late, bare, recorded_at_all = await _both(timedelta(seconds=ahead))
            break
        except _TooSlowError:
            if ahead == _AHEAD[-1]:
                raise
    yield Line(f"p99 of {len(NUMBERS)} recorded", "s", late, bare, Goal("work", "≤", GOAL))
    yield Line("lost", "limits", len(NUMBERS) - recorded_at_all, None, Goal("work", "≤", 0))


if __name__ == "__main__":
    alone("due_at_once", measure)
