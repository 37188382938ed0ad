"""A hundred sources polled every two minutes, and five thousand candidates an hour, while people work.

The sources are feeds of a server in this process, each with as many new entries at every look as five thousand an hour
are. Meanwhile messages are led over HTTP, one step after the other, and the feed of candidates is opened; the same
before, with no source, is the reference. At the end each entry is a candidate, and none is one twice.
`python -m bench.candidates`
"""

import asyncio
import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Event, Lock, Thread
from time import perf_counter
from typing import Any, NamedTuple

import httpx
import sqlalchemy as sa

from bench.installation import PASSWORD
from bench.processes import process, until_ready
from bench.waiting_notices import COMMAND_GOAL, People, address_of, most, token_of
from settings import Settings
from store.database.engines import Database
from store.migrations.setup import prepare
from store.networks.tables import CandidateRow
from tests.command_keys import KEYS
from tests.temporal_server import free_port, temporal_server

SOURCES = 100
EVERY = 120.0
"""Seconds between two looks at a source."""
AN_HOUR = 5_000
"""Candidates."""
SECONDS = 200.0
"""For which is measured: each source is looked at when it is added, and once or twice by its schedule."""
_REFERENCE = 20
_PAGE_GOAL = 1.0
_WORDS = (
    "На улице Советской у дома {n} третий день яма во всю полосу, объехать нельзя.",
    "В подъезде {n} нет света с понедельника, управляющая компания не отвечает.",
    "Автобус № {n} опять не пришёл, люди стоят на морозе по сорок минут.",
    "Спасибо, лавочку у дома {n} починили!",
)


class Figures(NamedTuple):
    """Entries served and candidates kept; looks; seconds that commands and pages took, before and meanwhile."""

    served: int
    kept: int
    looks: int
    before: float
    meanwhile: float
    longest: float
    page: float


class _Feeds(ThreadingHTTPServer):
    """Feeds whose new entries are those of the time since the last look."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Feed)
        self.lock = Lock()
        self.served = self.looks = 0
        self.last: dict[str, float] = {}

    def new(self, feed: str) -> range:
        """The numbers of the entries that are new there."""
        now = perf_counter()
        with self.lock:
            since = now - self.last.get(feed, now - EVERY)
            self.last[feed] = now
            self.looks += 1
            amount = max(1, round(since * AN_HOUR / 3600 / SOURCES))
            self.served += amount
            return range(self.served - amount, self.served)


class _Feed(BaseHTTPRequestHandler):
    server: _Feeds

    def do_GET(self) -> None:
        host = f"http://127.0.0.1:{self.server.server_port}"
        if not self.path.startswith("/feed/"):
            self.send_error(404)
            return
        now = datetime.now(UTC).isoformat()
        entries = "".join(
            f"<entry><id>{host}/post/{n}</id><link href='{host}/post/{n}'/><updated>{now}</updated>"
            f"<author><name>Житель {n}</name></author><title>Запись</title>"
            f"<content type='text'>{_WORDS[n % len(_WORDS)].format(n=n)}</content></entry>"
            for n in self.server.new(self.path)
        )
        body = (
            f"<?xml version='1.0' encoding='utf-8'?><feed xmlns='http://www.w3.org/2005/Atom'>"
            f"<id>{host}{self.path}</id><title>Лента</title><updated>{now}</updated>{entries}</feed>"
        ).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/atom+xml; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - as in the library
        """Say nothing."""


@contextmanager
def _feeds() -> Iterator[_Feeds]:
    server = _Feeds()
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        thread.join()


@asynccontextmanager
async def _running(
    folder: Path, url: str
) -> AsyncIterator[tuple[Settings, httpx.AsyncClient, dict[str, str], People]]:
    async with temporal_server() as address:
        settings = Settings.load(
            data=folder,
            database_url=url,
            demo=True,
            demo_password=PASSWORD,
            command_keys=KEYS.written(),
            temporal_address=address,
            port=free_port(),
        )
        await prepare(settings)
        base = f"http://127.0.0.1:{settings.port}"
        async with (
            process("worker", settings),
            process("api", settings),
            httpx.AsyncClient(base_url=base, timeout=60) as http,
        ):
            await until_ready(http)
            curator, executor = [await token_of(http, person) for person in ("curator", "executor-roads")]
            yield settings, http, curator, People(settings.port, curator, executor)


async def _add(http: httpx.AsyncClient, curator: dict[str, str], port: int) -> None:
    for number in range(SOURCES):
        body = {
            "network": "blog",
            "kind": "feed",
            "address": f"http://127.0.0.1:{port}/feed/{number}",
            "every": f"PT{int(EVERY)}S",
        }
        (await http.post("/api/sources", json=body, headers=curator)).raise_for_status()


async def measure(on: str) -> Figures:
    """One installation on this database."""
    with (
        tempfile.TemporaryDirectory() as folder,
        address_of(on, Path(folder)) as url,
        _feeds() as feeds,
    ):
        async with _running(Path(folder), url) as (settings, http, curator, commands):
            stop = Event()
            before = await asyncio.to_thread(commands.lead, stop, _REFERENCE)
            await _add(http, curator, feeds.server_port)
            leading = asyncio.create_task(asyncio.to_thread(commands.lead, stop))
            ends, pages = perf_counter() + SECONDS, list[float]()
            while perf_counter() < ends:
                began = perf_counter()
                answer = await http.get("/api/candidates", params={"state": "new"}, headers=curator)
                answer.raise_for_status()
                pages.append(perf_counter() - began)
                await asyncio.sleep(1)
            stop.set()
            meanwhile = await leading
            kept = await _kept(settings, feeds)
            return Figures(
                feeds.served, kept, feeds.looks, most(before), most(meanwhile), max(meanwhile), most(pages)
            )


async def _kept(settings: Settings, feeds: _Feeds) -> int:
    """How many candidates there are, once what was served last is written."""
    database = Database(settings.database_url)
    counting = sa.select(sa.func.count()).select_from(CandidateRow)
    try:
        for _ in range(100):
            async with database.read() as session:
                kept: int = (await (await session.connection()).execute(counting)).scalar_one()
            if kept >= feeds.served:
                break
            await asyncio.sleep(0.1)
        return kept
    finally:
        await database.dispose()


async def report() -> None:
    """Print the figures with their goals."""
    print(f"{SOURCES} sources every {EVERY:.0f} s and {AN_HOUR} candidates an hour, for {SECONDS:.0f} s")
    for on in ("SQLite", "PostgreSQL"):
        found = await measure(on)
        whole = "each once" if found.kept == found.served else f"OF {found.served}"
        print(
            f"  {on}: {found.looks} looks, {found.kept} candidates {whole}; commands, 95 % within: before "
            f"{found.before * 1000:.0f} ms, meanwhile {found.meanwhile * 1000:.0f} ms, "
            f"longest {found.longest:.2f} s (goal ≤ {COMMAND_GOAL:.0f}); "
            f"the feed, 95 % within {found.page * 1000:.0f} ms (goal ≤ {_PAGE_GOAL:.0f} s)"
        )
    await asyncio.sleep(0.1)


if __name__ == "__main__":
    print(f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC")
    asyncio.run(report())
