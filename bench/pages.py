"""The pages that list, with ten thousand open messages: how long the server takes, and what a first visit weighs.

Each message is in the queue of the curator who asks, whatever its stage, so that neither queue nor board is cheap. On
SQLite and on PostgreSQL. `python -m bench.pages`
"""

import asyncio
import re
from collections.abc import Iterator, Sequence
from contextlib import closing
from http import HTTPStatus
from http.client import HTTPConnection
from statistics import median
from time import perf_counter
from typing import NamedTuple

import httpx
from sqlalchemy import text

from bench.many_messages import Pattern, grow, on_both
from bench.processes import process, until_ready
from bench.signed_in import Page, get, sign_in
from calendar_rules.vocabulary import Stage
from settings import Settings
from store.database.engines import Database
from store.migrations.setup import prepare

MESSAGES = 10_000
ROUNDS, WARM_UP = 15, 3
MOST_MS, MOST_PAGE, MOST_ASSETS = 100.0, 60.0, 250.0
KB = 1000
ADDRESSES = (
    ("curator", "/"),
    ("curator", "/?rows=1000"),
    ("curator", "/messages"),
    ("curator", "/board"),
    ("head", "/overview"),
)
_GOAL = "/"
"""The address that has a goal; the others are told beside it."""

_TITLE = re.compile(r"<title>\((\d+)\) ")
_ASSET = re.compile(r'(?:href|src)="(/static/[^"#]+)')
_IMPORTED = re.compile(r"""from "(\./[^"]+)"|new URL\("(\./[^"]+)", import\.meta\.url\)|url\("([^"]+)"\)""")
_OF_ONE = """
UPDATE message SET step_curator = 'curator', step_body = NULL, curator = 'curator'
"""


class Took(NamedTuple):
    """Median milliseconds of a page, and KB of it on the wire and unpacked."""

    person: str
    path: str
    ms: float
    wire: float
    whole: float


class Visit(NamedTuple):
    """KB on the wire of a first visit: the page, and everything else the browser fetches for it."""

    page: float
    assets: float
    files: int


async def fill(settings: Settings, demo: Sequence[Pattern], messages: int) -> None:
    """A prepared database with so many open messages, all of them in the curator's queue."""
    await prepare(settings)
    database = Database(settings.database_url)
    try:
        await grow(database, [one for one in demo if one.message["stage"] != Stage.CLOSED], messages)
        async with database.write() as session:
            await (await session.connection()).execute(text(_OF_ONE))
        if not database.is_sqlite:
            async with database.lookup() as session:
                await (await session.connection()).exec_driver_sql("VACUUM ANALYZE")
    finally:
        await database.dispose()


def _timed(connection: HTTPConnection, person: str, path: str, headers: dict[str, str]) -> Took:
    took = []
    for _ in range(ROUNDS + WARM_UP):
        started = perf_counter()
        page = get(connection, path, headers)
        took.append((perf_counter() - started) * 1000)
        assert page.status == HTTPStatus.OK, (path, page.status)
    return Took(person, path, median(took[WARM_UP:]), page.wire / KB, len(page.body) / KB)


def first_visit(connection: HTTPConnection, headers: dict[str, str]) -> Visit:
    """A page, and the files it names, and those that these name: styles, scripts with their workers, fonts, icons."""
    page = get(connection, "/", headers)
    waiting, seen = list(dict.fromkeys(_ASSET.findall(page.body.decode()))), dict[str, int]()
    while waiting:
        address = waiting.pop()
        if address in seen:
            continue
        file = get(connection, address, headers)
        assert file.status == HTTPStatus.OK, address
        seen[address] = file.wire
        waiting += _named_by(address, file)
    return Visit(page.wire / KB, sum(seen.values()) / KB, len(seen))


def _named_by(address: str, file: Page) -> Iterator[str]:
    if not address.endswith((".css", ".js")):
        return
    base = httpx.URL(f"http://here{address}")
    for found in _IMPORTED.findall(file.body.decode()):
        yield base.join(next(filter(None, found))).path


async def measure(settings: Settings) -> tuple[list[Took], Visit, int]:
    """The pages, a first visit, and the number in the queue's title, which is that of all its messages."""
    async with process("api", settings):
        async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{settings.port}", timeout=30) as http:
            await until_ready(http)
        browsers = {
            person: await asyncio.to_thread(sign_in, settings.port, person)
            for person in sorted({person for person, _ in ADDRESSES})
        }
        with closing(HTTPConnection("127.0.0.1", settings.port, timeout=60)) as connection:

            def all_of_them() -> tuple[list[Took], Visit, int]:
                took = [_timed(connection, person, path, browsers[person]) for person, path in ADDRESSES]
                title = _TITLE.search(get(connection, "/", browsers["curator"]).body.decode())
                assert title is not None
                return took, first_visit(connection, browsers["curator"]), int(title[1])

            return await asyncio.to_thread(all_of_them)


async def report(messages: int = MESSAGES) -> None:
    """Print every page on both databases, with the goals."""
    async for name, settings in on_both("pages", lambda settings, demo: fill(settings, demo, messages)):
        _print(name, messages, *await measure(settings))


def _print(name: str, messages: int, pages: list[Took], visit: Visit, counted: int) -> None:
    assert counted == messages, counted
    print(f"pages with {messages:,} open messages in the queue, {name}: ms (medians), KB gzipped and whole")
    for one in pages:
        goal = f" (goal ≤ {MOST_MS:.0f} ms)" if one.path == _GOAL else ""
        print(f"  {one.person:8} {one.path:12} {one.ms:6.1f} ms {one.wire:6.1f} {one.whole:7.1f} KB{goal}")
    print(f"  first visit: page {visit.page:.1f} KB (goal ≤ {MOST_PAGE:.0f}),", end=" ")
    print(f"{visit.files} files {visit.assets:.1f} KB (goal ≤ {MOST_ASSETS:.0f})")


if __name__ == "__main__":
    asyncio.run(report())
