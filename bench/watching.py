"""Reads of `/metrics` on a database of a hundred thousand messages, against the same counts over every row.

Ten thousand messages are open, with three limits each; all have left eight. `python -m bench.watching`
"""

import asyncio
import tempfile
from datetime import UTC, datetime
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import NamedTuple

from sqlalchemy import text
from sqlmodel.ext.asyncio.session import AsyncSession

from settings import Settings
from store.database.engines import Database
from store.migrations.setup import prepare
from store.oversight import work_metrics
from tests.postgresql import new_database, postgresql_server

MESSAGES, OPEN, RUNS, OPEN_RUNS = 100_000, 10_000, 8, 3
ROUNDS = 9
MOST_MS = 100.0

_NUMBERS = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {last})"
_MESSAGES = f"""
{_NUMBERS.format(last=MESSAGES)}
INSERT INTO message (number, network, url, author, text, search_text, lemmas, detected_at, registered_at,
    registered_by, stage, overdue, clock_ahead, recorded, rows)
SELECT i, 'forum', '', '', '', '', '', '2026-11-23', '2026-11-23', 'curator', 'closed', false, 0, 0, 0 FROM n
"""
_LIMITS = f"""
{_NUMBERS.format(last=RUNS)}
INSERT INTO limit_run (message, number, name, holder_role, started_at, due_at, met_at, inherited, run)
SELECT number, i, CASE i WHEN 1 THEN 'answer' WHEN 2 THEN 'draft' WHEN 3 THEN 'return' ELSE 'rework' END, 'executor',
    '2026-11-23', '2026-11-24', '2026-11-24', false, '{{"explanation": "{"x" * 1200}"}}'
FROM message, n
"""
_STILL_OPEN = (
    f"UPDATE limit_run SET met_at = NULL WHERE number <= {OPEN_RUNS} AND message > {MESSAGES - OPEN}"
)
_OF_EVERY_ROW = """
SELECT name, count(CASE WHEN met_at IS NULL AND cancelled_at IS NULL THEN 1 END) FROM limit_run GROUP BY name
"""


class Figure(NamedTuple):
    """Milliseconds, the medians."""

    ours: float
    every_row: float


async def measure(database: Database) -> Figure:
    """Fill a prepared database, and read both in turn."""
    async with database.write() as session:
        connection = await session.connection()
        for statement in (_MESSAGES, _LIMITS, _STILL_OPEN):
            await connection.exec_driver_sql(statement)
    async with database.changing_schema() as connection:
        await connection.exec_driver_sql("ANALYZE")
    pairs = []
    for _ in range(ROUNDS):
        async with database.read() as session:
            pairs.append((await _ours(session), await _every_row(session)))
    return Figure(median(pair[0] for pair in pairs), median(pair[1] for pair in pairs))


async def _ours(session: AsyncSession) -> float:
    started = perf_counter()
    found = await work_metrics.read(session, datetime.now(UTC))
    taken = perf_counter() - started
    assert {runs.count for runs in found.limits.values()} == {OPEN}
    return taken * 1000


async def _every_row(session: AsyncSession) -> float:
    started = perf_counter()
    (await (await session.connection()).execute(text(_OF_EVERY_ROW))).all()
    return (perf_counter() - started) * 1000


async def report() -> None:
    """Print the figures with their goal."""
    with tempfile.TemporaryDirectory() as folder, postgresql_server() as server:
        for name, url in (
            ("PostgreSQL", new_database(server, "watching")),
            ("SQLite", f"sqlite+aiosqlite:///{folder}/otklik.db"),
        ):
            await prepare(Settings.load(data=Path(folder), database_url=url))
            database = Database(url)
            found = await measure(database)
            await database.dispose()
            print(
                f"figures of {MESSAGES:,} messages, {OPEN:,} open, {name}: {found.ours:.1f} ms"
                f" (goal ≤ {MOST_MS:.0f}); counted over every row: {found.every_row:.1f} ms"
            )


if __name__ == "__main__":
    asyncio.run(report())
