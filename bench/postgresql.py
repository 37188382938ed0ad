"""Straight messages a second as an installation takes them: two API processes, two workers, PostgreSQL.

People register, route, draft, approve and publish over HTTP, 20 at once, each command to whichever API is next. The
reference is the bare workflow of the same outline on two worker processes, driven straight at the same server.
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
from threading import Lock
from time import perf_counter
from typing import Any, NamedTuple
from uuid import uuid4

import httpx
from temporalio.client import Client
from temporalio.common import RawValue

from bench.bare_workflow import BARE_QUEUE, SIGNALS, BareMessage
from bench.installation import PASSWORD
from bench.processes import bare_worker, process, until_ready
from settings import Settings
from store.setup import prepare
from tests.postgresql import new_database, postgresql_server
from tests.temporal_server import connect, free_port, temporal_server

AT_ONCE = 20
MESSAGES = 120
ROUNDS = 3
GOAL = 0.7
_WHERE = {"bodies": ["roads"], "topic": "potholes", "location": "Шуя", "importance": "ordinary"}


class Figures(NamedTuple):
    """Messages a second."""

    ours: float
    bare: float

    @property
    def ratio(self) -> float:
        return self.ours / self.bare


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
        assert self._post(f"{path}/publication", {"url": link}, self._executor)["stage"] == "closed"


async def _ours(people: _People) -> float:
    started = perf_counter()
    loop = asyncio.get_running_loop()
    with ThreadPoolExecutor(AT_ONCE) as threads:
        await asyncio.gather(*(loop.run_in_executor(threads, people.lead_one) for _ in range(MESSAGES)))
    return MESSAGES / (perf_counter() - started)


async def _bare(client: Client) -> float:
    slots = asyncio.Semaphore(AT_ONCE)

    async def one() -> None:
        async with slots:
            handle = await client.start_workflow(
                BareMessage.run, id=f"bare-{uuid4().hex}", task_queue=BARE_QUEUE
            )
            for _ in range(SIGNALS):
                await handle.signal(BareMessage.step)
                await handle.query("received", result_type=RawValue)
            await handle.result()

    started = perf_counter()
    await asyncio.gather(*(one() for _ in range(MESSAGES)))
    return MESSAGES / (perf_counter() - started)


async def _sign_in(port: int, person: str) -> dict[str, str]:
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", timeout=30) as http:
        await until_ready(http)
        answer = await http.post("/api/token", data={"username": person, "password": PASSWORD})
        return {"Authorization": f"Bearer {answer.raise_for_status().json()['access_token']}"}


@asynccontextmanager
async def _running() -> AsyncIterator[tuple[Client, _People]]:
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
    async with _running() as (client, people):
        pairs = [Figures(await _ours(people), await _bare(client)) for _ in range(ROUNDS + 1)]
    return sorted(pairs[1:], key=lambda pair: pair.ratio)[ROUNDS // 2]


async def report() -> None:
    """Print the figures with their goal."""
    figures = await measure()
    print("straight messages/s over HTTP, PostgreSQL, 2 API and 2 worker processes, 20 at once:")
    print(
        f"  {figures.ours:.1f}; bare workflow: {figures.bare:.1f}; ratio {figures.ratio:.2f} (goal ≥ {GOAL})"
    )


if __name__ == "__main__":
    asyncio.run(report())
