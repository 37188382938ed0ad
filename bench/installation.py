"""A small installation to measure on, gone afterwards: its servers, its processes, and people who ask it over HTTP."""

import asyncio
import gzip
import json
import os
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from http import HTTPStatus
from http.client import HTTPConnection, RemoteDisconnected
from pathlib import Path
from typing import Any, NamedTuple, Self
from urllib.parse import urlencode
from uuid import uuid4

import httpx
from temporalio.client import Client

from api.web.session import COOKIE
from bench.measurement import PATIENCE
from embedded.prepare import prepare
from embedded.temporal_server import TemporalPorts, TemporalServer
from settings import Settings
from store.database.engines import Database
from tests.command_keys import KEYS
from tests.postgresql import new_database, postgresql_server
from tests.temporal_server import connect, free_port, temporal_server

PASSWORD = "bench"
NOBODY = "127.0.0.1:1"
WHERE = {"bodies": ["roads"], "topic": "potholes", "location": "Шуя", "importance": "ordinary"}
_LATER = (HTTPStatus.ACCEPTED, HTTPStatus.SERVICE_UNAVAILABLE)


@asynccontextmanager
async def prepared(
    url: str | None = None, address: str = NOBODY, *, training: bool = False
) -> AsyncIterator[tuple[Database, Settings]]:
    """A database with the demo directory, a new SQLite file without `url`; Temporal is looked for at the address."""
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        settings = Settings.load(
            data=Path(folder),
            database_url=url,
            demo=True,
            training=training,
            demo_password=PASSWORD,
            temporal_address=address,
            port=free_port(),
            command_keys=KEYS.written(),
        )
        await prepare(settings)
        database = Database(settings.database_url)
        try:
            yield database, settings
        finally:
            await database.dispose()


@asynccontextmanager
async def installation(
    url: str | None = None, *, training: bool = False, on_file: bool = False
) -> AsyncIterator[tuple[Client, Database, Settings]]:
    """The same with a Temporal server: one that keeps all in memory, or one as `otklik serve` has it (`on_file`)."""
    async with (
        _temporal(training=training) if on_file else temporal_server() as address,
        prepared(url, address, training=training) as (database, settings),
    ):
        yield await connect(address), database, settings


@asynccontextmanager
async def _temporal(*, training: bool) -> AsyncIterator[str]:
    with tempfile.TemporaryDirectory() as folder:
        async with temporal_on(Path(folder) / "temporal.db", training=training) as address:
            yield address


@asynccontextmanager
async def temporal_on(file: Path, *, training: bool = False) -> AsyncIterator[str]:
    """Temporal's server as `otklik serve` has it, on this file; its address."""
    ports = TemporalPorts(grpc=free_port(), ui=free_port())
    server = TemporalServer(file, ports, training=training)
    program, *arguments = server.command()
    silent = asyncio.subprocess.DEVNULL
    child = await asyncio.create_subprocess_exec(program, *arguments, stdout=silent, stderr=silent)
    try:
        async with asyncio.timeout(PATIENCE):
            await server.until_ready()
        yield ports.address
    finally:
        child.terminate()
        await child.wait()


@contextmanager
def both_databases() -> Iterator[dict[str, str]]:
    """Addresses of new databases by their names: SQLite in a file, and PostgreSQL that writes to the disk."""
    with tempfile.TemporaryDirectory() as folder, postgresql_server(durable=True) as server:
        yield {"SQLite": f"sqlite:///{folder}/otklik.db", "PostgreSQL": new_database(server, "bench")}


@asynccontextmanager
async def started(*command: str, **environment: str) -> AsyncIterator[int]:
    """A Python process while the block runs; its number."""
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
    """`otklik worker` or `otklik api` as an installation runs it, and its number; an API answers at the beginning."""
    async with started("cli", command, **settings.environment()) as number:
        if command == "api":
            await _until_it_answers(settings.port)
        yield number


