"""Cost of the record of access: reads a second with it, against the same reads without, in the same run.

Two API processes share a database, a worker and a Temporal server; one of them records. Ten people read at once, as
people do: lists, a queue, messages, journals, notices. Both are asked in turn, in many short rounds; the median of the
rounds' ratios counts. What each API takes of the processors is told too: it feels less of what else the machine does.
"""

import asyncio
import json
import os
import sys
import tempfile
from collections.abc import AsyncIterator, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import AsyncExitStack, asynccontextmanager, closing
from http import HTTPStatus
from http.client import HTTPConnection
from itertools import cycle, islice
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import Any, NamedTuple
from uuid import uuid4

import httpx

from bench.installation import PASSWORD
from bench.processes import process, until_ready
from settings import Settings
from store.database.engines import Database
from store.database.session import Row
from store.migrations.setup import prepare
from tests.command_keys import KEYS
from tests.postgresql import new_database, postgresql_server
from tests.temporal_server import free_port, temporal_server

AT_ONCE = 10
MESSAGES = 40
READS = 100
"""Of one round. One person alone reads a tenth of it."""
ROUNDS = 30
GOAL = 0.95
_WHERE = {"bodies": ["roads"], "topic": "potholes", "location": "Шуя", "importance": "ordinary"}


class Figures(NamedTuple):
    """Reads a second; milliseconds of a processor for one read; median milliseconds of a read by one person alone."""

    recorded: float
    unrecorded: float
    work_recorded: float
    work_unrecorded: float
    alone_recorded: float
    alone_unrecorded: float

    @property
    def ratio(self) -> float:
        return self.recorded / self.unrecorded


class Result(NamedTuple):
    """The medians of all rounds, and that of their ratios."""

    of: Figures
    ratio: float


@asynccontextmanager
async def _unrecorded(settings: Settings) -> AsyncIterator[int]:
    child = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bench.unrecorded_api"),
        env={**os.environ, **settings.environment()},
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.DEVNULL,
    )
    try:
        yield child.pid
    finally:
        child.terminate()
        await child.wait()


class _Reader:
    """Reads at one API process, by the standard library: httpx would take as long as the answers."""

    def __init__(self, pid: int, port: int, headers: dict[str, str], paths: list[str]) -> None:
        self._stat = Path(f"/proc/{pid}/stat")
        self._port, self._headers, self._paths = port, headers, paths

    def read(self, first: int, number: int) -> list[float]:
        """That many reads on one connection; the milliseconds each took."""
        took = []
        with closing(HTTPConnection("127.0.0.1", self._port, timeout=60)) as connection:
            for path in islice(cycle(self._paths), first, first + number):
                started = perf_counter()
                connection.request("GET", path, headers=self._headers)
                answer = connection.getresponse()
                content = answer.read()
                assert answer.status == HTTPStatus.OK, (path, answer.status, content)
                took.append((perf_counter() - started) * 1000)
        return took

    def of_many(self) -> tuple[float, float]:
        """Reads a second of ten people at once, and the milliseconds of a processor that one of them takes."""
        share = READS // AT_ONCE
        started, worked = perf_counter(), self._worked()
        with ThreadPoolExecutor(AT_ONCE) as threads:
            list(threads.map(lambda person: self.read(person, share), range(AT_ONCE)))
        reads = share * AT_ONCE
        return reads / (perf_counter() - started), (self._worked() - worked) * 1000 / reads

    def _worked(self) -> float:
        """Seconds of processors that the process has taken so far."""
        fields = self._stat.read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


async def _sign_in(port: int, person: str) -> dict[str, str]:
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", timeout=30) as http:
        await until_ready(http)
        answer = await http.post("/api/token", data={"username": person, "password": PASSWORD})
        return {"Authorization": f"Bearer {answer.raise_for_status().json()['access_token']}"}


def _post(port: int, path: str, body: dict[str, Any], headers: dict[str, str]) -> dict[str, Any]:
    with closing(HTTPConnection("127.0.0.1", port, timeout=60)) as connection:
        headers = {"Content-Type": "application/json", **headers}
        connection.request("POST", path, json.dumps(body).encode(), headers)
        answer = connection.getresponse()
        content = answer.read()
    assert answer.status in (HTTPStatus.OK, HTTPStatus.CREATED), (answer.status, content)
    view: dict[str, Any] = json.loads(content)
    return view


