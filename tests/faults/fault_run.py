"""People at work while parts of the installation die, hang and go away, in turn and together; then the ledger."""

from __future__ import annotations

import asyncio
import random
import time
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta
from functools import partial

from sqlmodel import col, func, select

from store.commands import outbox
from store.commands.tables import CommandRow
from store.database.engines import Database
from store.messages.tables import MessageRow
from tests.faults.crowd import SIGN_INS, Road, work
from tests.faults.ledger import Books, Findings, compare, slowest
from tests.faults.parts import Parts
from tests.faults.service import People
from tests.patience import PATIENCE

STEPS = 10
"""About so many a message takes from registration to its end."""
_NO_ANSWER_AFTER = 8.0
_TICK = 0.1


@dataclass(frozen=True)
class Scale:
    """How long and how much: seconds, and numbers of messages and of people who work at once."""

    messages: int
    people: int
    seconds: float
    calm: float
    """Between two faults."""
    database_away: float
    seed: int = 238
    disk_full: float | None = None
    """Seconds; None: a few, by chance."""

    @property
    def step(self) -> float:
        """Seconds between two steps of a message."""
        return self.seconds / STEPS


@dataclass(frozen=True)
class Figures:
    """What came of it."""

    commands: int
    requests: Counter[str]
    faults: Counter[str]
    slowest: timedelta
    held_up: timedelta
    """The longest that the measuring program itself waited for a processor: by so much an answer may seem slower."""
    findings: Findings
    took: timedelta


Fault = tuple[str, Callable[[], Awaitable[None]]]


def faults_of(parts: Parts, scale: Scale, chance: random.Random) -> list[Fault]:
    """Every kind of fault of every part once, in any order; the long absence of the database among the first."""
    found: list[Fault] = []
    for part in parts.parts:
        found.append((f"kill {part}", partial(_kill, parts, part, chance)))
        found.append((f"hang {part}", partial(_hang, parts, part, chance)))
    found.append(("kill everything", lambda: parts.kill(*parts.parts, away=1)))
    found.append(("hang everything", lambda: parts.hang(*parts.parts, seconds=4)))
    if parts.can_fill_disk():
        found.append(("disk full", lambda: parts.fill_disk(scale.disk_full or chance.uniform(5, 10))))
    chance.shuffle(found)
    found.insert(2, ("database away", lambda: parts.lose_database(scale.database_away)))
    return found


async def _kill(parts: Parts, part: str, chance: random.Random) -> None:
    await parts.kill(part, away=chance.uniform(0, 2))


async def _hang(parts: Parts, part: str, chance: random.Random) -> None:
    await parts.hang(part, seconds=chance.uniform(2, 5))


async def run(
    parts: Parts,
    scale: Scale,
    *,
    only: frozenset[str] | None = None,
    faults: Callable[[Parts, Scale, random.Random], list[Fault]] = faults_of,
) -> Figures:
    """Those `faults` as long as people work; `only`: names of those to cause, each once."""
    chance = random.Random(scale.seed)
    people = People(*parts.addresses, timeout=_NO_ANSWER_AFTER, seed=scale.seed)
    began = time.monotonic()
    try:
        await people.sign_in(*SIGN_INS)
        roads = [Road(people, number, random.Random(scale.seed + number)) for number in range(scale.messages)]
        until = time.monotonic() + scale.seconds
        pause = scale.step * scale.people / scale.messages
        caused: Counter[str] = Counter()
        held_up = [0.0]
        watching = asyncio.create_task(_watch(held_up))
        failing = asyncio.create_task(_fail(faults(parts, scale, chance), scale, until, caused, only))
        async with asyncio.TaskGroup() as group:
            for number in range(scale.people):
                group.create_task(work(people, roads[number :: scale.people], until, pause))
            await failing
            await parts.until_ready()
        watching.cancel()
    finally:
        await people.close()
    await until_written(parts.settings.database_url)
    findings = compare(people.ledger, await Books.read(parts.settings.database_url))
    return Figures(
        commands=len(people.ledger),
        requests=Counter(
            str(attempt.status or "no answer") for given in people.ledger for attempt in given.attempts
        ),
        faults=caused,
        slowest=slowest(people.ledger, parts.deaf),
        held_up=timedelta(seconds=max(held_up)),
        findings=findings,
        took=timedelta(seconds=time.monotonic() - began),
    )


async def until_written(url: str) -> None:
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


async def _watch(held_up: list[float]) -> None:
    while True:
        began = time.monotonic()
        await asyncio.sleep(_TICK)
        held_up[0] = max(held_up[0], time.monotonic() - began - _TICK)


async def _fail(
    faults: list[Fault],
    scale: Scale,
    until: float,
    caused: Counter[str],
    only: frozenset[str] | None,
) -> None:
    once = True
    while once or (only is None and time.monotonic() < until):
        for name, fault in faults:
            if only is not None and name not in only:
                continue
            if name == "database away" and caused[name]:
                continue
            await asyncio.sleep(scale.calm)
            if not once and time.monotonic() > until:
                return
            caused[name] += 1
            await fault()
        once = False
