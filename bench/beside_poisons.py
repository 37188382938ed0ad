"""Commands beside sources that send what holds up a parser, against commands beside honest ones, in turn.

A command is a signal to its message and a query of its outcome, at a worker of its own process. Sources are looked at
at one pace, a look a second, as of some thousand. Their site is another process.
"""

import asyncio
import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime
from itertools import count, cycle
from time import perf_counter
from typing import Any

from temporalio.client import Client
from temporalio.service import RPCError

from bench.installation import installation, process
from bench.measurement import PATIENCE, Goal, Line, percentile_99
from bench.straight_message import message_rows, start_message, straight_commands
from calendar_rules.vocabulary import Network
from service.networks.platforms.port import SourceKind
from store.database.engines import Database
from store.networks.tables import SourceRow
from tests.networks import poisons
from tests.networks.served import Asked, Said, served
from workflows.office import NETWORKS_QUEUE
from workflows.polling import POLL_SOURCE
from workflows.state import OutcomeAnswer

ROUNDS, WARM_UP = 6, 1
MESSAGES, PACE = 25, 1.0  # of a round, for each, of four commands; seconds from look to look
GOAL = 1.2
_ALWAYS = datetime(2099, 1, 1, tzinfo=UTC)  # every source that was put off is due again by then
_KINDS = {"feed": SourceKind.FEED, "page": SourceKind.PAGE}
_POISONS = {
    f"/{number}": poison
    for number, poison in enumerate((*poisons.FOUND, *poisons.FURTHER))
    if poison.of in _KINDS
}
_HONEST = {f"/honest/{poison.of}": poison for poison in poisons.HONEST}


class _Site:
    """Each of them under an address of its own; robots.txt of its host is a poison too."""

    def answer(self, asked: Asked) -> Said:
        if asked.path == "/robots.txt":
            return next(it for it in poisons.FOUND if it.of == "robots").said()
        return (_POISONS | _HONEST)[asked.path].said()


async def _serve() -> None:
    async with served(_Site()) as base:
        print(base, flush=True)
        await asyncio.Event().wait()


@asynccontextmanager
async def _site() -> AsyncIterator[str]:
    child = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bench.beside_poisons", stdout=asyncio.subprocess.PIPE
    )
    assert child.stdout is not None
    try:
        yield (await child.stdout.readline()).decode().strip()
    finally:
        with suppress(ProcessLookupError):  # a signal of the terminal has ended both
            child.terminate()
        await child.wait()


async def _sources(database: Database, base: str, of: Mapping[str, poisons.Poison]) -> list[int]:
    common: dict[str, Any] = {
        "network": Network.BLOG,
        "every": 3600,
        "added_by": "curator",
        "added_at": datetime.now(UTC),
    }
    rows = [
        SourceRow(kind=_KINDS[poison.of], address=f"{base}{path}", **common) for path, poison in of.items()
    ]
    async with database.write() as session:
        session.add_all(rows)
        await session.flush()
        return [row.id for row in rows if row.id is not None]


@asynccontextmanager
async def _looking(client: Client, name: str, sources: list[int]) -> AsyncIterator[None]:
    """Looks at sources, one after another, as long as it is told to."""
    goes_on, slots, numbers, turn = True, asyncio.Semaphore(4), count(1), cycle(sources)

    async def look(number: int) -> None:
        async with slots:
            await client.execute_workflow(
                POLL_SOURCE,
                args=[next(turn), _ALWAYS],
                id=f"bench-look-{name}-{number}",
                task_queue=NETWORKS_QUEUE,
            )

    async def look_on() -> None:
        async with asyncio.TaskGroup() as looks:
            while goes_on:
                looks.create_task(look(next(numbers)))
                await asyncio.sleep(PACE)

    looking = asyncio.create_task(look_on())
    try:
        yield
    finally:
        goes_on = False
        await looking


async def _until_it_works(client: Client) -> None:
    handle = await start_message(client, 1)
    async with asyncio.timeout(PATIENCE):
        while True:
            with suppress(RPCError):
                await handle.query("state", result_type=OutcomeAnswer)
                return
            await asyncio.sleep(0.5)


async def direct_commands(client: Client, number: int) -> list[float]:
    """What each command of one message took that was signalled past the API, in seconds."""
    handle = await start_message(client, number)
    await handle.query("state", result_type=OutcomeAnswer)
    took = []
    for command in straight_commands():
        started = perf_counter()
        await handle.signal(command.name, command)
        answer: OutcomeAnswer = await handle.query("outcome", command.id, result_type=OutcomeAnswer)
        took.append(perf_counter() - started)
        assert answer.outcome is not None and answer.outcome.accepted
    return took


async def measure() -> AsyncIterator[Line]:
    """Both in turn."""
    honest: list[float] = []
    poisoned: list[float] = []
    async with (
        _site() as base,
        installation(training=True) as (client, database, settings),
        process("worker", settings),
    ):
        await message_rows(database, range(1, 2 + 2 * MESSAGES * (ROUNDS + WARM_UP)))
        messages = count(2)
        fair, foul = await _sources(database, base, _HONEST), await _sources(database, base, _POISONS)
        await _until_it_works(client)
        for turn in range(ROUNDS + WARM_UP):
            for name, sources, took in (("honest", fair, honest), ("poison", foul, poisoned)):
                async with _looking(client, f"{name}-{turn}", sources):
                    for _ in range(MESSAGES):
                        each = await direct_commands(client, next(messages))
                        if turn >= WARM_UP:
                            took.extend(each)
    beside, reference = percentile_99(poisoned) * 1000, percentile_99(honest) * 1000
    yield Line("command, 99 % within, beside poisons", "ms", beside, reference, Goal("ratio", "≤", GOAL))


if __name__ == "__main__":
    asyncio.run(_serve())
