"""An HTTP command to its confirmed outcome, against a signal and a query of a workflow that does nothing.

Each has a worker process of its own at the same Temporal server, which keeps its state in a file.
"""

from collections.abc import AsyncIterator
from statistics import median
from time import perf_counter
from uuid import uuid4

from temporalio.client import Client

from bench.bare_workflows import QUEUE, SIGNALS, BareNothing, without_seals
from bench.installation import installation, lead, process, program_of, started
from bench.measuring import Goal, Line

ROUNDS, WARM_UP = 40, 5


async def _bare_commands(client: Client) -> list[float]:
    """Return the seconds of each signal and its query, of as many as a message has commands."""
    handle = await client.start_workflow(BareNothing.run, id=f"nothing-{uuid4().hex}", task_queue=QUEUE)
    await handle.query(BareNothing.received)
    took = []
    for number in range(1, SIGNALS + 1):
        begun = perf_counter()
        await handle.signal(BareNothing.step)
        assert await handle.query(BareNothing.received) == number
        took.append(perf_counter() - begun)
    return took


async def measure() -> AsyncIterator[Line]:
    """Take both in turn."""
    over_http, bare = list[float](), list[float]()
    async with (
        installation() as (client, _, settings),
        process("worker", settings),
        process("api", settings),
        started("bench.bare_workflows", settings.temporal_address),
    ):
        curator, executor = (program_of(settings.port, person) for person in ("curator", "executor-roads"))
        with curator, executor:
            for turn in range(ROUNDS + WARM_UP):
                # Blocking, and nothing else happens meanwhile.
                ours = lead(curator, executor)
                theirs = await _bare_commands(without_seals(client))
                if turn >= WARM_UP:
                    over_http += ours
                    bare += theirs
    pair = median(over_http) * 1000, median(bare) * 1000
    yield Line("to its outcome, against a bare signal and query", "ms", *pair, Goal("ratio", "≤", 1.3))