async def _until_it_answers(port: int) -> None:
    async with asyncio.timeout(PATIENCE), httpx.AsyncClient() as http:
        while True:
            with suppress(httpx.TransportError):
                if (await http.get(f"http://127.0.0.1:{port}/healthz")).is_success:
                    return
            await asyncio.sleep(0.05)


class Answer(NamedTuple):
    """What was answered, unpacked, and the bytes of its body on the wire."""

    status: int
    headers: dict[str, str]
    body: bytes
    wire: int


class Asker:
    """Somebody who asks one API process, by the standard library: httpx would take as long as the answers."""

    def __init__(self, port: int, headers: dict[str, str] | None = None) -> None:
        self._connection = HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
        self.headers = headers or {}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._connection.close()

    def ask(self, method: str, path: str, body: bytes | None = None, **headers: str) -> Answer:
        """Whatever is answered at last: a machine that is too busy is asked again, and the time counts."""
        while True:
            try:
                self._connection.request(method, path, body, self.headers | headers)
                answer = self._connection.getresponse()
                content = answer.read()
            except (BrokenPipeError, ConnectionResetError, RemoteDisconnected):
                # It was idle for longer than the server keeps one.
                self._connection.close()
                continue
            if answer.status not in _LATER:
                break
            time.sleep(0.05)
        found = dict[str, str]()
        for name, value in answer.getheaders():
            found[name.lower()] = f"{found[name.lower()]}, {value}" if name.lower() in found else value
        unpacked = gzip.decompress(content) if found.get("content-encoding") == "gzip" else content
        return Answer(answer.status, found, unpacked, len(content))

    def get(self, path: str) -> Answer:
        """What is there; raises AssertionError where it is not."""
        answer = self.ask("GET", path)
        assert answer.status == HTTPStatus.OK, (path, answer)
        return answer

    def post(self, path: str, body: object = None) -> Any:
        """A command until its outcome is known; raises AssertionError where it is refused."""
        content = None if body is None else json.dumps(body).encode()
        names = {"Content-Type": "application/json", "Idempotency-Key": uuid4().hex}
        answer = self.ask("POST", path, content, **names)
        assert answer.status in (HTTPStatus.OK, HTTPStatus.CREATED), (path, answer)
        return json.loads(answer.body)


def _token(port: int, person: str) -> str:
    """What signs the person in: a program by its header, a browser by its cookie."""
    with Asker(port, {"Content-Type": "application/x-www-form-urlencoded"}) as asker:
        form = urlencode({"username": person, "password": PASSWORD})
        answer = asker.ask("POST", "/api/token", form.encode())
    assert answer.status == HTTPStatus.OK, answer
    token: str = json.loads(answer.body)["access_token"]
    return token


def program_of(port: int, person: str) -> Asker:
    """A program that acts for the person by the API."""
    return Asker(port, {"Authorization": f"Bearer {_token(port, person)}"})


def browser_of(port: int, person: str) -> Asker:
    """The person's browser at the pages."""
    cookie = f"{COOKIE}={_token(port, person)}"
    return Asker(port, {"Cookie": cookie, "Accept": "text/html", "Accept-Encoding": "gzip"})


async def people(port: int) -> tuple[Asker, Asker]:
    """A curator's program and an executor's."""
    curator = await asyncio.to_thread(program_of, port, "curator")
    return curator, await asyncio.to_thread(program_of, port, "executor-roads")


def register(curator: Asker, text: str = "Не убирают снег.") -> tuple[int, str]:
    """A new message: its number, and its link."""
    link = f"https://vk.com/bench-{uuid4().hex}"
    message = {"network": "vkontakte", "url": link, "author": "Житель", "text": text}
    return int(curator.post("/api/messages", message)["id"]), link


def lead(curator: Asker, executor: Asker, text: str = "Снег убран сегодня утром.") -> list[float]:
    """A message from its registration to its publication; returns the seconds of each of its four commands."""
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