def _paths(port: int, headers: dict[str, str]) -> list[str]:
    """What is read: of each message registered here, itself and its journal, between lists and notices."""
    paths = []
    for _ in range(MESSAGES):
        registration = {
            "network": "vkontakte",
            "url": f"https://vk.com/bench-{uuid4().hex}",
            "author": "Житель",
            "text": "Не убирают снег.",
        }
        message = _post(port, "/api/messages", registration, headers)["id"]
        _post(port, f"/api/messages/{message}/route", _WHERE, headers)
        one = f"/api/messages/{message}"
        paths += [one, f"{one}/journal", "/api/queue", "/api/messages", "/api/notices"]
    return paths


async def measure(url: Callable[[Path], str]) -> Result:
    """Both in turn, round by round; the medians of all but the first."""
    with tempfile.TemporaryDirectory() as folder:
        async with temporal_server() as address, AsyncExitStack() as running:

            def settings(port: int) -> Settings:
                return Settings.load(
                    data=Path(folder),
                    database_url=url(Path(folder)),
                    demo=True,
                    demo_password=PASSWORD,
                    temporal_address=address,
                    port=port,
                    command_keys=KEYS.written(),
                )

            recorded, unrecorded = settings(free_port()), settings(free_port())
            await prepare(recorded)
            await running.enter_async_context(process("worker", recorded))
            pids = (
                await running.enter_async_context(process("api", recorded)),
                await running.enter_async_context(_unrecorded(unrecorded)),
            )
            headers = await _sign_in(recorded.port, "curator")
            await _sign_in(unrecorded.port, "curator")
            paths = await asyncio.to_thread(_paths, recorded.port, headers)
            ports = (recorded.port, unrecorded.port)
            readers = [_Reader(pid, port, headers, paths) for pid, port in zip(pids, ports, strict=True)]
            rounds = [
                await asyncio.to_thread(_round, readers[0], readers[1], turn) for turn in range(ROUNDS + 1)
            ][1:]
            await _check(recorded.database_url)
    medians = Figures(*(median(figures) for figures in zip(*rounds, strict=True)))
    return Result(medians, median(one.ratio for one in rounds))


def _round(recorded: _Reader, unrecorded: _Reader, turn: int) -> Figures:
    if turn % 2:
        (many, work), (many_without, work_without) = recorded.of_many(), unrecorded.of_many()
    else:
        (many_without, work_without), (many, work) = unrecorded.of_many(), recorded.of_many()
    return Figures(
        many,
        many_without,
        work,
        work_without,
        median(recorded.read(turn, READS // 10)),
        median(unrecorded.read(turn, READS // 10)),
    )


async def _check(url: str) -> None:
    """Every read of the one, and none of the other, is on record, within a moment."""
    await asyncio.sleep(1)
    database = Database(url)
    async with database.lookup() as session:
        rows: list[Row[Any]] = list(
            await (await session.connection()).exec_driver_sql(
                "SELECT count(*) FROM access_record WHERE call IN "
                "('message.open', 'message.journal', 'queue', 'messages.list', 'notices')"
            )
        )
    await database.dispose()
    assert rows[0][0] == (ROUNDS + 1) * (READS + READS // 10), rows


async def report() -> None:
    """Print the figures of both databases with their goal."""
    with postgresql_server(durable=True) as server:
        new = new_database(server, "access")
        of: dict[str, Callable[[Path], str]] = {
            "SQLite": lambda folder: f"sqlite+aiosqlite:///{folder}/otklik.db",
            "PostgreSQL": lambda _: new,
        }
        for name, url in of.items():
            figures, ratio = await measure(url)
            print(f"reads/s, {name}, {AT_ONCE} at once: with the record of access and without", end=" ")
            print(f"{figures.recorded:.0f} and {figures.unrecorded:.0f}; ratio {ratio:.3f} (goal ≥ {GOAL})")
            print(
                f"  of a processor: {figures.work_recorded:.2f} and {figures.work_unrecorded:.2f} ms a read"
            )
            print(
                f"  one alone: {figures.alone_recorded:.1f} and {figures.alone_unrecorded:.1f} ms at the median"
            )


if __name__ == "__main__":
    asyncio.run(report())
