"""Delay until open pages show what a command did: two hundred of them, and one in a real browser.

The pages are of the people of the demo: queues, messages, boards, overviews, notices; each listens to its stream and
asks for itself again as the pages' script does (`live.js`). Once a second a curator routes a message to one body after
another. What is timed, from the sending of a command: to the end of the answer by which a page shows it; in the
browser, to the row that appears. `python -m bench.open_pages`
"""

import asyncio
import json
import random
import tempfile
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from http import HTTPStatus
from itertools import cycle, islice
from pathlib import Path
from statistics import median
from typing import Any, NamedTuple
from uuid import uuid4

import httpx
from playwright.async_api import Page as BrowserPage
from playwright.async_api import async_playwright

from bench.installation import PASSWORD
from bench.many_messages import Pattern, grow, patterns
from bench.processes import process, until_ready
from bench.signed_in import sign_in
from calendar_rules.vocabulary import Role, Stage
from settings import Settings
from store.database.engines import Database
from store.demo import data
from store.migrations.setup import prepare
from tests.browser.browser import launch
from tests.command_keys import KEYS
from tests.postgresql import new_database, postgresql_server
from tests.temporal_server import free_port, temporal_server

OPEN = 1_000
"""Messages that are open besides."""
PAGES = 200
COMMANDS, EVERY = 30, 1.0
GOAL = 1.0
SETTLED = 5.0  # seconds after which whatever a page was told must be on it

_TOGETHER, _REST, _SPREAD = 0.1, 1.0, 0.2
"""As in `live.js`."""
_PACE = 0.5
_IN_BROWSER = "sport"
"""The body whose queue is open in the browser; it has few messages, so new ones are among the rows shown."""
_QUEUES, _MESSAGES, _BOARDS, _OVERVIEWS, _NOTICES = 120, 50, 8, 12, 10
_LATE_ANSWER = 30.0  # seconds
_ROW_APPEARED = """
number => new Promise(resolve => {
  const seen = () => document.getElementById(`row-${number}`) && resolve(Date.now() / 1000);
  new MutationObserver(seen).observe(document.body, {childList: true, subtree: true});
  seen();
})
"""


class Figures(NamedTuple):
    """Seconds from the sending of a command to a page that shows it, of all pages that do; the same in a browser."""

    on_pages: list[float]
    in_browser: list[float]
    renewals: int
    refused: int
    commands: list[float]

    def at(self, share: float) -> float:
        """The time that this share of the pages kept."""
        return sorted(self.on_pages)[round(share * (len(self.on_pages) - 1))]


@dataclass
class Sent:
    """When each command was sent, by message, and what pages have shown since."""

    at: dict[int, float] = field(default_factory=dict)
    shown: list[float] = field(default_factory=list)
    refused: int = 0
    renewals: int = 0


@dataclass(frozen=True, slots=True)
class Kind:
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
        self.listens = asyncio.Event()

    async def stay(self) -> None:
        """Listen, and be renewed, until cancelled."""
        async with asyncio.TaskGroup() as group:
            group.create_task(self._listen())
            group.create_task(self._renew())

    async def _listen(self) -> None:
        while True:
            async with self._http.stream("GET", "/events", headers=self._headers, timeout=None) as stream:
                async for line in stream.aiter_lines():
                    self.listens.set()
                    if line.startswith('data: {"message"'):
                        self._hear(json.loads(line.removeprefix("data: ")))

    def _hear(self, change: dict[str, Any]) -> None:
        names = {f"message:{change['message']}", "messages"}
        names |= {"queue"} if change["queue"] else set()
        names |= {"notices"} if change["told"] else set()
        if self._kind.live not in names:
            return
        # The first page that shows a command is what counts: a command may leave more than one change.
        if change["message"] in self._sent.at:
            self._waiting.add(change["message"])
        self._news.set()

    async def _renew(self) -> None:
        rested, seen = 0.0, set[int]()
        while True:
            await self._news.wait()
            spread = random.random() * self._kind.pace * _SPREAD
            await asyncio.sleep(max(_TOGETHER, rested - time.time()) + spread)
            self._news.clear()
            waiting, self._waiting = self._waiting - seen, set()
            began = time.time()
            answer = await self._http.get(
                self._kind.address, headers=self._headers | {"Accept-Encoding": "gzip"}, timeout=_LATE_ANSWER
            )
            ended = time.time()
            if answer.status_code == HTTPStatus.SERVICE_UNAVAILABLE:
                # A page keeps what it shows, and asks again at the next event; here, so that the wait is counted.
                self._sent.refused += 1
                self._waiting |= waiting
                self._news.set()
                continue
            answer.raise_for_status()
            rested = max(began + self._kind.pace, ended + _REST * (ended - began))
            self._sent.renewals += 1
            self._sent.shown += [ended - self._sent.at[number] for number in waiting]
            seen |= waiting


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
        person: await asyncio.to_thread(sign_in, settings.port, person)
        for person in sorted({kind.person for kind in kinds})
    }
    limits = httpx.Limits(max_connections=None)
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{settings.port}", limits=limits) as http:
        pages = [OpenPage(kind, http, headers[kind.person], sent) for kind in kinds]
        open_ = [asyncio.create_task(page.stay()) for page in pages]
        try:
            async with asyncio.timeout(60):
                await asyncio.gather(*(page.listens.wait() for page in pages))
            yield
        finally:
            for page in open_:
                page.cancel()
            ended = await asyncio.gather(*open_, return_exceptions=True)
            for one in ended:
                if isinstance(one, BaseExceptionGroup):
                    raise one


