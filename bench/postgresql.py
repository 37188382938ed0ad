"""Straight messages a second as an installation takes them: two API processes, two workers, PostgreSQL.

People register, route, draft, approve and publish over HTTP, 20 at once, each command to whichever API is next. The
same messages are also driven straight at Temporal, past the API, which tells what the API takes. The reference is the
bare workflow of the same outline on two worker processes, driven straight at the same server.
"""

import asyncio
import json
import tempfile
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AsyncExitStack, asynccontextmanager, closing
from http.client import HTTPConnection
from itertools import cycle
from pathlib import Path
from statistics import median
from threading import Lock
from time import perf_counter
from typing import Any, NamedTuple
from uuid import uuid4

import httpx
from temporalio.client import Client

from bench.installation import PASSWORD
from bench.processes import bare_worker, process, until_ready
from bench.straight_message import drive_bare, drive_ours, message_rows, rate, without_seals
from settings import Settings
from store.database.engines import Database
from store.migrations.setup import prepare
from tests.postgresql import new_database, postgresql_server
from tests.temporal_server import connect, free_port, temporal_server

AT_ONCE = 20
MESSAGES = 120
ROUNDS = 3
GOAL = 0.7
_FIRST_PAST_API = 1_000_000
"""Messages driven past the API are numbered from here."""
_WHERE = {"bodies": ["roads"], "topic": "potholes", "location": "Шуя", "importance": "ordinary"}


class Figures(NamedTuple):
    """Messages a second."""

    over_http: float
    past_api: float
    bare: float

    @property
    def ratio(self) -> float:
        return self.over_http / self.bare

    @property
    def ratio_past_api(self) -> float:
        return self.past_api / self.bare


class _People:
    """Drives messages over HTTP from threads: httpx would take more of the two cores than the service."""

    def __init__(self, ports: list[int], curator: dict[str, str], executor: dict[str, str]) -> None:
        self._next, self._lock = cycle(ports), Lock()
        self._curator, self._executor = curator, executor

    def _post(self, path: str, body: dict[str, Any] | None, headers: dict[str, str]) -> dict[str, Any]:
        with self._lock:
            port = next(self._next)
        content = None if body is None else json.dumps(body).encode()
        with closing(HTTPConnection("127.0.0.1", port, timeout=60)) as connection:
            connection.request("POST", path, content, {"Content-Type": "application/json", **headers})
            answer = connection.getresponse()
            read = answer.read()
        assert answer.status in (200, 201), (answer.status, read)
        view: dict[str, Any] = json.loads(read)
        return view

    def lead_one(self) -> None:
        """A message from its registration to its publication."""
        link = f"https://vk.com/bench-{uuid4().hex}"
        registration = {"network": "vkontakte", "url": link, "author": "Житель", "text": "Не убирают снег."}
        path = f"/api/messages/{self._post('/api/messages', registration, self._curator)['id']}"
        self._post(f"{path}/route", _WHERE, self._curator)
        text = {"kind": "answer", "text": "Снег убран сегодня утром."}
        draft = self._post(f"{path}/drafts", text, self._executor)["drafts"][-1]["id"]
        self._post(f"{path}/drafts/{draft}/approve", None, self._curator)
        assert (
            self._post(f"{path}/publication", {"url": f"{link}?reply=1"}, self._executor)["stage"] == "closed"
        )


async def _over_http(people: _People) -> float:
    started = perf_counter()
    loop = asyncio.get_running_loop()
    with ThreadPoolExecutor(AT_ONCE) as threads:
        await asyncio.gather(*(loop.run_in_executor(threads, people.lead_one) for _ in range(MESSAGES)))
    return MESSAGES / (perf_counter() - started)


async def _sign_in(port: int, person: str) -> dict[str, str]:
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", timeout=30) as http:
        await until_ready(http)
        answer = await http.post("/api/token", data={"username": person, "password": PASSWORD})
        return {"Authorization": f"Bearer {answer.raise_for_status().json()['access_token']}"}


@asynccontextmanager
async def _running(numbers: range) -> AsyncIterator[tuple[Client, _People]]:
    """`numbers`: of the messages to be driven past the API."""
    with tempfile.TemporaryDirectory() as folder, postgresql_server(durable=True) as server:
        async with temporal_server() as address, AsyncExitStack() as running:
            ports = [free_port(), free_port()]

            def settings(**own: Any) -> Settings:
                return Settings.load(
                    data=Path(folder),
                    database_url=new,
                    demo=True,
                    demo_password=PASSWORD,
                    temporal_address=address,
                    **own,
                )

            new = new_database(server, "bench")
            await prepare(settings())
            database = Database(settings().database_url)
            await message_rows(database, numbers)
            await database.dispose()
            for port in ports:
                await running.enter_async_context(process("worker", settings()))
                await running.enter_async_context(process("api", settings(port=port)))
                await running.enter_async_context(bare_worker(address))
            curator, executor = (
                await _sign_in(ports[0], "curator"),
                await _sign_in(ports[1], "executor-roads"),
            )
            yield await connect(address), _People(ports, curator, executor)


async def measure() -> Figures:
    """Both in turn, round by round; the medians."""
    numbers = range(_FIRST_PAST_API, _FIRST_PAST_API + (ROUNDS + 1) * MESSAGES)
    async with _running(numbers) as (client, people):
        rounds = []
        for turn in range(ROUNDS + 1):
            chunk = numbers[turn * MESSAGES : (turn + 1) * MESSAGES]
            over_http = await _over_http(people)
            past_api = await rate(lambda number: drive_ours(client, number), chunk)
            rounds.append(
                Figures(over_http, past_api, await rate(lambda _: drive_bare(without_seals(client)), chunk))
            )
    return Figures(*(median(figures) for figures in zip(*rounds[1:], strict=True)))


async def report() -> None:
    """Print the figures with their goal."""
    figures = await measure()
    print(
        "straight messages/s, PostgreSQL, 2 API and 2 worker processes, 20 at once; bare workflow:", end=" "
    )
    print(f"{figures.bare:.1f}")
    print(f"  over HTTP {figures.over_http:.1f}; ratio {figures.ratio:.2f} (goal ≥ {GOAL})")
    print(f"  past the API {figures.past_api:.1f}; ratio {figures.ratio_past_api:.2f}")


if __name__ == "__main__":
    asyncio.run(report())
