"""People at work while something happens to parts of the installation; then the ledger of all that they were told."""

import asyncio
import random
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

from sqlmodel import col, func, select

from store.commands import outbox
from store.commands.tables import CommandRow
from store.database.engines import Database
from store.messages.tables import MessageRow
from tests.faults.crowd import SIGN_INS, Road, work
from tests.faults.ledger import Books, Findings, compare
from tests.faults.parts import Parts
from tests.faults.service import People
from tests.patience import PATIENCE

_STEPS = 10
"""About so many a message takes from registration to its end."""
_NO_ANSWER_AFTER = 8.0
_SEED = 238


@dataclass(frozen=True)
class Scale:
    """How long and how much: seconds, and numbers of messages and of people who work at once."""

    messages: int
    people: int
    seconds: float
    calm: float
    """Before each fault."""

    @property
    def step(self) -> float:
        """Seconds between two steps of a message."""
        return self.seconds / _STEPS


@dataclass(frozen=True)
class Figures:
    """What came of it; requests by their status."""

    commands: int
    requests: Counter[str]
    books: Books
    findings: Findings


async def run(parts: Parts, scale: Scale, faults: Sequence[Callable[[], Awaitable[None]]]) -> Figures:
    """Each of the faults once, while people bring messages to their ends."""
    people = People(*parts.addresses, timeout=_NO_ANSWER_AFTER, seed=_SEED)
    try:
        await people.sign_in(*SIGN_INS)
        roads = [Road(people, number, random.Random(_SEED + number)) for number in range(scale.messages)]
        until = time.monotonic() + scale.seconds
        pause = scale.step * scale.people / scale.messages
        async with asyncio.TaskGroup() as group:
            for number in range(scale.people):
                group.create_task(work(people, roads[number :: scale.people], until, pause))
            for fault in faults:
                await asyncio.sleep(scale.calm)
                await fault()
            await parts.until_ready()
    finally:
        await people.close()
    await _until_written(parts.settings.database_url)
    books = await Books.read(parts.settings.database_url)
    attempts = [attempt for given in people.ledger for attempt in given.attempts]
    requests = Counter(str(attempt.status or "no answer") for attempt in attempts)
    return Figures(len(people.ledger), requests, books, compare(people.ledger, books))


async def _until_written(url: str) -> None:
    """Returns when the journal has what the workflows did: a record in a worker that died is written again later."""
    database = Database(url)
    waiting = select(func.count()).where(col(CommandRow.status).in_(outbox.WAITING))
    behind = select(func.count()).where(col(MessageRow.recorded) < col(MessageRow.rows))
    end = time.monotonic() + PATIENCE
    try:
        while time.monotonic() < end:
            async with database.read() as session:
                if not (await session.exec(waiting)).one() and not (await session.exec(behind)).one():
                    return
            await asyncio.sleep(0.1)
    finally:
        await database.dispose()
