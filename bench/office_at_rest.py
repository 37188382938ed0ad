"""Growth of Temporal's store by an office that has nothing to do: bytes of a closed run, by the runs of a month.

What is looked for begins no run where nothing is due, so at rest only schedules do. Some of them are triggered many
times, and what the server's file has grown by is all that a run leaves: its history, its row in lists, and what its
schedule notes of it. Nothing is taken off for what retention deletes.
"""

import asyncio
import sqlite3
import tempfile
from collections.abc import AsyncIterator
from contextlib import closing
from pathlib import Path

from temporalio.client import Client

from bench.installation import prepared, temporal_on
from bench.measurement import Goal, Line
from service.runs.connection import in_namespace
from service.runs.schedules import DECLARED, ensure
from tests.temporal_server import connect
from worker import office_worker
from workflows.office import OfficeTask

_ENDING = (OfficeTask.ANCHORS, OfficeTask.RETENTION, OfficeTask.NETWORK_KEYS)
"""Such as do not wait for an office to open."""
_TIMES = 40
_DAYS = 365.25 / 12
A_MONTH = Goal("work", "≤", 50.0)


def runs_a_month() -> float:
    """How many runs the schedules begin in a month, which is the twelfth of a year."""
    return sum(_DAYS / (1 if item.weekday is None else 7) for item in DECLARED)


async def _trigger(client: Client, times: int) -> None:
    """Returns when every run has ended; one that comes while the one before is at work would be left out."""
    for _ in range(times):
        closed = await _closed(client)
        for task in _ENDING:
            await client.get_schedule_handle(task).trigger()
        while await _closed(client) < closed + len(_ENDING):  # noqa: ASYNC110
            await asyncio.sleep(0.05)


async def _closed(client: Client) -> int:
    return (
        await client.count_workflows("WorkflowType = 'OfficeWork' AND ExecutionStatus = 'Completed'")
    ).count


def _size(file: Path) -> int:
    """Bytes in use, once what was written lately is in the file."""
    with closing(sqlite3.connect(file)) as connection:
        connection.execute("PRAGMA wal_checkpoint(PASSIVE)")
        pages, free, size = (
            connection.execute(f"PRAGMA {name}").fetchone()[0]
            for name in ("page_count", "freelist_count", "page_size")
        )
    return int((pages - free) * size)


async def measure() -> AsyncIterator[Line]:
    """One server, one worker of the office, three schedules."""
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        file = Path(folder) / "temporal.db"
        async with temporal_on(file) as address, prepared(None, address) as (_, settings):
            client = in_namespace(await connect(address), settings.office_namespace)
            await ensure(client, "Europe/Moscow", tuple(item for item in DECLARED if item.task in _ENDING))
            async with office_worker(client, settings):
                await _trigger(client, 1)
                before, runs = _size(file), await _closed(client)
                await _trigger(client, _TIMES)
                grown, runs = _size(file) - before, await _closed(client) - runs
    yield Line("a run of the office leaves", "KB", grown / runs / 1000)
    yield Line("runs in a month at rest", "runs", runs_a_month())
    yield Line("Temporal's store grows in a month", "MB", grown / runs * runs_a_month() / 1e6, goal=A_MONTH)
