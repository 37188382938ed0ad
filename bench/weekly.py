"""The weekly summary of a region: a year of messages with journals and limits, on SQLite and PostgreSQL.

A large region has 80,000 of them; the goal is in proportion to how many there are. `python -m bench weekly=MESSAGES`

Messages are the demo's, spread over a year. Measured is how long the summary of the last whole week takes, and of one
a year back, whose balance is counted back over everything since. The reference counts all runs of limits.
"""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from functools import partial

import sqlalchemy as sa

from bench.many_messages import Row, Rows, closed, moved_back, on_both
from bench.measurement import Goal, Line, in_turn
from service.reports.weekly.composition import compose
from service.reports.weekly.period import Week
from service.runs import rules
from store.database.blocking import BlockingDatabase
from store.reports.versions import Made

MESSAGES = 8_000
GOAL, OF_MESSAGES = 5.0, 80_000  # seconds
_WEEKS = 52
_EVERY_RUN = sa.text(
    "SELECT name, count(met_at), count(breached_at), count(cancelled_at) FROM limit_run GROUP BY name"
)


def _of_a_year(messages: int, number: int, message: Row, belonging: Rows) -> None:
    back = (messages - number) * _WEEKS // messages
    moved_back(timedelta(weeks=back), message, belonging)
    if back:
        closed(message, belonging)


def _seconds(database: BlockingDatabase, week: Week) -> tuple[float, float]:
    """Medians: of a summary, and of the reference."""
    given, made = rules.load(None, None), Made(week.name, 0, datetime.now(UTC), None)
    with database.read() as connection:

        def summary() -> None:
            assert compose(connection, given, week, made, is_over=True).totals.received, week

        pair = in_turn(summary, lambda: connection.execute(_EVERY_RUN).all(), rounds=3, warm_up=0)
    return pair.work / 1000, pair.reference / 1000


async def measure(messages: int = MESSAGES) -> AsyncIterator[Line]:
    """Both databases."""
    goal = Goal("work", "≤", GOAL * messages / OF_MESSAGES)
    last = Week.with_day(datetime.now(UTC).date()).later(-1)
    async for name, _, settings in on_both(messages, partial(_of_a_year, messages), whole_journals=True):
        blocking = BlockingDatabase(settings.database_url, 1)
        try:
            for label, week in (("last week", last), ("a year back", last.later(3 - _WEEKS))):
                took, reference = await asyncio.to_thread(_seconds, blocking, week)
                yield Line(f"{label}, {messages:,} messages, {name}", "s", took, reference, goal)
        finally:
            blocking.dispose()
