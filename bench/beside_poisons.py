"""Commands beside sources of strangers that send what holds up a parser, against the same commands alone, in turn.

A command is a signal to its message and a query of what came of it, at a worker that is a process of its own. The
sources are looked at without a pause, a few at once; their site is another process.
"""

import asyncio
import os
import sys
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime
from itertools import count, cycle
from pathlib import Path
from statistics import median, quantiles
from typing import NamedTuple

from temporalio.client import Client
from temporalio.service import RPCError

from activities.networks.port import SourceKind
from bench.http_command import direct_commands
from bench.installation import installation
from bench.processes import process
from bench.straight_message import message_rows, start_message
from calendar_rules.vocabulary import Network
from store.database import Database
from store.network_tables import SourceRow
from tests.networks import poisons
from tests.networks.served import Asked, Said, served
from workflows.office import NETWORKS_QUEUE
from workflows.polling import POLL_SOURCE
from workflows.state import OutcomeAnswer

ROUNDS = 5
WARM_UP = 1
MESSAGES = 6
"""Of a round, alone and beside; each is four commands."""
AT_ONCE = 4
GOAL = 1.2
_ALWAYS = datetime(2099, 1, 1, tzinfo=UTC)
"""As of then every source that was put off is due again."""
_KINDS = {"feed": SourceKind.FEED, "page": SourceKind.PAGE}
_POISONS = {
    f"/{number}": poison
    for number, poison in enumerate((*poisons.FOUND, *poisons.FURTHER))
    if poison.of in _KINDS
}


class Figures(NamedTuple):
    """Seconds that each command took, and how many looks there were beside them."""

    alone: list[float]
    beside: list[float]
    looks: int


class _Site:
    """Each poison under an address of its own; robots.txt is one too."""

    def answer(self, asked: Asked) -> Said:
        if asked.path == "/robots.txt":
            return next(it for it in poisons.FOUND if it.of == "robots").said()
        return _POISONS[asked.path].said()


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


async def _sources(database: Database, base: str) -> list[int]:
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
        for path, poison in _POISONS.items()
    ]
    async with database.write() as session:
        session.add_all(rows)
        await session.flush()
        return [row.id for row in rows if row.id is not None]


class _Looks:
    """Looks at the sources, one after another, as long as it is told to."""

    def __init__(self, client: Client, sources: list[int]) -> None:
        self._client = client
        self._sources = cycle(sources)
        self._numbers = count(1)
        self.made = 0

    @asynccontextmanager
    async def under_way(self) -> AsyncIterator[None]:
        goes_on = True

        async def look_on() -> None:
            while goes_on:
                await self._client.execute_workflow(
                    POLL_SOURCE,
                    args=[next(self._sources), _ALWAYS],
                    id=f"bench-look-{next(self._numbers)}",
                    task_queue=NETWORKS_QUEUE,
                )
                self.made += 1

        looking = [asyncio.create_task(look_on()) for _ in range(AT_ONCE)]
        await asyncio.sleep(0.5)  # until they are at it
        try:
            yield
        finally:
            goes_on = False
            await asyncio.gather(*looking)


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
    alone: list[float] = []
    beside: list[float] = []
    with tempfile.TemporaryDirectory() as folder:
        async with (
            _site() as base,
            installation(Path(folder), training=True) as (client, database, settings),
            process("worker", settings),
        ):
            await message_rows(database, range(1, 2 + 2 * MESSAGES * (ROUNDS + WARM_UP)))
            looks, messages = _Looks(client, await _sources(database, base)), count(2)
            await _until_it_works(client)

            async def commands() -> list[float]:
                took: list[float] = []
                for _ in range(MESSAGES):
                    took += await direct_commands(client, next(messages))
                return took

            for turn in range(ROUNDS + WARM_UP):
                quiet = await commands()
                async with looks.under_way():
                    busy = await commands()
                if turn >= WARM_UP:
                    alone += quiet
                    beside += busy
    return Figures(alone, beside, looks.made)


async def report() -> None:
    """Print the figures with their goal, and the load of the machine."""
    figures = await measure()
    p99 = {
        name: quantiles(took, n=100)[98]
        for name, took in (("alone", figures.alone), ("beside", figures.beside))
    }
    print(
        f"commands alone: median {median(figures.alone) * 1000:.0f} ms, p99 {p99['alone'] * 1000:.0f} ms; "
        f"beside {figures.looks} looks at what holds up a parser: median {median(figures.beside) * 1000:.0f} ms, "
        f"p99 {p99['beside'] * 1000:.0f} ms; {len(figures.alone)} commands each"
    )
    print(f"  ratio of p99 {p99['beside'] / p99['alone']:.2f} (goal ≤ {GOAL})")
    print(
        f"  load of the machine, of which this is a part: {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores"
    )
    await asyncio.sleep(0.1)


if __name__ == "__main__":
    asyncio.run(_serve() if sys.argv[1:] == ["site"] else report())
