"""Straight messages a second, and the history one leaves, against a bare workflow of the same outline.

Both are driven alike: started, four signals, a query after each, 20 at once. Ours writes its records to a real
database (SQLite in a file); the bare one's activities do nothing.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Iterator
from datetime import UTC, datetime
from functools import partial
from time import perf_counter
from typing import Any
from uuid import uuid4

from sqlalchemy import func
from sqlmodel import col, select
from temporalio.client import Client, WorkflowHandle
from temporalio.common import RawValue
from temporalio.worker import Worker

from bench.bare_workflow import BARE_QUEUE, SIGNALS, BareMessage, bare_record
from bench.installation import installation
from bench.measurement import Goal, Line, Pair, middle
from calendar_rules import production_calendar
from calendar_rules.regulation import order_238
from calendar_rules.schedules import Schedule, assumed
from calendar_rules.vocabulary import DraftKind, Importance, Network, Role
from service.runs import rules
from store.database.engines import Database
from store.messages.tables import MessageRow
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
    return texts | {"id": uuid4().hex, "person": person, "grants": (grant,), "taken_at": datetime.now(UTC)}


async def start_message(
    client: Client, number: int, detected: datetime | None = None, department: Schedule | None = None
) -> "WorkflowHandle[Any, Any]":
    """Start a message's workflow past the API, detected now unless said."""
    now = datetime.now(UTC)
    production = production_calendar.current().carried_from(now.date())
    start = MessageInput(
        id=str(number),
        network=Network.VKONTAKTE,
        detected_at=detected or now,
        registered_at=now,
        registered_by="curator",
        regulation=order_238(),
        calendars=Calendars(production=production, department=department or assumed().of(None)),
    )
    attributes = first_attributes(start.network, _RULES.first_due(now))
    where: dict[str, Any] = {"task_queue": TASK_QUEUE, "search_attributes": attributes}
    return await client.start_workflow(WORKFLOW_TYPE, start, id=workflow_id(start.id), **where)


async def recorded(database: Database) -> int:
    """How many messages have their first record."""
    async with database.read() as session:
        return (await session.exec(select(func.count()).where(col(MessageRow.recorded) > 0))).one()


def straight_commands() -> Iterator[commands.AnyCommand]:
    """Route, draft, approve, publish; each made when it is its turn."""
    curator, executor = Grant(role=Role.CURATOR), Grant(role=Role.EXECUTOR, body="roads")
    draft = uuid4().hex
    yield commands.Route(
        **_given("curator", curator, location="l"),
        bodies=("roads",),
        schedules={"roads": assumed().of("roads")},
        topic="potholes",
        importance=Importance.ORDINARY,
    )
    answer = _given("executor-roads", executor, text="t")
    yield commands.SubmitDraft(**answer, draft=draft, kind=DraftKind.ANSWER)
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


async def each(numbers: Iterable[int], do: Callable[[int], Awaitable[object]], at_once: int) -> None:
    """All of them done, so many at once."""
    slots = asyncio.Semaphore(at_once)

    async def one(number: int) -> None:
        async with slots:
            await do(number)

    await asyncio.gather(*map(one, numbers))


async def rate(drive: Callable[[int], Awaitable[object]], numbers: range) -> float:
    """Messages a second, `AT_ONCE` of them at once."""
    started = perf_counter()
    await each(numbers, drive, AT_ONCE)
    return len(numbers) / (perf_counter() - started)


async def message_rows(database: Database, numbers: range) -> None:
    """Rows for messages that are started past the API."""
    now = datetime.now(UTC)
    async with database.write() as session:
        session.add_all(message_row(number, now, network="vkontakte") for number in numbers)


async def measure() -> AsyncIterator[Line]:
    """Both in turn, round by round, after one that warms both up; then the history of the last message."""
    for kept, on_file in (("in memory", False), ("on a file", True)):
        pairs, events = await _measured(on_file=on_file)
        what = f"{AT_ONCE} at once, SQLite, Temporal {kept}"
        yield Line(what, "messages/s", *middle(pairs), None if on_file else Goal("ratio", "≥", GOAL))
    yield Line("history of one", "events", events, None, Goal("work", "≤", MOST_EVENTS))


async def _measured(*, on_file: bool) -> tuple[list[Pair], int]:
    """Pairs of rounds, and the length of the last history."""
    numbers = range(1, (ROUNDS + 1) * MESSAGES + 1)
    async with installation(on_file=on_file) as (client, database, settings):
        bare = without_seals(client)
        bare_worker = Worker(bare, task_queue=BARE_QUEUE, workflows=[BareMessage], activities=[bare_record])
        await message_rows(database, numbers)
        async with message_worker(client, settings), bare_worker:
            pairs = []
            for first in range(0, len(numbers), MESSAGES):
                chunk = numbers[first : first + MESSAGES]
                ours = await rate(partial(drive_ours, client), chunk)
                pairs.append(Pair(ours, await rate(lambda _: drive_bare(bare), chunk)))
            history = await client.get_workflow_handle(workflow_id(str(numbers[-1]))).fetch_history()
    return pairs[1:], len(history.events)
