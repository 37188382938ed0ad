"""A restart of PostgreSQL is two lines in the log of each process: that it is away, and that it is there again."""

import asyncio
import json
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from httpx import HTTPError

from tests.api.messages.case import registration
from tests.faults.parts import separate
from tests.faults.service import People
from tests.patience import PATIENCE

AWAY, THERE = "the database is away", "the database is there again"
PROCESSES = ("api-1", "api-2", "worker-1", "worker-2")
PEOPLE = 6


async def until_told(event: str, logs: dict[str, Path], since: dict[str, int]) -> None:
    """Wait until every process has told it."""
    async with asyncio.timeout(PATIENCE):
        for name, log in logs.items():
            while event not in {line["event"] for line in told(log, since[name])}:  # noqa: ASYNC110  other processes
                await asyncio.sleep(0.05)


def told(log: Path, since: int) -> list[dict[str, Any]]:
    """What it has logged, but for requests; lines of another form stand as they are."""
    lines: list[dict[str, Any]] = []
    for line in log.read_bytes()[since:].decode().splitlines():
        try:
            lines.append(json.loads(line))
        except ValueError:
            lines.append({"event": line})
    return [line for line in lines if line["event"] != "request"]


@pytest.mark.installation
async def test_a_restart_is_a_line_that_it_is_away_and_one_that_it_is_there(tmp_path: Path) -> None:
    logs = {name: tmp_path / f"{name}.log" for name in PROCESSES}
    over, registered = asyncio.Event(), asyncio.Semaphore(0)
    async with separate(tmp_path) as parts:
        people = People(*parts.addresses, timeout=PATIENCE)
        await people.sign_in("curator")

        async def work() -> None:
            while not over.is_set():
                with suppress(HTTPError):
                    await people.get("curator", "/queue")
                    await people.send(people.intend("curator", "/messages", registration()))
                registered.release()

        async def work_goes_on() -> None:
            for _ in range(2 * PEOPLE):
                await registered.acquire()

        async with asyncio.TaskGroup() as group:
            for _ in range(PEOPLE):
                group.create_task(work())
            await work_goes_on()
            before = {name: log.stat().st_size for name, log in logs.items()}
            await asyncio.to_thread(parts.postgresql.stop)
            await until_told(AWAY, logs, before)
            await asyncio.to_thread(parts.postgresql.start)
            await until_told(THERE, logs, before)
            await work_goes_on()
            over.set()
        await people.close()
        await parts.until_ready()
    lines = {name: told(log, before[name]) for name, log in logs.items()}
    assert {name: [line["event"] for line in found] for name, found in lines.items()} == {
        name: [AWAY, THERE] for name in PROCESSES
    }
    assert sum(line.get("lines_left_out", 0) for found in lines.values() for line in found) > 0
