"""A restart of PostgreSQL is two lines in the log of each process: that it is away, and that it is there again."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from httpx import AsyncClient, HTTPError

from calendar_rules import regulation
from tests.api.messages.case import registration
from tests.faults.parts import HERE, Separate
from tests.faults.postgresql import PostgreSQL, mortal_server
from tests.faults.service import PASSWORD
from tests.patience import PATIENCE

AWAY, THERE = "the database is away", "the database is there again"
PROCESSES = ("api-1", "api-2", "worker-1", "worker-2")
PEOPLE = 6


@pytest.fixture
async def restarted(tmp_path: Path) -> AsyncIterator[dict[str, list[dict[str, Any]]]]:
    """What each process has logged, but for requests, since the server was restarted under people at work."""
    act = Path(regulation.__file__).with_name("acts") / "ivanovo_238.toml"
    with mortal_server() as postgresql:
        url = await asyncio.to_thread(postgresql.new_database, "restarted")
        parts = Separate(tmp_path, postgresql, url, act, HERE)
        try:
            await parts.start()
            yield await _told_of_restart(parts, postgresql, tmp_path)
        finally:
            await parts.stop()


async def _told_of_restart(
    parts: Separate, postgresql: PostgreSQL, folder: Path
) -> dict[str, list[dict[str, Any]]]:
    logs = {name: folder / f"{name}.log" for name in PROCESSES}
    over = asyncio.Event()
    async with AsyncClient(timeout=PATIENCE) as http:
        answer = await http.post(
            f"{parts.addresses[0]}/api/token", data={"username": "curator", "password": PASSWORD}
        )
        http.headers["Authorization"] = f"Bearer {answer.raise_for_status().json()['access_token']}"

        registered = asyncio.Semaphore(0)

        async def work(number: int) -> None:
            while not over.is_set():
                with suppress(HTTPError):
                    await http.get(f"{parts.addresses[number % 2]}/api/queue")
                    await http.post(f"{parts.addresses[number % 2]}/api/messages", json=registration())
                registered.release()

        async def work_goes_on() -> None:
            for _ in range(2 * PEOPLE):
                await registered.acquire()

        async with asyncio.TaskGroup() as people:
            for number in range(PEOPLE):
                people.create_task(work(number))
            await work_goes_on()
            before = {name: log.stat().st_size for name, log in logs.items()}
            await asyncio.to_thread(postgresql.stop)
            await _until_told(AWAY, logs, before)
            await asyncio.to_thread(postgresql.start)
            await _until_told(THERE, logs, before)
            await work_goes_on()
            over.set()
        await parts.until_ready()
    return {name: _lines(log, before[name]) for name, log in logs.items()}


async def _until_told(event: str, logs: dict[str, Path], since: dict[str, int]) -> None:
    """Wait until every process has told it."""
    async with asyncio.timeout(PATIENCE):
        for name, log in logs.items():
            while True:
                if event in {line["event"] for line in _lines(log, since[name])}:
                    break
                await asyncio.sleep(0.05)


def _lines(log: Path, since: int) -> list[dict[str, Any]]:
    """Lines of another form stand as they are."""
    lines: list[dict[str, Any]] = []
    for line in log.read_bytes()[since:].decode().splitlines():
        try:
            lines.append(json.loads(line))
        except ValueError:
            lines.append({"event": line})
    return [line for line in lines if line["event"] != "request"]


@pytest.mark.installation
async def test_a_restart_is_a_line_that_it_is_away_and_one_that_it_is_there(
    restarted: dict[str, list[dict[str, Any]]],
) -> None:
    of_database = {name: [line["event"] for line in lines] for name, lines in restarted.items()}
    assert of_database == {name: [AWAY, THERE] for name in PROCESSES}
    left_out = sum(line.get("lines_left_out", 0) for lines in restarted.values() for line in lines)
    assert left_out > 0
