"""The first page of the list of messages, and of queues, over HTTP, against its statements straight in the database.

A hundred thousand messages, on SQLite and on PostgreSQL. The reference executes the very statements the page needs on
one connection of the bare driver, and reads the JSON they give; both are asked in turn.
"""

import asyncio
import json
import sqlite3
import sys
import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, closing, contextmanager
from datetime import datetime
from http import HTTPStatus
from http.client import HTTPConnection
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import Any, NamedTuple
from urllib.parse import urlencode

import httpx
import psycopg
from sqlalchemy import event

from bench.installation import PASSWORD
from bench.many_messages import Pattern, grow, patterns
from bench.processes import process, until_ready
from service.messages.lists import MessageLists
from service.runs import rules
from settings import Settings
from store.database.blocking import BlockingDatabase
from store.database.engines import Database
from store.messages.listing import Filters, Sort
from store.migrations.setup import prepare
from store.people import persons
from tests.postgresql import new_database, postgresql_server
from tests.temporal_server import free_port, temporal_server

MESSAGES = 100_000
ROUNDS = 15
WARM_UP = 3
PAGE = 25
MOST_TIMES, MOST_MS = 3.0, 100.0

QUEUE: dict[str, Any] = {"queue": True}
"""Stands for `GET /api/queue`."""

ASKED: tuple[tuple[str, dict[str, Any]], ...] = (
    *((person, {}) for person in ("curator", "head", "governor", "deputy-policy", "admin")),
    *((person, {}) for person in ("executor-roads", "responsible-heritage", "deputy", "deputy-territories")),
    ("curator", {"stage": "closed"}),
    ("curator", {"stage": "approval"}),
    ("curator", {"body": "roads"}),
    ("curator", {"body": "heritage"}),
    ("curator", {"overdue": True}),
    ("curator", {"q": "дорог"}),
    ("curator", {"q": "Заявка 012345"}),
    ("curator", {"q": "этого нет нигде"}),
    ("curator", {"q": "дорог", "stage": "approval"}),
    ("executor-roads", {"stage": "closed"}),
    ("executor-roads", {"overdue": True}),
    ("executor-roads", {"q": "дорог"}),
    ("responsible-heritage", {"stage": "closed"}),
    ("responsible-heritage", {"q": "дорог"}),
    ("deputy", {"body": "heritage"}),
    ("deputy-territories", {"stage": "preparation"}),
    ("deputy-territories", {"q": "Заявка 012345"}),
    ("curator", {"q": "№ 12345"}),
    ("curator", {"network": "vkontakte"}),
    ("curator", {"network": "review_site", "outcome": "void"}),
    ("curator", {"topic": "potholes"}),
    ("curator", {"importance": "high"}),
    ("curator", {"outcome": "unanswered"}),
    ("curator", {"curator": "curator"}),
    ("curator", {"curator": "nobody"}),
    ("curator", {"assignee": "executor-roads"}),
    ("curator", {"detected_from": "2000-01-01T00:00:00+03:00"}),
    ("curator", {"detected_to": "2000-01-01T00:00:00+03:00"}),
    ("curator", {"due_before": "2100-01-01T00:00:00+03:00"}),
    ("curator", {"importance": "raised", "outcome": "declined", "curator": "curator"}),
    ("curator", {"q": "дорог", "topic": "nothing"}),
    ("executor-roads", {"topic": "nothing"}),
    ("deputy-territories", {"importance": "high"}),
    *((person, {"sort": "due"}) for person in ("curator", "executor-roads", "deputy-territories")),
    ("curator", {"sort": "due", "stage": "approval"}),
    ("curator", {"sort": "due", "stage": "closed", "topic": "nothing"}),
    ("curator", {"sort": "due", "body": "roads", "network": "vkontakte"}),
    ("curator", {"sort": "due", "q": "дорог"}),
    ("curator", {"sort": "due", "q": "этого нет нигде"}),
    ("executor-roads", {"sort": "due", "overdue": True}),
    *((person, QUEUE) for person in ("curator", "executor-roads", "responsible-roads", "governor")),
)

_MOMENTS = ("detected_from", "detected_to", "due_before")

Statements = list[tuple[str, Any]]


class Figures(NamedTuple):
    """Medians in milliseconds of one question."""

    person: str
    asked: dict[str, Any]
    http: float
    direct: float

    @property
    def ratio(self) -> float:
        return self.http / self.direct


async def _statements(database: Database, person: str, asked: dict[str, Any]) -> Statements:
    """What the page executes, as the driver gets it."""
    found: Statements = []

    def note(_connection: Any, _cursor: Any, statement: str, parameters: Any, *_: Any) -> None:
        if statement.lstrip().startswith("SELECT"):
            found.append((statement, parameters))

    async with database.read() as session:
        actor = await persons.actor(session, person)
    assert actor is not None
    blocking = BlockingDatabase(database.url, connections=1)
    with blocking.read() as connection:
        engine = connection.engine
    event.listen(engine, "before_cursor_execute", note)
    lists = MessageLists(blocking, rules.load(None, None))
    try:
        if asked is QUEUE:
            await lists.queue(actor, size=PAGE)
        else:
            await lists.page(actor, _filters(asked), size=PAGE, sort=Sort(asked.get("sort", "registered")))
    finally:
        lists.close()
    return found