@asynccontextmanager
async def _in_browser(port: int, person: str) -> AsyncIterator[BrowserPage]:
    """The person's queue in a real browser."""
    async with async_playwright() as playwright:
        browser = await launch(playwright)
        try:
            context = await browser.new_context(base_url=f"http://127.0.0.1:{port}", locale="ru-RU")
            page = await context.new_page()
            await page.goto("/sign-in")
            await page.get_by_label("Имя для входа").fill(person)
            await page.get_by_label("Пароль", exact=True).fill(PASSWORD)
            await page.get_by_role("button", name="Войти").click()
            await page.get_by_role("heading", name="Моя очередь").wait_for()
            yield page
        finally:
            await browser.close()


class _Curator:
    """Who gives the commands, by the API."""

    def __init__(self, http: httpx.AsyncClient, headers: dict[str, str]) -> None:
        self._http, self._headers = http, headers

    async def registers(self) -> int:
        registration = {
            "network": "vkontakte",
            "url": f"https://vk.com/bench-{uuid4().hex}",
            "author": "Житель",
            "text": "Не убирают снег.",
        }
        answer = await self._http.post("/api/messages", json=registration, headers=self._headers)
        return int(answer.raise_for_status().json()["id"])

    async def routes(self, number: int, body: str) -> None:
        where = {"bodies": [body], "topic": "potholes", "location": "Шуя", "importance": "ordinary"}
        answer = await self._http.post(f"/api/messages/{number}/route", json=where, headers=self._headers)
        answer.raise_for_status()


async def _commands(
    curator: _Curator, numbers: list[int], sent: Sent, browser: BrowserPage
) -> tuple[list[float], list[float]]:
    """Route one message after another; the seconds of each command, and of each row in the browser."""
    bodies = [body.key for body in data.directory().bodies if body.key != "department"]
    took, seen = [], []

    async def one(number: int, body: str) -> None:
        appears = None
        if body == _IN_BROWSER:
            appears = asyncio.create_task(browser.evaluate(_ROW_APPEARED, number))
            await asyncio.sleep(0.05)
        sent.at[number] = began = time.time()
        await curator.routes(number, body)
        took.append(time.time() - began)
        if appears is not None:
            seen.append(await appears - began)

    async with asyncio.timeout(COMMANDS * EVERY + 60), asyncio.TaskGroup() as group:
        for turn, number in enumerate(numbers):
            # Every third is for the body whose queue is open in the browser.
            body = _IN_BROWSER if turn % 3 == 0 else bodies[turn % len(bodies)]
            group.create_task(one(number, body))
            await asyncio.sleep(EVERY)
    return took, seen


async def measure(settings: Settings, demo: list[Pattern]) -> Figures:
    """Everything open, and the commands given."""
    await prepare(settings)
    database = Database(settings.database_url)
    await grow(database, [one for one in demo if one.message["stage"] != Stage.CLOSED], OPEN)
    await database.dispose()
    sent = Sent()
    address = f"http://127.0.0.1:{settings.port}"
    async with (
        process("worker", settings),
        process("api", settings),
        httpx.AsyncClient(base_url=address, timeout=60) as http,
    ):
        await until_ready(http)
        given = {"username": "curator", "password": PASSWORD}
        token = (await http.post("/api/token", data=given)).raise_for_status().json()["access_token"]
        curator = _Curator(http, {"Authorization": f"Bearer {token}"})
        numbers = [await curator.registers() for _ in range(COMMANDS)]
        async with (
            _in_browser(settings.port, f"executor-{_IN_BROWSER}") as browser,
            _opened(settings, numbers, sent),
        ):
            took, seen = await _commands(curator, numbers, sent, browser)
            await asyncio.sleep(SETTLED)
    return Figures(sent.shown, seen, sent.renewals, sent.refused, took)


async def report() -> None:
    """Print the figures of both databases with their goal."""
    with tempfile.TemporaryDirectory() as folder:
        demo = await patterns(Path(folder))
    with postgresql_server(durable=True) as server:
        for name in ("SQLite", "PostgreSQL"):
            with tempfile.TemporaryDirectory() as folder:
                async with temporal_server() as temporal:
                    url = (
                        f"sqlite:///{folder}/otklik.db"
                        if name == "SQLite"
                        else new_database(server, "open_pages")
                    )
                    settings = Settings.load(
                        data=Path(folder),
                        database_url=url,
                        demo=True,
                        demo_password=PASSWORD,
                        temporal_address=temporal,
                        port=free_port(),
                        command_keys=KEYS.written(),
                    )
                    _print(name, await measure(settings, demo))
    await asyncio.sleep(0.1)


def _print(name: str, figures: Figures) -> None:
    print(f"{PAGES} open pages, {OPEN:,} open messages, {COMMANDS} commands, one in {EVERY:.0f} s, {name}:")
    print(
        f"  a page shows the command after {figures.at(0.5):.2f} s at the median, {figures.at(0.99):.2f} s at p99"
        f" (goal ≤ {GOAL}), {max(figures.on_pages):.2f} s at most; {len(figures.on_pages)} times"
    )
    print(
        f"  a row is in the browser after {median(figures.in_browser):.2f} s, {max(figures.in_browser):.2f} s at most;"
        f" a command takes {median(figures.commands) * 1000:.0f} ms, {max(figures.commands) * 1000:.0f} at most"
    )
    print(f"  pages were renewed {figures.renewals} times, and {figures.refused} times told to wait")


if __name__ == "__main__":
    asyncio.run(report())
