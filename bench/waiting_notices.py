"""10,000 notices that waited for the mail server, delivered, while commands are answered.

The worker runs while nobody listens; then the mail server is there. Once each notice is another person's, so that each
is a letter; once 300 people have them all, as in a region. Meanwhile messages are led over HTTP, one step after the
other; the same steps before, with nothing to deliver, are the reference.
"""

import asyncio
import json
import tempfile
from collections import defaultdict
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from datetime import UTC, datetime
from http.client import HTTPConnection
from pathlib import Path
from statistics import quantiles
from threading import Event
from time import perf_counter
from typing import Any, NamedTuple
from uuid import uuid4

import httpx

from bench.installation import PASSWORD
from bench.processes import process, until_ready
from service.keys import ring as keys
from service.notices.seal import ChannelSeal
from settings import Settings
from store.database.engines import Database
from store.migrations.setup import prepare
from store.notices.tables import ChannelRow, NoticeRow
from store.people.tables import PersonRow
from tests.command_keys import KEYS
from tests.mail_server import MailServer
from tests.postgresql import new_database, postgresql_server
from tests.temporal_server import free_port, temporal_server

NOTICES = 10_000
PEOPLE = 300
GOAL = 300.0
"""Seconds."""
COMMAND_GOAL = 3.0
"""Seconds in which a person has the outcome of a command."""
_REFERENCE = 20
_WHERE = {"bodies": ["roads"], "topic": "potholes", "location": "Шуя", "importance": "ordinary"}


class Figures(NamedTuple):
    """Seconds until all was out, letters sent, and what commands took, in seconds: before, meanwhile, at most."""

    took: float
    letters: int
    in_order: bool
    before: float
    meanwhile: float
    longest: float


async def _fill(database: Database, settings: Settings, people: int) -> None:
    """Notices that may go at once, each person's written in turn, and a mailbox for each person."""
    seal, now = ChannelSeal(keys.load(settings)), datetime.now(UTC)
    names = [f"person-{number}" for number in range(people)]
    async with database.write() as session:
        session.add_all(
            PersonRow(key=name, name=name, position="должность", password_hash="") for name in names
        )
        await session.flush()
        session.add_all(
            ChannelRow(
                person=name,
                scheme="mailto",
                address=seal.sealed(f"mailto:{name}@region.test", name),
                since=now,
            )
            for name in names
        )
        session.add_all(
            NoticeRow(
                id=number,
                message=None,
                kind="surge",
                person=names[number % people],
                at=now,
                deliver_from=now,
                written_at=now,
                text=f"Уведомление {number}.",
                fact=f"bench-{number}",
            )
            for number in range(1, NOTICES + 1)
        )


class People:
    """Lead messages over HTTP from a thread of their own, and note what each step took."""

    def __init__(self, port: int, curator: dict[str, str], executor: dict[str, str]) -> None:
        self._port, self._curator, self._executor = port, curator, executor

    def lead(self, stop: Event, at_most: int | None = None) -> list[float]:
        took: list[float] = []
        connection = HTTPConnection("127.0.0.1", self._port, timeout=60)

        def post(path: str, body: dict[str, Any] | None, headers: dict[str, str]) -> dict[str, Any]:
            started = perf_counter()
            content = None if body is None else json.dumps(body).encode()
            connection.request("POST", path, content, {"Content-Type": "application/json", **headers})
            answer = connection.getresponse()
            read = answer.read()
            took.append(perf_counter() - started)
            assert answer.status in (200, 201), (answer.status, read)
            view: dict[str, Any] = json.loads(read)
            return view

        while not stop.is_set() and (at_most is None or len(took) < at_most):
            link = f"https://vk.com/bench-{uuid4().hex}"
            message = {"network": "vkontakte", "url": link, "author": "Житель", "text": "Не убирают снег."}
            path = f"/api/messages/{post('/api/messages', message, self._curator)['id']}"
            post(f"{path}/route", _WHERE, self._curator)
            draft = post(f"{path}/drafts", {"kind": "answer", "text": "Убрано."}, self._executor)["drafts"][
                -1
            ]
            post(f"{path}/drafts/{draft['id']}/approve", None, self._curator)
            post(f"{path}/publication", {"url": f"{link}?reply=1"}, self._executor)
        connection.close()
        return took


