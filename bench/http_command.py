"""An HTTP command to its confirmed outcome, against signal and query straight to Temporal, at the same worker."""

from collections.abc import AsyncIterator
from statistics import median
from time import perf_counter

from temporalio.client import Client

from bench.installation import installation, lead, people, process
from bench.measurement import Goal, Line
from bench.straight_message import message_rows, start_message, straight_commands
from workflows.state import OutcomeAnswer

ROUNDS = 40
WARM_UP = 5
GOAL = 1.5
_FIRST_DIRECT = 1_000_000
"""Messages driven past the API are numbered from here."""


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
    over_http: list[float] = []
    direct: list[float] = []
    async with installation() as (client, database, settings):
        await message_rows(database, range(_FIRST_DIRECT, _FIRST_DIRECT + ROUNDS + WARM_UP))
        async with process("worker", settings), process("api", settings):
            curator, executor = await people(settings.port)
            with curator, executor:
                for turn in range(ROUNDS + WARM_UP):
                    # Blocking, and nothing else happens meanwhile.
                    mine = lead(curator, executor)
                    theirs = await direct_commands(client, _FIRST_DIRECT + turn)
                    if turn >= WARM_UP:
                        over_http += mine
                        direct += theirs
    ours, reference = median(over_http) * 1000, median(direct) * 1000
    yield Line("to its outcome, against signal and query", "ms", ours, reference, Goal("ratio", "≤", GOAL))
