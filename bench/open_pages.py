"""Two hundred pages that stay open while commands are given, a second apart, on both databases.

What is timed, from the sending of a command: to the end of the answer by which a page shows it. The pages do what
`live.js` does: they hear of a change by a stream of their browser and ask for themselves again. The reference of the
processor's time is the same commands with no page open.
"""

import asyncio
import json
import random
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from http import HTTPStatus
from itertools import cycle, islice
from typing import Any, NamedTuple

import httpx
import psutil

from api.web.session import COOKIE
from bench.installation import WHERE, Asker, process, program_of, register
from bench.many_messages import on_both
from bench.measuring import PATIENCE, Goal, Line, percentile_99
from calendar_rules.vocabulary import Role
from embedded.demo import data
from settings import Settings

OPEN = 1_000
"""Messages that are open besides."""
COMMANDS, EVERY = 30, 1.0
SHOWN, MOST_MS = 0.5, 150.0
SETTLED = 5.0
"""Seconds after which whatever a page was told must be on it."""
_QUEUES, _MESSAGES, _BOARDS, _OVERVIEWS, _NOTICES = 120, 50, 8, 12, 10
_TOGETHER, _REST, _SPREAD, _PACE = 0.1, 1.0, 0.2, 0.5
"""As in `live.js`: seconds in which news gather, rest by time of the answer, spread, pace of boards."""


@dataclass
class Sent:
    """When each command was sent, by message, and what pages have shown since; all in seconds."""

    at: dict[int, float] = field(default_factory=dict)
    shown: list[float] = field(default_factory=list)
    refused: int = 0
    renewals: int = 0


class Kind(NamedTuple):
    """A page that somebody has open: its address, and what `data-live` and `data-pace` say on it."""

    person: str
    address: str
    live: str
    pace: float = 0.0


class OpenPage:
    """One page, as `live.js` keeps it."""

    def __init__(self, kind: Kind, http: httpx.AsyncClient, headers: dict[str, str], sent: Sent) -> None:
        self._kind, self._http, self._sent = kind, http, sent
        self._headers = headers | {"HX-Request": "true"}
        self._waiting: set[int] = set()
        self._news = asyncio.Event()

    async def listen(self) -> None:
        """Hear of changes until cancelled."""
        stream = self._http.stream(
            "GET", "/events", headers=self._headers | {"Accept": "text/event-stream"}, timeout=None
        )
        async with stream as answer:
            async for line in answer.aiter_lines():
                if line.startswith('data: {"message"'):
                    self._hear(json.loads(line.removeprefix("data: ")))

    def _hear(self, change: dict[str, Any]) -> None:
        names = {f"message:{change['message']}", "messages"}
        names |= {name for name, key in (("queue", "queue"), ("notices", "told")) if change[key]}
        if self._kind.live in names:
            # The first page that shows a command is what counts: a command may leave more than one change.
            self._waiting |= {change["message"]} & self._sent.at.keys()
            self._news.set()

    async def renew(self) -> None:
        """Show what was heard of until cancelled."""
        rested, seen = 0.0, set[int]()
        while True:
            await self._news.wait()
            spread = random.random() * self._kind.pace * _SPREAD
            await asyncio.sleep(max(_TOGETHER, rested - time.time()) + spread)
            self._news.clear()
            waiting, self._waiting = self._waiting - seen, set()
            began = time.time()
            answer = await self._http.get(self._kind.address, headers=self._headers, timeout=PATIENCE)
            ended = time.time()
            if answer.status_code == HTTPStatus.SERVICE_UNAVAILABLE:
                # A page keeps what it shows and asks again at the next event; here at once, so that the wait counts.
                self._sent.refused += 1
                self._waiting |= waiting
                self._news.set()
                continue
            assert answer.status_code in (HTTPStatus.OK, HTTPStatus.NOT_MODIFIED), answer
            rested = max(began + self._kind.pace, ended + _REST * (ended - began))
            self._sent.renewals += 1
            self._sent.shown += [ended - self._sent.at[number] for number in waiting]
            seen |= waiting


