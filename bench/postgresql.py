"""Straight messages a second as an installation takes them: two API processes, two workers, PostgreSQL.

People lead messages over HTTP, 20 at once, curators at one API process and executors at the other; the same messages
are also driven past the API. The reference is the bare workflow on two worker processes, at the same server.
"""

import asyncio
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AsyncExitStack
from functools import partial
from time import perf_counter

from bench.installation import Asker, installation, lead, people, process, started
from bench.measurement import Goal, Line, Pair, middle
from bench.straight_message import AT_ONCE, drive_bare, drive_ours, message_rows, rate, without_seals
from settings import Settings
from tests.postgresql import new_database, postgresql_server
from tests.temporal_server import free_port

MESSAGES = 120
ROUNDS = 3
GOAL = 0.7
_FIRST_PAST_API = 1_000_000
"""Messages driven past the API are numbered from here."""


def _over_http(ports: list[int], led_by: tuple[Asker, Asker]) -> float:
    """Messages a second, each led by connections of its own."""

    def lead_one(number: int) -> None:
        there = (ports[number % 2], ports[1 - number % 2])
        with Asker(there[0], led_by[0].headers) as curator, Asker(there[1], led_by[1].headers) as executor:
            lead(curator, executor)

    begun = perf_counter()
    with ThreadPoolExecutor(AT_ONCE) as threads:
        list(threads.map(lead_one, range(MESSAGES)))
    return MESSAGES / (perf_counter() - begun)


async def measure() -> AsyncIterator[Line]:
    """All in turn, round by round, after one that warms up."""
    numbers = range(_FIRST_PAST_API, _FIRST_PAST_API + (ROUNDS + 1) * MESSAGES)
    with postgresql_server(durable=True) as server:
        async with installation(new_database(server, "bench")) as (client, database, one):
            other = Settings.load(**one.model_dump() | {"port": free_port()})
            await message_rows(database, numbers)
            async with AsyncExitStack() as running:
                for settings in (one, other):
                    await running.enter_async_context(process("worker", settings))
                    await running.enter_async_context(process("api", settings))
                    await running.enter_async_context(started("bench.bare_workflow", one.temporal_address))
                led_by = await people(one.port)
                over_http, past_api, bare = [], [], without_seals(client)
                for first in range(0, len(numbers), MESSAGES):
                    chunk = numbers[first : first + MESSAGES]
                    by_people = await asyncio.to_thread(_over_http, [one.port, other.port], led_by)
                    straight = await rate(partial(drive_ours, client), chunk)
                    reference = await rate(lambda _: drive_bare(bare), chunk)
                    over_http.append(Pair(by_people, reference))
                    past_api.append(Pair(straight, reference))
    goal = Goal("ratio", "≥", GOAL)
    yield Line(f"over HTTP, {AT_ONCE} at once", "messages/s", *middle(over_http[1:]), goal)
    yield Line("past the API", "messages/s", *middle(past_api[1:]))
