"""An HTTP command to its confirmed outcome, against a signal and a query straight to Temporal.

The same four commands of a straight message, to the same worker, one after another in turn; sign-in is done once.
"""

import asyncio
import json
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from http.client import HTTPConnection
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import Any, NamedTuple
from uuid import uuid4

import httpx
from temporalio.client import Client

from bench.installation import PASSWORD, installation
from bench.processes import process, until_ready
from bench.straight_message import message_rows, start_message, straight_commands
from settings import Settings
from tests.temporal_server import free_port
from workflows.state import OutcomeAnswer

ROUNDS = 40
WARM_UP = 5
GOAL = 1.5
_FIRST_DIRECT = 1_000_000
"""Messages driven past the API are numbered from here."""


class Figures(NamedTuple):
    """Medians in milliseconds."""

    http: float
    direct: float

    @property
    def ratio(self) -> float:
        return self.http / self.direct


async def direct_commands(client: Client, number: int) -> list[float]:
    """What each command of one message took that was signalled past the API, in seconds."""
    handle = await start_message(client, number)
    await handle.query("state", result_type=OutcomeAnswer)
    took = []
    for command in straight_commands():
        started = perf_counter()
        await handle.signal(command.name, command)
        answer: OutcomeAnswer = await handle.query("outcome", command.id, result_type=OutcomeAnswer)
        took.append(perf_counter() - started)
        assert answer.outcome is not None and answer.outcome.accepted
    return took


def _post(
    http: HTTPConnection, path: str, body: dict[str, Any] | None, headers: dict[str, str]
) -> tuple[int, bytes]:
    content = None if body is None else json.dumps(body).encode()
    http.request("POST", path, content, {"Content-Type": "application/json", **headers})
    answer = http.getresponse()
    return answer.status, answer.read()


def _over_http(http: HTTPConnection, curator: dict[str, str], executor: dict[str, str]) -> list[float]:
    link = f"https://vk.com/bench-{uuid4().hex}"
    registration = {"network": "vkontakte", "url": link, "author": "Житель", "text": "Не убирают снег."}
    status, content = _post(http, "/api/messages", registration, curator)
    assert status == 201, content
    path, took, draft = f"/api/messages/{json.loads(content)['id']}", [], ""
    where = {"bodies": ["roads"], "topic": "potholes", "location": "Шуя", "importance": "ordinary"}
    for name, body, headers in (
        ("route", where, curator),
        ("drafts", {"kind": "answer", "text": "Снег убран сегодня утром."}, executor),
        ("drafts/{draft}/approve", None, curator),
        ("publication", {"url": f"{link}?reply=1"}, executor),
    ):
        started = perf_counter()
        status, content = _post(http, f"{path}/{name.format(draft=draft)}", body, headers)
        took.append(perf_counter() - started)
        assert status == 200, content
        drafts: list[dict[str, Any]] = json.loads(content)["drafts"]
        draft = drafts[-1]["id"] if drafts else ""
    return took


async def _sign_in(http: httpx.AsyncClient, person: str) -> dict[str, str]:
    answer = await http.post("/api/token", data={"username": person, "password": PASSWORD})
    return {"Authorization": f"Bearer {answer.raise_for_status().json()['access_token']}"}


@asynccontextmanager
async def _running() -> AsyncIterator[tuple[Client, httpx.AsyncClient]]:
    with tempfile.TemporaryDirectory() as folder:
        async with installation(Path(folder)) as (client, database, prepared):
            settings = Settings.load(**{**prepared.model_dump(), "port": free_port()})
            await message_rows(database, range(_FIRST_DIRECT, _FIRST_DIRECT + ROUNDS + WARM_UP))
            address = f"http://127.0.0.1:{settings.port}"
            async with (
                process("worker", settings),
                process("api", settings),
                httpx.AsyncClient(base_url=address, timeout=30) as http,
            ):
                await until_ready(http)
                yield client, http


async def measure() -> Figures:
    """Both in turn."""
    over_http: list[float] = []
    direct: list[float] = []
    async with _running() as (client, http):
        curator, executor = await _sign_in(http, "curator"), await _sign_in(http, "executor-roads")
        # httpx itself takes 1.5 ms a call; this one is blocking, and one call is made at a time.
        blocking = HTTPConnection(http.base_url.host, http.base_url.port or 80, timeout=30)
        for turn in range(ROUNDS + WARM_UP):
            mine = _over_http(blocking, curator, executor)
            theirs = await direct_commands(client, _FIRST_DIRECT + turn)
            if turn >= WARM_UP:
                over_http += mine
                direct += theirs
        blocking.close()
    return Figures(median(over_http) * 1000, median(direct) * 1000)


async def report() -> None:
    """Print the figures with their goal."""
    figures = await measure()
    print(
        f"HTTP command to its outcome: {figures.http:.1f} ms; signal + query: {figures.direct:.1f} ms (medians)"
    )
    print(f"  ratio {figures.ratio:.2f} (goal ≤ {GOAL})")
    await asyncio.sleep(0.1)


if __name__ == "__main__":
    print(f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC")
    asyncio.run(report())
