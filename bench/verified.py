"""Messages that `otklik verify` checks a second of a processor, against reading the same rows and no more.

The demo's messages, many times over, on SQLite and on PostgreSQL. `python -m bench verified=MESSAGES`
"""

import resource
from collections.abc import AsyncIterator
from contextlib import redirect_stdout
from io import StringIO
from time import process_time

import sqlalchemy as sa

from bench.many_messages import on_both
from bench.measurement import Goal, Line
from service.journal.verification import WHOLE, verify
from store.database.blocking import BlockingDatabase
from store.messages.tables import JournalRow

MESSAGES = 3_000
GOAL = 170.0
"""Messages a second: a hundred thousand within ten minutes of a night."""


async def measure(messages: int = MESSAGES) -> AsyncIterator[Line]:
    """Both databases; then the memory of this process, which has filled them too."""
    async for name, _, settings in on_both(messages, whole_journals=True):
        told, begun = StringIO(), process_time()
        with redirect_stdout(told):
            code = await verify(settings, journals_only=True)
        assert code == WHOLE, told.getvalue()
        checked, read = messages / (process_time() - begun), messages / _reading(settings.database_url)
        yield Line(f"{messages:,} journals, {name}", "messages/s", checked, read, Goal("work", "≥", GOAL))
    kilobytes = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    yield Line("memory, filling included", "MiB", kilobytes / 1024)


def _reading(url: str) -> float:
    """Seconds of a processor to read every row of every journal."""
    blocking = BlockingDatabase(url, 1)
    begun = process_time()
    try:
        with blocking.read() as connection:
            for _ in connection.execute(sa.select(JournalRow).execution_options(yield_per=500)):
                pass
    finally:
        blocking.dispose()
    return process_time() - begun
