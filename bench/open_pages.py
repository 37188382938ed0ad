"""Delay until two hundred open pages show what a command did, against the command itself.

The pages are of the people of the demo: queues, messages, boards, overviews, notices; each has been opened, listens to
its stream and asks for itself again as the pages' script does (`live.js`). Once a second a curator routes a message to
one body after another. What is timed, from the sending of a command: to the end of the answer by which a page shows it.
"""

import asyncio
import json
import random
import re
import time
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from http import HTTPStatus
from itertools import cycle, islice
from typing import Any, NamedTuple

import httpx
import psutil

from bench.installation import WHERE, Asker, browser_of, process, program_of, register
from bench.many_messages import on_both
from bench.measurement import PATIENCE, Goal, Line, percentile_99
from calendar_rules.vocabulary import Role
from embedded.demo import data
from service.messages.live import OF_A_PERSON
from settings import Settings

OPEN = 1_000
"""Messages that are open besides."""
PAGES = 200
COMMANDS, EVERY = 30, 1.0
SHOWN, MOST_MS = 0.5, 150.0
READERS = 200
NOBODY_REFUSED = Goal("work", "≤", 0)
SETTLED = 5.0  # seconds after which whatever a page was told must be on it

_TOGETHER, _REST, _SPREAD = 0.1, 1.0, 0.2
"""As in `live.js`."""
_PACE = 0.5
_SHOWN = re.compile(r'<(?:tr|li) id="[^"]+" data-version="([^"]+)"|<div id="([^"]+)"[^>]* data-kept>')
"""As in `rows.js`."""
_QUEUES, _MESSAGES, _BOARDS, _OVERVIEWS, _NOTICES = 120, 50, 8, 12, 10


@dataclass
class Sent:
    """When each command was sent, by message, and what pages have shown since."""

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
        self._kind, self._http, self._headers, self._sent = kind, http, headers, sent
        self._waiting: set[int] = set()
        self._news = asyncio.Event()
        self._shown = {"HX-Request": "true", "Otklik-Shown": ""}

    async def open(self) -> None:
        """Have the page whole, with its bar, as a browser goes there."""
        accepted = {"Accept": "text/html", "Accept-Encoding": "gzip"}
        answer = await self._http.get(self._kind.address, headers=self._headers | accepted, timeout=PATIENCE)
        answer.raise_for_status()
        self._keep(answer)

    def _keep(self, answer: httpx.Response) -> None:
        self._shown["Otklik-Shown"] = ",".join(a or b for a, b in _SHOWN.findall(answer.text))
        if "etag" in answer.headers:
            self._shown["If-None-Match"] = answer.headers["etag"]

    def hear(self, change: dict[str, Any]) -> None:
        """A message has changed, or the notices of the person."""
        names = {f"message:{change['message']}", "messages"}
        names |= {"queue"} if change["queue"] else set()
        names |= {"notices"} if change["told"] else set()
        if self._kind.live not in names:
            return
        # The first page that shows a command is what counts: a command may leave more than one change.
        if change["message"] in self._sent.at:
            self._waiting.add(change["message"])
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
            answer = await self._http.get(
                self._kind.address,
                headers=self._headers | {"Accept-Encoding": "gzip"} | self._shown,
                timeout=PATIENCE,
            )
            ended = time.time()
            if answer.status_code == HTTPStatus.SERVICE_UNAVAILABLE:
                # A page keeps what it shows, and asks again at the next event; here, so that the wait is counted.
                self._sent.refused += 1
                self._waiting |= waiting
                self._news.set()
                continue
            if answer.status_code != HTTPStatus.NOT_MODIFIED:
                answer.raise_for_status()
                self._keep(answer)
            rested = max(began + self._kind.pace, ended + _REST * (ended - began))
            self._sent.renewals += 1
            self._sent.shown += [ended - self._sent.at[number] for number in waiting]
            seen |= waiting


class Browser:
    """A browser of one person: all its pages hear of changes by one stream (`live_worker.js`)."""

    def __init__(self, http: httpx.AsyncClient, headers: dict[str, str]) -> None:
        self._http, self._headers = http, headers | {"Accept": "text/event-stream"}
        self.pages: list[OpenPage] = []
        self.listens = asyncio.Event()

    async def listen(self) -> None:
        """Hear of changes until cancelled."""
        while True:
            async with self._http.stream("GET", "/events", headers=self._headers, timeout=None) as stream:
                async for line in stream.aiter_lines():
                    self.listens.set()
                    if line.startswith('data: {"message"'):
                        for page in self.pages:
                            page.hear(json.loads(line.removeprefix("data: ")))