@contextmanager
def address_of(on: str, folder: Path) -> Iterator[str]:
    """The address of a new database: SQLite's in the folder, or PostgreSQL's that writes to the disk."""
    if on == "SQLite":
        yield f"sqlite+aiosqlite:///{folder}/otklik.db"
        return
    with postgresql_server(durable=True) as server:
        yield new_database(server, "bench")


@asynccontextmanager
async def _running(on: str, people: int) -> AsyncIterator[tuple[People, MailServer]]:
    server = MailServer(free_port())
    with tempfile.TemporaryDirectory() as folder, address_of(on, Path(folder)) as url:
        async with temporal_server() as address:
            settings = Settings.load(
                data=Path(folder),
                database_url=url,
                demo=True,
                demo_password=PASSWORD,
                temporal_address=address,
                port=free_port(),
                command_keys=KEYS.written(),
                smtp_url=server.url,
                mail_from="otklik@region.test",
            )
            await prepare(settings)
            database = Database(settings.database_url)
            await _fill(database, settings, people)
            await database.dispose()
            base = f"http://127.0.0.1:{settings.port}"
            async with (
                process("worker", settings),
                process("api", settings),
                httpx.AsyncClient(base_url=base, timeout=60) as http,
            ):
                await until_ready(http)
                tokens = [await token_of(http, person) for person in ("curator", "executor-roads")]
                yield People(settings.port, *tokens), server
    await server.stop()


async def token_of(http: httpx.AsyncClient, person: str) -> dict[str, str]:
    answer = await http.post("/api/token", data={"username": person, "password": PASSWORD})
    return {"Authorization": f"Bearer {answer.raise_for_status().json()['access_token']}"}


async def measure(on: str, people: int) -> Figures:
    """One database, and so many people."""
    async with _running(on, people) as (commands, server):
        stop = Event()
        before = await asyncio.to_thread(commands.lead, stop, _REFERENCE)
        leading = asyncio.create_task(asyncio.to_thread(commands.lead, stop))
        out, told = asyncio.Event(), 0

        def count() -> None:
            nonlocal told
            told += len(_notices(server, len(server.taken) - 1))
            if told >= NOTICES:
                out.set()

        server.on_letter = count
        started = perf_counter()
        await server.start()
        async with asyncio.timeout(2 * GOAL):
            await out.wait()
        took = perf_counter() - started
        stop.set()
        meanwhile = await leading
    return Figures(took, len(server.taken), _in_order(server), most(before), most(meanwhile), max(meanwhile))


def _notices(server: MailServer, at: int) -> list[int]:
    return [int(number) for number in server.taken[at].get_all("X-Otklik-Notice", [])]


def _in_order(server: MailServer) -> bool:
    """Whether each person got theirs in order, and none twice."""
    told: dict[str, list[int]] = defaultdict(list)
    for at, person in enumerate(server.to):
        told[person] += _notices(server, at)
    return all(numbers == sorted(set(numbers)) for numbers in told.values())


def most(took: list[float]) -> float:
    """What nineteen of twenty took at most."""
    return quantiles(took, n=20)[-1]


async def report() -> None:
    """Print the figures with their goals."""
    print(f"{NOTICES} notices after an outage of the mail server, while commands are given")
    for on in ("SQLite", "PostgreSQL"):
        for people in (PEOPLE, NOTICES):
            found = await measure(on, people)
            print(
                f"  {on}, {people} people: {found.letters} letters in {found.took:.0f} s (goal ≤ {GOAL:.0f}), "
                f"{'in order' if found.in_order else 'OUT OF ORDER'}; commands, 95 % within: before "
                f"{found.before * 1000:.0f} ms, meanwhile {found.meanwhile * 1000:.0f} ms, "
                f"longest {found.longest:.2f} s (goal ≤ {COMMAND_GOAL:.0f})"
            )
    await asyncio.sleep(0.1)


if __name__ == "__main__":
    print(f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC")
    asyncio.run(report())