def _filters(asked: dict[str, Any]) -> Filters:
    """As the API reads them."""
    fields: dict[str, Any] = {
        name: datetime.fromisoformat(value) if name in _MOMENTS else value
        for name, value in asked.items()
        if name != "sort"
    }
    return Filters(**fields)


@contextmanager
def _driver(database: Database) -> Iterator[Any]:
    if database.file is not None:
        with closing(sqlite3.connect(database.file)) as connection:
            yield connection
    else:
        with psycopg.connect(database.url.replace("+psycopg", "")) as connection:
            yield connection


def _direct(connection: Any, statements: Statements) -> None:
    for statement, parameters in statements:
        for row in connection.execute(statement, parameters).fetchall():
            for value in row:
                if isinstance(value, str) and value.startswith("{"):
                    json.loads(value)


@asynccontextmanager
async def _api(settings: Settings) -> AsyncIterator[dict[str, dict[str, str]]]:
    """The API as a process; gives by person what their requests carry."""
    address = f"http://127.0.0.1:{settings.port}"
    async with process("api", settings), httpx.AsyncClient(base_url=address, timeout=30) as http:
        await until_ready(http)
        yield {person: await _sign_in(http, person) for person in sorted({person for person, _ in ASKED})}


async def _sign_in(http: httpx.AsyncClient, person: str) -> dict[str, str]:
    answer = await http.post("/api/token", data={"username": person, "password": PASSWORD})
    return {"Authorization": f"Bearer {answer.raise_for_status().json()['access_token']}"}


def _over_http(connection: HTTPConnection, asked: dict[str, Any], headers: dict[str, str]) -> None:
    """By the standard library: httpx would take as long as the whole answer."""
    path = "/api/queue" if asked is QUEUE else f"/api/messages?{urlencode(asked)}"
    connection.request("GET", path, headers=headers)
    answer = connection.getresponse()
    content = answer.read()
    assert answer.status == HTTPStatus.OK, (answer.status, content)


async def fill(url: str, demo: list[Pattern], messages: int, temporal: str) -> Settings:
    """A prepared database with that many messages."""
    settings = Settings.load(
        database_url=url, demo=True, demo_password=PASSWORD, temporal_address=temporal, port=free_port()
    )
    await prepare(settings)
    database = Database(settings.database_url)
    try:
        await grow(database, demo, messages)
        if not database.is_sqlite:
            # What autovacuum does within a minute of so many rows.
            async with database.lookup() as session:
                await (await session.connection()).exec_driver_sql("VACUUM ANALYZE")
    finally:
        await database.dispose()
    return settings


async def measure(settings: Settings) -> list[Figures]:
    """Every question, asked both ways in turn."""
    database = Database(settings.database_url)
    figures = []
    try:
        async with _api(settings) as signed_in:
            with (
                _driver(database) as connection,
                closing(HTTPConnection("127.0.0.1", settings.port, timeout=30)) as http,
            ):
                for person, asked in ASKED:
                    statements = await _statements(database, person, asked)
                    over_http, direct = [], []
                    for turn in range(ROUNDS + WARM_UP):
                        started = perf_counter()
                        _over_http(http, asked, signed_in[person])
                        between = perf_counter()
                        _direct(connection, statements)
                        ended = perf_counter()
                        if turn >= WARM_UP:
                            over_http.append((between - started) * 1000)
                            direct.append((ended - between) * 1000)
                    figures.append(Figures(person, asked, median(over_http), median(direct)))
    finally:
        await database.dispose()
    return figures


async def report(messages: int = MESSAGES) -> None:
    """Print every question on both databases, and the worst figures with their goals."""
    with tempfile.TemporaryDirectory() as folder:
        demo = await patterns(Path(folder))
    async with temporal_server() as temporal:
        with tempfile.TemporaryDirectory() as folder:
            settings = await fill(f"sqlite:///{folder}/otklik.db", demo, messages, temporal)
            _print("SQLite", messages, await measure(settings))
        with postgresql_server(durable=True) as server:
            settings = await fill(new_database(server, "listing"), demo, messages, temporal)
            _print("PostgreSQL", messages, await measure(settings))
    await asyncio.sleep(0.1)


def _print(name: str, messages: int, figures: list[Figures]) -> None:
    print(f"first pages of lists and queues, {messages:,} messages, {name}: HTTP and straight, ms (medians)")
    for one in figures:
        asked = ", ".join(f"{key}={value}" for key, value in one.asked.items()) or "all"
        print(f"  {one.person:22} {asked:50} {one.http:6.1f} {one.direct:6.1f}  ratio {one.ratio:.2f}")
    ratio, slowest = median(one.ratio for one in figures), max(one.http for one in figures)
    # Of pages without messages, for which the database has next to nothing to do, HTTP is nearly all.
    worst = max(one.ratio for one in figures if one.direct >= 1)
    print(
        f"  ratio {ratio:.2f} at the median (goal ≤ {MOST_TIMES}), {worst:.2f} at most where there is something"
    )
    print(f"  slowest {slowest:.0f} ms (goal ≤ {MOST_MS:.0f} ms)")


if __name__ == "__main__":
    asyncio.run(report(int(sys.argv[1]) if len(sys.argv) > 1 else MESSAGES))