def _kinds(numbers: list[int]) -> Iterator[Kind]:
    """The open pages: of the people of the demo, in turn."""
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
    """The pages, all listening."""
    kinds = list(_kinds(numbers))
    assert len(kinds) == PAGES
    headers = {
        person: (await asyncio.to_thread(browser_of, settings.port, person)).headers
        for person in sorted({kind.person for kind in kinds})
    }
    # A connection is left sooner than the server leaves it: it would be asked for a page at that very moment.
    limits = httpx.Limits(max_connections=None, keepalive_expiry=1.0)
    async with (
        httpx.AsyncClient(base_url=f"http://127.0.0.1:{settings.port}", limits=limits) as http,
        asyncio.TaskGroup() as group,
    ):
        browsers = dict[tuple[str, int], Browser]()
        open_of = Counter[str]()
        for kind in kinds:
            # As many browsers as one person may have; then several pages in one.
            own = kind.person, open_of[kind.person] % OF_A_PERSON
            open_of[kind.person] += 1
            browser = browsers.setdefault(own, Browser(http, headers[kind.person]))
            browser.pages.append(OpenPage(kind, http, headers[kind.person], sent))
        for page in (page for browser in browsers.values() for page in browser.pages):
            await page.open()
        renewing = [page.renew for browser in browsers.values() for page in browser.pages]
        does = (*renewing, *(browser.listen for browser in browsers.values()))
        tasks = [group.create_task(one()) for one in does]
        async with asyncio.timeout(PATIENCE):
            await asyncio.gather(*(browser.listens.wait() for browser in browsers.values()))
        yield
        for task in tasks:
            task.cancel()


async def _commands(settings: Settings, curator: Asker, numbers: list[int], sent: Sent) -> list[float]:
    """Route one message after another; the seconds of each command."""
    bodies = [body.key for body in data.directory().bodies if body.key != "department"]
    took = []

    def route(number: int, body: str) -> None:
        with Asker(settings.port, curator.headers) as asker:
            sent.at[number] = began = time.time()
            asker.post(f"/api/messages/{number}/route", WHERE | {"bodies": [body]})
            took.append(time.time() - began)

    async with asyncio.TaskGroup() as group:
        for number, body in zip(numbers, cycle(bodies), strict=False):
            group.create_task(asyncio.to_thread(route, number, body))
            await asyncio.sleep(EVERY)
    return took


def _milliseconds(number: int) -> float:
    """Of processor that the process has used until now."""
    return float(sum(psutil.Process(number).cpu_times()[:2])) * 1000


async def _read_at_once(settings: Settings) -> int:
    """How many of the readers of notices, all at the same time, were refused."""
    address = f"http://127.0.0.1:{settings.port}/api/notices"
    reader = await asyncio.to_thread(program_of, settings.port, "executor-roads")
    limits = httpx.Limits(max_connections=None)
    async with httpx.AsyncClient(headers=reader.headers, timeout=PATIENCE, limits=limits) as http:
        answers = await asyncio.gather(*(http.get(address) for _ in range(READERS)))
    return sum(answer.status_code != HTTPStatus.OK for answer in answers)


async def measure() -> AsyncIterator[Line]:
    """The commands given with nothing open, then with everything, then notices read, on both databases."""
    async for name, _, settings in on_both(OPEN, of_open=True, with_temporal=True):
        sent, alone = Sent(), Sent()
        async with process("worker", settings), process("api", settings) as api:
            curator = await asyncio.to_thread(program_of, settings.port, "curator")
            numbers = [(await asyncio.to_thread(register, curator))[0] for _ in range(2 * COMMANDS)]
            used = [_milliseconds(api)]
            await _commands(settings, curator, numbers[COMMANDS:], alone)
            used.append(_milliseconds(api))
            async with _opened(settings, numbers[:COMMANDS], sent):
                used.append(_milliseconds(api))
                took = await _commands(settings, curator, numbers[:COMMANDS], sent)
                await asyncio.sleep(SETTLED)
                used.append(_milliseconds(api))
            refused = await _read_at_once(settings)
        p99 = percentile_99(sent.shown), percentile_99(took)
        cost = (used[3] - used[2]) / COMMANDS, (used[1] - used[0]) / COMMANDS
        yield Line(f"p99 of {len(sent.shown)} showings, {name}", "s", *p99, Goal("work", "≤", SHOWN))
        against_none = f"processor a command, against no page, {name}"
        yield Line(against_none, "ms", *cost, Goal("work", "≤", MOST_MS))
        yield Line(f"told to wait, of renewals, {name}", "pages", sent.refused, sent.renewals)
        yield Line(f"refused, of {READERS} readers at once, {name}", "readers", refused, None, NOBODY_REFUSED)
