"""Commands beside sources of strangers that send what holds up a parser, against commands beside honest ones, in turn.

A command is a signal to its message and a query of what came of it, at a worker that is a process of its own. Sources
are looked at at one pace, whatever they send: a look a second, of one installation with some thousand sources. Their
site is another process.
"""

import asyncio
import os
import sys
import tempfile
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime
from itertools import count, cycle
from pathlib import Path
from statistics import median, quantiles
from typing import NamedTuple

from temporalio.client import Client
from temporalio.service import RPCError

from bench.http_command import direct_commands
from bench.installation import installation
from bench.processes import process
from bench.straight_message import message_rows, start_message
from calendar_rules.vocabulary import Network
from service.networks.platforms.port import SourceKind
from store.database.engines import Database
from store.networks.tables import SourceRow
from tests.networks import poisons
from tests.networks.served import Asked, Said, served
from workflows.office import NETWORKS_QUEUE
from workflows.polling import POLL_SOURCE
from workflows.state import OutcomeAnswer

ROUNDS = 6
WARM_UP = 1
MESSAGES = 25
"""Of a round, for each; each is four commands."""
AT_ONCE = 4
PACE = 1.0
"""Seconds from look to look."""
GOAL = 1.2
_ALWAYS = datetime(2099, 1, 1, tzinfo=UTC)
"""As of then every source that was put off is due again."""
_KINDS = {"feed": SourceKind.FEED, "page": SourceKind.PAGE}
_POISONS = {
    f"/{number}": poison
    for number, poison in enumerate((*poisons.FOUND, *poisons.FURTHER))
    if poison.of in _KINDS
}
_HONEST = {f"/honest/{poison.of}": poison for poison in poisons.HONEST}


class Figures(NamedTuple):
    """Seconds that each command took beside honest sources and beside poisons, of each how many looks."""

    honest: list[float]
    poisoned: list[float]
    looks: tuple[int, int]


class _Site:
    """Each of them under an address of its own; robots.txt of its host is a poison too, where poisons are."""

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
        sys.executable, "-m", "bench.beside_poisons", "site", stdout=asyncio.subprocess.PIPE
    )
    assert child.stdout is not None
    try:
        yield (await child.stdout.readline()).decode().strip()
    finally:
        with suppress(ProcessLookupError):  # a signal of the terminal has ended both
            child.terminate()
        await child.wait()


async def _sources(database: Database, base: str, of: Mapping[str, poisons.Poison]) -> list[int]:
    now = datetime.now(UTC)
    rows = [
        SourceRow(
            network=Network.BLOG,
            kind=_KINDS[poison.of],
            address=f"{base}{path}",
            every=3600,
            added_by="curator",
            added_at=now,
        )
        for path, poison in of.items()
    ]
    async with database.write() as session:
        session.add_all(rows)
        await session.flush()
        return [row.id for row in rows if row.id is not None]


class _Looks:
    """Looks at sources, one after another, as long as it is told to."""

    def __init__(self, client: Client, name: str, sources: list[int]) -> None:
        self._client = client
        self._name = name
        self._sources = cycle(sources)
        self._numbers = count(1)
        self.made = 0

    @asynccontextmanager
    async def under_way(self) -> AsyncIterator[None]:
        goes_on, slots = True, asyncio.Semaphore(AT_ONCE)

        async def look() -> None:
            async with slots:
                await self._client.execute_workflow(
                    POLL_SOURCE,
                    args=[next(self._sources), _ALWAYS],
                    id=f"bench-look-{self._name}-{next(self._numbers)}",
                    task_queue=NETWORKS_QUEUE,
                )
                self.made += 1

        async def look_on() -> None:
            async with asyncio.TaskGroup() as looks:
                while goes_on:
                    looks.create_task(look())
                    await asyncio.sleep(PACE)

        looking = asyncio.create_task(look_on())
        try:
            yield
        finally:
            goes_on = False
            await looking


async def _until_it_works(client: Client) -> None:
    """Returns once the worker leads messages, by one that is in no figure."""
    handle = await start_message(client, 1)
    async with asyncio.timeout(120):
        while True:
            try:
                await handle.query("state", result_type=OutcomeAnswer)
                return
            except RPCError:
                await asyncio.sleep(0.5)


async def measure() -> Figures:
    """Both in turn."""
    honest: list[float] = []
    poisoned: list[float] = []
    with tempfile.TemporaryDirectory() as folder:
        async with (
            _site() as base,
            installation(Path(folder), training=True) as (client, database, settings),
            process("worker", settings),
        ):
            await message_rows(database, range(1, 2 + 2 * MESSAGES * (ROUNDS + WARM_UP)))
            messages = count(2)
            fair = _Looks(client, "honest", await _sources(database, base, _HONEST))
            foul = _Looks(client, "poison", await _sources(database, base, _POISONS))
            await _until_it_works(client)

            async def commands() -> list[float]:
                took: list[float] = []
                for _ in range(MESSAGES):
                    took += await direct_commands(client, next(messages))
                return took

            for turn in range(ROUNDS + WARM_UP):
                async with fair.under_way():
                    quiet = await commands()
                async with foul.under_way():
                    busy = await commands()
                if turn >= WARM_UP:
                    honest += quiet
                    poisoned += busy
    return Figures(honest, poisoned, (fair.made, foul.made))


async def report() -> None:
    """Print the figures with their goal, and the load of the machine."""
    figures = await measure()
    p99 = {}
    for beside, took, looks in (
        ("honest sources", figures.honest, figures.looks[0]),
        ("poisons", figures.poisoned, figures.looks[1]),
    ):
        p99[beside] = quantiles(took, n=100)[98]
        print(
            f"{len(took)} commands beside {looks} looks at {beside}: median {median(took) * 1000:.0f} ms, p99 "
            f"{p99[beside] * 1000:.0f} ms"
        )
    print(f"  ratio of p99 {p99['poisons'] / p99['honest sources']:.2f} (goal ≤ {GOAL})")
    print(
        f"  load of the machine, of which this is a part: {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores"
    )
    await asyncio.sleep(0.1)


if __name__ == "__main__":
    asyncio.run(_serve() if sys.argv[1:] == ["site"] else report())