def _kinds(numbers: list[int]) -> Iterator[Kind]:
    """The open pages, of the people of the demo in turn."""
    roles = {person.key: {held.role for held in person.roles} for person in data.directory().people}

    def people(*wanted: Role) -> Iterator[str]:
        return cycle([person for person, held in roles.items() if held & set(wanted)])

    workers = people(Role.CURATOR, Role.EXECUTOR, Role.RESPONSIBLE)
    yield from (Kind(person, "/", "queue") for person in islice(workers, _QUEUES))
    readers = people(Role.CURATOR, Role.HEAD, Role.DEPUTY_POLICY, Role.GOVERNOR)
    for number, person in zip(islice(cycle(numbers), _MESSAGES), readers, strict=False):
        yield Kind(person, f"/messages/{number}", f"message:{number}")
    for person in islice(people(Role.CURATOR, Role.HEAD), _BOARDS):
        yield Kind(person, "/board", "messages", _PACE)
    overseers = people(Role.RESPONSIBLE, Role.DEPUTY, Role.HEAD, Role.DEPUTY_POLICY, Role.GOVERNOR)
    yield from (Kind(person, "/overview", "messages", _PACE) for person in islice(overseers, _OVERVIEWS))
    yield from (Kind(person, "/notices", "notices") for person in islice(people(Role.EXECUTOR), _NOTICES))


@asynccontextmanager
async def _opened(settings: Settings, numbers: list[int], sent: Sent) -> AsyncIterator[None]:
    """Open the pages; each has a stream of its own."""
    kinds = list(_kinds(numbers))
    cookies = {
        person: program_of(settings.port, person).headers["Authorization"].removeprefix("Bearer ")
        for person in sorted({kind.person for kind in kinds})
    }
    # A connection is left sooner than the server leaves it: it would be asked for a page at that very moment.
    limits = httpx.Limits(max_connections=None, keepalive_expiry=1.0)
    async with (
        httpx.AsyncClient(base_url=f"http://127.0.0.1:{settings.port}", limits=limits) as http,
        asyncio.TaskGroup() as group,
    ):
        pages = [OpenPage(kind, http, {"Cookie": f"{COOKIE}={cookies[kind.person]}"}, sent) for kind in kinds]
        tasks = [group.create_task(does()) for page in pages for does in (page.listen, page.renew)]
        await asyncio.sleep(SETTLED)
        yield
        for task in tasks:
            task.cancel()


async def _commands(settings: Settings, curator: Asker, numbers: list[int], sent: Sent) -> None:
    """Route one message after another."""
    bodies = [body.key for body in data.directory().bodies if body.key != "department"]

    def route(number: int, body: str) -> None:
        with Asker(settings.port, curator.headers) as asker:
            sent.at[number] = time.time()
            asker.post(f"/api/messages/{number}/route", WHERE | {"bodies": [body]})

    async with asyncio.TaskGroup() as group:
        for number, body in zip(numbers, cycle(bodies), strict=False):
            group.create_task(asyncio.to_thread(route, number, body))
            await asyncio.sleep(EVERY)


def _milliseconds(number: int) -> float:
    """Of processor that the process has used until now."""
    return float(sum(psutil.Process(number).cpu_times()[:2])) * 1000


async def measure() -> AsyncIterator[Line]:
    """Give the commands with nothing open, then with everything, on both databases."""
    async for name, _, settings in on_both(OPEN, of_open=True, with_temporal=True):
        sent = Sent()
        async with process("worker", settings), process("api", settings) as api:
            curator = program_of(settings.port, "curator")
            numbers = [register(curator)[0] for _ in range(2 * COMMANDS)]
            begun = _milliseconds(api)
            await _commands(settings, curator, numbers[COMMANDS:], Sent())
            alone = _milliseconds(api) - begun
            async with _opened(settings, numbers[:COMMANDS], sent):
                begun = _milliseconds(api)
                await _commands(settings, curator, numbers[:COMMANDS], sent)
                await asyncio.sleep(SETTLED)
                used = _milliseconds(api) - begun
        shown = f"p99 of {len(sent.shown)} showings, {name}"
        yield Line(shown, "s", percentile_99(sent.shown), None, Goal("work", "≤", SHOWN))
        cost = used / COMMANDS, alone / COMMANDS
        yield Line(f"processor a command, against no page, {name}", "ms", *cost, Goal("work", "≤", MOST_MS))
        yield Line(f"told to wait, of renewals, {name}", "pages", sent.refused, sent.renewals)
