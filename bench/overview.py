"""The pages of those who oversee, with a hundred thousand messages of sixty weeks: how long the server takes.

The overview is asked for as nobody asked before: what is shared for two seconds is old each time. On SQLite and on
PostgreSQL. `python -m bench.overview`, with a number of messages after it for fewer
"""

import asyncio
import sys
from collections.abc import Sequence
from contextlib import closing
from datetime import timedelta
from functools import partial
from http import HTTPStatus
from http.client import HTTPConnection
from statistics import median
from time import perf_counter, sleep
from typing import NamedTuple

import httpx

from bench.many_messages import Pattern, Row, grow, on_both
from bench.processes import process, until_ready
from bench.signed_in import get, sign_in
from settings import Settings
from store.database.engines import Database
from store.migrations.setup import prepare

MESSAGES = 100_000
WEEKS, LAST = 60, 2_000
"""Over how many weeks they are, and how many of the last are as they come: a third of these is open."""
ROUNDS, WARM_UP = 8, 5
MOST_MS = 150.0
_MOMENTS = ("detected_at", "registered_at")
_RUN_MOMENTS = ("started_at", "due_at", "met_at", "breached_at", "cancelled_at")
_KNOWN_FOR = 2.1  # seconds
PEOPLE = ("head", "deputy", "responsible-roads")
SHARING = ("head",)
"""Those who are shown what was read for others moments ago."""
CURATOR, QUEUE = "curator", "/"
OVERVIEW = "/overview"
ADDRESSES = (OVERVIEW, "/shortcomings", "/shortcomings?period=all", "/notices?waiting=true")


async def fill(settings: Settings, demo: Sequence[Pattern], messages: int) -> None:
    """A prepared database with so many messages of every kind."""
    await prepare(settings)
    database = Database(settings.database_url)
    try:
        await grow(database, demo, messages, partial(_spread, messages))
        if not database.is_sqlite:
            async with database.lookup() as session:
                await (await session.connection()).exec_driver_sql("VACUUM ANALYZE")
    finally:
        await database.dispose()


def _spread(messages: int, number: int, message: Row, runs: Sequence[Row]) -> None:
    """Move a message back by weeks, the first the furthest, and close all but the last ones."""
    back = timedelta(weeks=(messages - number) * WEEKS // messages)
    for row, columns in ((message, _MOMENTS), *((run, _RUN_MOMENTS) for run in runs)):
        row.update({column: row[column] - back for column in columns if row[column] is not None})
    if number <= messages - LAST:
        message.update(
            stage="closed", overdue=False, first_due=None, next_due=None, step_curator=None, step_body=None
        )
        for run in runs:
            if run["met_at"] is None and run["cancelled_at"] is None:
                run["cancelled_at"] = run["due_at"]


class Took(NamedTuple):
    """Milliseconds of a page: as it is asked for first, and the median later; `reference`: of the queue meanwhile."""

    person: str
    path: str
    first: float
    ms: float
    reference: float

    @property
    def ratio(self) -> float:
        return self.ms / self.reference


def _ask(connection: HTTPConnection, path: str, headers: dict[str, str]) -> float:
    started = perf_counter()
    page = get(connection, path, headers)
    took = (perf_counter() - started) * 1000
    assert page.status == HTTPStatus.OK, (path, page.status)
    return took


def _timed(port: int, person: str) -> list[Took]:
    """Every page of a person, each in turn with the queue."""
    curator, reader = sign_in(port, CURATOR), sign_in(port, person)
    found = []
    with closing(HTTPConnection("127.0.0.1", port, timeout=60)) as connection:
        for _ in range(WARM_UP):
            _ask(connection, QUEUE, curator)
        for path in ADDRESSES:
            first, later, queue = _ask(connection, path, reader), [], []
            for _ in range(ROUNDS):
                queue.append(_ask(connection, QUEUE, curator))
                if path == OVERVIEW and person in SHARING:
                    sleep(_KNOWN_FOR)
                later.append(_ask(connection, path, reader))
            found.append(Took(person, path, first, median(later), median(queue)))
    return found


async def measure(settings: Settings) -> list[Took]:
    """Every page of everybody; for each person the API is started anew, so that nothing is known from others."""
    found = []
    for person in PEOPLE:
        async with process("api", settings):
            async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{settings.port}", timeout=30) as http:
                await until_ready(http)
            found += await asyncio.to_thread(_timed, settings.port, person)
    return found


async def report(messages: int = MESSAGES) -> None:
    """Print every page on both databases, with the goal."""
    async for name, settings in on_both("overview", lambda settings, demo: fill(settings, demo, messages)):
        _print(name, messages, await measure(settings))


def _print(name: str, messages: int, pages: Sequence[Took]) -> None:
    print(
        f"pages of those who oversee, {messages:,} messages, {name}: first and later (medians), ms;", end=" "
    )
    print("against the curator's queue page")
    for one in pages:
        goal = f" (goal ≤ {MOST_MS:.0f} ms)" if one.path == OVERVIEW else ""
        print(f"  {one.person:18} {one.path:26} {one.first:6.1f} {one.ms:6.1f} ms{goal}", end="  ")
        print(f"queue {one.reference:5.1f} ms, ratio {one.ratio:.2f}", flush=True)


if __name__ == "__main__":
    asyncio.run(report(int(sys.argv[1]) if len(sys.argv) > 1 else MESSAGES))
