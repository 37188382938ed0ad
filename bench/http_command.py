"""An HTTP command to its confirmed outcome, against a signal and a query of a workflow that does nothing.

Each has a worker process of its own at the same Temporal server, which keeps its state in a file.
"""

from collections.abc import AsyncIterator
from statistics import median
from time import perf_counter
from uuid import uuid4

from temporalio.client import Client

from bench.bare_workflow import BARE_QUEUE, SIGNALS, BareNothing
from bench.installation import installation, lead, people, process, started
from bench.measurement import Goal, Line
from bench.straight_message import without_seals

ROUNDS = 40
WARM_UP = 5
GOAL = 1.3


async def bare_commands(client: Client) -> list[float]:
    """What each signal and its query took, in seconds, of as many as a message has commands."""
    handle = await client.start_workflow(BareNothing.run, id=f"nothing-{uuid4().hex}", task_queue=BARE_QUEUE)
    await handle.query(BareNothing.received)
    took = []
    for number in range(1, SIGNALS + 1):
        begun = perf_counter()
        await handle.signal(BareNothing.step)
        assert await handle.query(BareNothing.received) == number
        took.append(perf_counter() - begun)
    return took


async def measure() -> AsyncIterator[Line]:
    """Both in turn."""
    over_http, bare = list[float](), list[float]()
    async with (
        installation(on_file=True) as (client, _, settings),
        process("worker", settings),
        process("api", settings),
        started("bench.bare_workflow", settings.temporal_address),
    ):
        curator, executor = await people(settings.port)
        with curator, executor:
            for turn in range(ROUNDS + WARM_UP):
                # Blocking, and nothing else happens meanwhile.
                ours = lead(curator, executor)
                theirs = await bare_commands(without_seals(client))
                if turn >= WARM_UP:
                    over_http += ours
                    bare += theirs
    ours_and_bare = median(over_http) * 1000, median(bare) * 1000
    yield Line(
        "to its outcome, against a bare signal and query", "ms", *ours_and_bare, Goal("ratio", "≤", GOAL)
    )
