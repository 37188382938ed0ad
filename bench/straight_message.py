"""Straight messages a second, and the history one leaves, against a bare workflow of the same outline.

Both are driven alike: started, four signals, a query after each, 20 at once. Ours writes its records to a real
database (SQLite in a file); the bare one's activities do nothing.
"""

import asyncio
import tempfile
from collections import Counter
from collections.abc import Awaitable, Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from time import perf_counter
from typing import Any, NamedTuple
from uuid import uuid4

from temporalio.api.enums.v1 import EventType
from temporalio.client import Client, WorkflowHandle
from temporalio.common import RawValue
from temporalio.worker import Worker

from bench.bare_workflow import BARE_QUEUE, SIGNALS, BareMessage, bare_record
from bench.installation import installation
from calendar_rules import production_calendar
from calendar_rules.regulation import order_238
from calendar_rules.schedules import ivanovo
from calendar_rules.vocabulary import DraftKind, Importance, Network, Role
from service.runs import rules
from store.database.engines import Database
from tests.message_row import message_row
from worker import message_worker
from workflows import commands
from workflows.commands import Grant
from workflows.identity import TASK_QUEUE, WORKFLOW_TYPE, first_attributes, workflow_id
from workflows.state import Calendars, MessageInput

AT_ONCE = 20
MESSAGES = 120
ROUNDS = 3
GOAL = 0.7
_RULES = rules.load(None, None)
MOST_EVENTS = 90


class Figures(NamedTuple):
    """What was measured."""

    ours: float
    bare: float
    events: Counter[str]

    @property
    def ratio(self) -> float:
        return self.ours / self.bare


def without_seals(client: Client) -> Client:
    """The client as a program without seals has it, for what is measured against."""
    return Client(client.service_client, namespace=client.namespace, data_converter=client.data_converter)


async def drive_bare(client: Client) -> None:
    """One bare message, from its start to its end."""
    handle = await client.start_workflow(BareMessage.run, id=f"bare-{uuid4().hex}", task_queue=BARE_QUEUE)
    for _ in range(SIGNALS):
        await handle.signal(BareMessage.step)
        await handle.query("received", result_type=RawValue)
    await handle.result()


def _given(person: str, grant: Grant, **texts: str) -> dict[str, Any]:
    return {
        "id": uuid4().hex,
        "person": person,
        "grants": (grant,),
        "taken_at": datetime.now(UTC),
        **texts,
    }


async def start_message(client: Client, number: int) -> "WorkflowHandle[Any, Any]":
    """Start a message's workflow past the API."""
    now, current = datetime.now(UTC), production_calendar.current()
    start = MessageInput(
        id=str(number),
        network=Network.VKONTAKTE,
        detected_at=now,
        registered_at=now,
        registered_by="curator",
        regulation=order_238(),
        calendars=Calendars(
            production=current.carried_from(now.date()),
            department=ivanovo().of(None),
        ),
    )
    return await client.start_workflow(
        WORKFLOW_TYPE,
        start,
        id=workflow_id(start.id),
        task_queue=TASK_QUEUE,
        search_attributes=first_attributes(start.network, _RULES.first_due(now)),
    )


def straight_commands() -> Iterator[commands.AnyCommand]:
    """Route, draft, approve, publish; each made when it is its turn."""
    curator, executor = Grant(role=Role.CURATOR), Grant(role=Role.EXECUTOR, body="roads")
    draft = uuid4().hex
    yield commands.Route(
        **_given("curator", curator, location="l"),
        bodies=("roads",),
        schedules={"roads": ivanovo().of("roads")},
        topic="potholes",
        importance=Importance.ORDINARY,
    )
    yield commands.SubmitDraft(
        **_given("executor-roads", executor, text="t"), draft=draft, kind=DraftKind.ANSWER
    )
    yield commands.Approve(**_given("curator", curator), draft=draft)
    yield commands.ConfirmPublication(**_given("executor-roads", executor, url="u"))


async def drive_ours(client: Client, number: int) -> None:
    """One of the program's messages, past the API; its row is there already."""
    handle = await start_message(client, number)
    for command in straight_commands():
        await handle.signal(command.name, command)
        # Both are asked and neither's answer is read: the figure is the program's, not the driver's.
        await handle.query("outcome", command.id, result_type=RawValue)
    assert await handle.result() == "answered"


async def rate(drive: Callable[[int], Awaitable[Any]], numbers: range) -> float:
    """Messages a second, `AT_ONCE` of them at once."""
    slots = asyncio.Semaphore(AT_ONCE)

    async def one(number: int) -> None:
        async with slots:
            await drive(number)

    started = perf_counter()
    await asyncio.gather(*map(one, numbers))
    return len(numbers) / (perf_counter() - started)


async def message_rows(database: Database, numbers: range) -> None:
    """Rows for messages that are started past the API."""
    now = datetime.now(UTC)
    async with database.write() as session:
        session.add_all(message_row(number, now, network="vkontakte") for number in numbers)


async def measure() -> Figures:
    """Both in turn, round by round; the medians."""
    with tempfile.TemporaryDirectory() as folder:
        async with installation(Path(folder)) as (client, database, settings):
            bare = without_seals(client)
            bare_worker = Worker(
                bare, task_queue=BARE_QUEUE, workflows=[BareMessage], activities=[bare_record]
            )
            numbers = range(1, (ROUNDS + 1) * MESSAGES + 1)
            await message_rows(database, numbers)
            async with message_worker(client, settings), bare_worker:
                pairs = []
                for turn in range(ROUNDS + 1):
                    chunk = numbers[turn * MESSAGES : (turn + 1) * MESSAGES]
                    ours = await rate(lambda number: drive_ours(client, number), chunk)
                    of_bare = await rate(lambda _: drive_bare(bare), chunk)
                    pairs.append((ours, of_bare))
                history = await client.get_workflow_handle(workflow_id(str(numbers[-1]))).fetch_history()
    warm = sorted(pairs[1:], key=lambda pair: pair[0] / pair[1])[ROUNDS // 2]
    events = Counter(EventType.Name(event.event_type).removeprefix("EVENT_TYPE_") for event in history.events)
    return Figures(warm[0], warm[1], events)


async def report() -> None:
    """Print the figures with their goals."""
    figures = await measure()
    print(f"straight messages/s, {AT_ONCE} at once: {figures.ours:.1f}; bare workflow: {figures.bare:.1f}")
    print(f"  ratio {figures.ratio:.2f} (goal ≥ {GOAL})")
    total = sum(figures.events.values())
    print(f"history events of a straight message: {total} (goal ≤ {MOST_EVENTS})")
    for name, count in figures.events.most_common():
        print(f"  {count:3d} {name}")


if __name__ == "__main__":
    asyncio.run(report())
