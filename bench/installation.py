"""A small installation to measure on, gone afterwards: its servers, its processes, and people who ask it over HTTP."""

import asyncio
import json
import os
import sys
import tempfile
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from http import HTTPStatus
from http.client import HTTPConnection
from pathlib import Path
from typing import Any, NamedTuple, Self
from urllib.parse import urlencode
from uuid import uuid4

from temporalio.client import Client

from bench.measuring import PATIENCE
from embedded.prepare import prepare
from embedded.temporal_server import TemporalPorts, TemporalServer
from settings import Settings
from store.database.engines import Database
from tests.command_keys import KEYS
from tests.ports import free_port
from tests.temporal_server import connect

PASSWORD = "bench"
NOBODY = "127.0.0.1:1"
"""An address at which no Temporal server is."""
WHERE = {"bodies": ["roads"], "topic": "potholes", "location": "Шуя", "importance": "ordinary"}
_LATER = (HTTPStatus.ACCEPTED, HTTPStatus.SERVICE_UNAVAILABLE)


@asynccontextmanager
async def prepared(url: str | None = None, address: str = NOBODY) -> AsyncIterator[tuple[Database, Settings]]:
    """Make a database with the demo directory, a new SQLite file without `url`; `address` is Temporal's."""
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        settings = Settings.load(
            data=Path(folder),
            database_url=url,
            demo=True,
            demo_password=PASSWORD,
            temporal_address=address,
            port=free_port(),
            keys=KEYS.written(),
        )
        await prepare(settings)
        database = Database(settings.database_url)
        try:
            yield database, settings
        finally:
            await database.dispose()


@asynccontextmanager
async def installation(url: str | None = None) -> AsyncIterator[tuple[Client, Database, Settings]]:
    """The same with a Temporal server as `otklik serve` has it, which keeps its state in a file."""
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        ports = TemporalPorts(grpc=free_port(), ui=free_port())
        server = TemporalServer(Path(folder) / "temporal.db", ports, training=False)
        silent = asyncio.subprocess.DEVNULL
        child = await asyncio.create_subprocess_exec(*server.command(), stdout=silent, stderr=silent)
        try:
            async with asyncio.timeout(PATIENCE):
                await server.until_ready()
            async with prepared(url, ports.address) as (database, settings):
                yield await connect(ports.address), database, settings
        finally:
            child.terminate()
            await child.wait()


@asynccontextmanager
async def started(*command: str, **environment: str) -> AsyncIterator[int]:
    """Run a Python module while the block runs; yields its process number."""
    child = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", *command),
        env=os.environ | environment,
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.DEVNULL,
    )
    try:
        yield child.pid
    finally:
        if child.returncode is None:
            child.terminate()
        await child.wait()


@asynccontextmanager
async def process(command: str, settings: Settings) -> AsyncIterator[int]:
    """Run `otklik worker` or `otklik api` as an installation does; an API answers when the block begins."""
    async with started("cli", command, **settings.environment()) as number:
        async with asyncio.timeout(PATIENCE):
            while command == "api" and not await asyncio.to_thread(_answers, settings.port):  # noqa: ASYNC110
                await asyncio.sleep(0.05)
        yield number


def _answers(port: int) -> bool:
    with suppress(OSError), Asker(port) as asker:
        return asker.ask("GET", "/healthz").status == HTTPStatus.OK
    return False


class Answer(NamedTuple):
    """An answer with its body."""

    status: int
    headers: dict[str, str]
    body: bytes


class Asker:
    """Somebody who asks one process, by the standard library: httpx would take as long as the answers."""

    def __init__(self, port: int, headers: dict[str, str] | None = None) -> None:
        self._connection = HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
        self.headers = headers or {}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._connection.close()

    def ask(self, method: str, path: str, body: bytes | None = None, **headers: str) -> Answer:
        """Return what is answered at last: a machine that is too busy is asked again, and the time counts."""
        while True:
            self._connection.request(method, path, body, self.headers | headers)
            answer = self._connection.getresponse()
            content = answer.read()
            if answer.status not in _LATER:
                break
            time.sleep(0.05)
        found = dict[str, str]()
        for name, value in answer.getheaders():
            found[name.lower()] = f"{found[name.lower()]}, {value}" if name.lower() in found else value
        return Answer(answer.status, found, content)

    def get(self, path: str) -> Answer:
        """Return what is there. Raises AssertionError where it is not."""
        answer = self.ask("GET", path)
        assert answer.status == HTTPStatus.OK, (path, answer)
        return answer

    def post(self, path: str, body: object = None) -> Any:
        """Give a command until its outcome is known. Raises AssertionError where it is refused."""
        content = None if body is None else json.dumps(body).encode()
        names = {"Content-Type": "application/json", "Idempotency-Key": uuid4().hex}
        answer = self.ask("POST", path, content, **names)
        assert answer.status in (HTTPStatus.OK, HTTPStatus.CREATED), (path, answer)
        return json.loads(answer.body)


def program_of(port: int, person: str) -> Asker:
    """Return a program that acts for the person by the API."""
    with Asker(port, {"Content-Type": "application/x-www-form-urlencoded"}) as asker:
        form = urlencode({"username": person, "password": PASSWORD})
        answer = asker.ask("POST", "/api/token", form.encode())
    assert answer.status == HTTPStatus.OK, answer
    return Asker(port, {"Authorization": f"Bearer {json.loads(answer.body)['access_token']}"})


def register(curator: Asker, text: str = "Не убирают снег.") -> tuple[int, str]:
    """Register a message; returns its number and its link."""
    link = f"https://vk.com/bench-{uuid4().hex}"
    message = {"network": "vkontakte", "url": link, "author": "Житель", "text": text}
    return int(curator.post("/api/messages", message)["id"]), link


def lead(curator: Asker, executor: Asker, text: str = "Снег убран сегодня утром.") -> list[float]:
    """Lead a message from its registration to its publication; returns the seconds of each of its four commands."""
    number, link = register(curator, text)
    took, draft, view = [], "", {}
    for who, name, body in (
        (curator, "route", WHERE),
        (executor, "drafts", {"kind": "answer", "text": text}),
        (curator, "drafts/{draft}/approve", None),
        (executor, "publication", {"url": f"{link}?reply=1"}),
    ):
        begun = time.perf_counter()
        view = who.post(f"/api/messages/{number}/{name.format(draft=draft)}", body)
        took.append(time.perf_counter() - begun)
        draft = view["drafts"][-1]["id"] if view["drafts"] else ""
    assert view["stage"] == "closed", view
    return took
