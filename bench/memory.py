"""Memory of the worker and of the API: at rest, and with ten thousand messages open.

A worker keeps the newest messages in memory and replays the others when something happens to them, so what grows
with the number of open messages is only what is not bounded by that.
"""

import asyncio
import tempfile
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import NamedTuple

import httpx
from sqlalchemy import func
from sqlmodel import col, select

from bench.installation import PASSWORD, installation
from bench.processes import process, until_ready
from bench.straight_message import message_rows, start_message
from settings import Settings
from store.database.engines import Database
from store.messages.tables import MessageRow
from tests.temporal_server import free_port

MESSAGES = 10_000
GOAL = 20.0  # KiB for each open message, of both processes together
_AT_ONCE = 30
_STALLED = timedelta(seconds=60)


class Figures(NamedTuple):
    """Resident memory in MiB."""

    worker_at_rest: float
    api_at_rest: float
    worker: float
    api: float

    @property
    def growth(self) -> float:
        """KiB for each open message."""
        grown = self.worker + self.api - self.worker_at_rest - self.api_at_rest
        return grown * 1024 / MESSAGES


def _resident(process_id: int) -> float:
    """MiB of a process that are in memory."""
    for line in Path(f"/proc/{process_id}/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) / 1024
    raise ProcessLookupError(process_id)


async def _recorded(database: Database) -> int:
    async with database.read() as session:
        return (await session.exec(select(func.count()).where(col(MessageRow.recorded) > 0))).one()


async def _until_all_are_open(database: Database) -> None:
    moved, known = datetime.now(UTC), 0
    while known < MESSAGES:
        assert datetime.now(UTC) - moved < _STALLED, f"only {known} of {MESSAGES} messages were opened"
        await asyncio.sleep(1)
        if (now := await _recorded(database)) > known:
            moved, known = datetime.now(UTC), now


async def _list(http: httpx.AsyncClient, headers: dict[str, str]) -> None:
    for _ in range(20):
        (await http.get("/api/messages", headers=headers)).raise_for_status()


async def measure() -> Figures:
    """At rest after a few lists, and again with all messages open."""
    with tempfile.TemporaryDirectory() as folder:
        async with installation(Path(folder)) as (client, database, prepared):
            settings = Settings.load(**{**prepared.model_dump(), "port": free_port()})
            await message_rows(database, range(1, MESSAGES + 1))
            async with (
                process("worker", settings) as worker,
                process("api", settings) as api,
                httpx.AsyncClient(base_url=f"http://127.0.0.1:{settings.port}", timeout=60) as http,
            ):
                await until_ready(http)
                given = {"username": "curator", "password": PASSWORD}
                token = (await http.post("/api/token", data=given)).raise_for_status().json()["access_token"]
                headers = {"Authorization": f"Bearer {token}"}
                await _list(http, headers)
                at_rest = _resident(worker), _resident(api)
                slots = asyncio.Semaphore(_AT_ONCE)

                async def start(number: int) -> None:
                    async with slots:
                        await start_message(client, number)

                await asyncio.gather(*map(start, range(1, MESSAGES + 1)))
                await _until_all_are_open(database)
                await _list(http, headers)
                return Figures(*at_rest, _resident(worker), _resident(api))


async def report() -> None:
    """Print the figures with their goal."""
    figures = await measure()
    print(f"memory at rest: worker {figures.worker_at_rest:.0f} MiB, API {figures.api_at_rest:.0f} MiB")
    print(
        f"with {MESSAGES} open messages: worker {figures.worker:.0f} MiB, API {figures.api:.0f} MiB;"
        f" {figures.growth:.1f} KiB a message (goal ≤ {GOAL:.0f})"
    )


if __name__ == "__main__":
    asyncio.run(report())
