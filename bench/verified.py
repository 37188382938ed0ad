"""Messages that `otklik verify` checks a second: the demo's, many times over, on SQLite and on PostgreSQL.

`python -m bench.verified [MESSAGES]`, by itself, since it takes minutes: writing them takes longer than checking them.
"""

import asyncio
import resource
import sys
import tempfile
from collections import defaultdict
from collections.abc import Sequence
from contextlib import redirect_stdout
from io import StringIO
from pathlib import Path
from time import perf_counter, process_time
from typing import Any

import sqlalchemy as sa
from sqlmodel import SQLModel, col, select

from bench.installation import PASSWORD, installation
from bench.many_messages import until_settled
from embedded.demo_messages import seed
from service.journal.verification import WHOLE, verify
from settings import Settings
from store.database.engines import Database
from store.journal import after_step
from store.journal.chain import link_of
from store.journal.tables import ChargeRow
from store.messages.tables import JournalRow, LimitRunRow, MessageBodyRow, MessageRow
from store.migrations.setup import prepare
from tests.postgresql import new_database, postgresql_server
from worker import message_worker

MESSAGES = 100_000
_AT_ONCE = 500
_OF_MESSAGE = (MessageBodyRow, LimitRunRow, ChargeRow, JournalRow)

Row = dict[str, Any]
Copied = dict[type[SQLModel], list[Row]]
"""The rows of one message, or of many."""


async def report(messages: int = MESSAGES) -> None:
    """Print the figures."""
    with tempfile.TemporaryDirectory() as folder:
        demo = await _demo(Path(folder))
    with tempfile.TemporaryDirectory() as folder, postgresql_server(durable=True) as server:
        for name, url in (
            ("SQLite", f"sqlite:///{folder}/otklik.db"),
            ("PostgreSQL", new_database(server, "verified")),
        ):
            settings = Settings.load(data=Path(folder), database_url=url, demo=True, demo_password=PASSWORD)
            await prepare(settings)
            rows = await _fill(settings, demo, messages)
            told, start, worked = StringIO(), perf_counter(), process_time()
            with redirect_stdout(told):
                code = await verify(settings, journals_only=True)
            assert code == WHOLE, told.getvalue()
            took, worked = perf_counter() - start, process_time() - worked
            print(
                f"{name}: {messages} messages with {rows} rows in {took:.0f} s, {messages / took:.0f} messages/s; "
                f"{worked:.0f} s of a processor, {messages / worked:.0f} messages/s"
            )
    kilobytes = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    print(f"memory of the process, filling included: at most {kilobytes / 1024:.0f} MiB")


async def _demo(folder: Path) -> list[Copied]:
    async with installation(folder) as (client, database, settings):
        async with message_worker(client, settings):
            await seed(settings)
            await until_settled(database)
        found: defaultdict[int, Copied] = defaultdict(lambda: defaultdict(list))
        async with database.read() as session:
            for message in await session.exec(select(MessageRow)):
                found[message.number or 0][MessageRow].append(message.model_dump())
            for table in _OF_MESSAGE:
                of = col(table.message)
                for row in await session.exec(select(table).order_by(of)):
                    found[row.message][table].append(row.model_dump())  # type: ignore[attr-defined]
        for rows in found.values():
            rows[JournalRow].sort(key=lambda row: row["number"])
    return list(found.values())


async def _fill(settings: Settings, demo: Sequence[Copied], messages: int) -> int:
    """Returns how many journal rows there are."""
    database, count = Database(settings.database_url), 0
    for first in range(1, messages + 1, _AT_ONCE):
        rows: Copied = defaultdict(list)
        for number in range(first, min(first + _AT_ONCE, messages + 1)):
            _copy(demo[number % len(demo)], number, rows)
        count += len(rows[JournalRow])
        async with database.write() as session:
            connection = await session.connection()
            for table in (MessageRow, *_OF_MESSAGE):
                if rows[table]:
                    await connection.execute(sa.insert(table), rows[table])
    await database.dispose()
    return count


def _copy(of: Copied, number: int, rows: Copied) -> None:
    """The message under another number: what the journal says of it, and its chain, are of that number."""
    (message,) = of[MessageRow]
    copy = message | {
        "number": number,
        "url_key": None,
        "snapshot": message["snapshot"] | {"id": str(number)},
    }
    rows[MessageRow].append(copy)
    for table in (MessageBodyRow, LimitRunRow, ChargeRow):
        rows[table] += [row | {"message": number} for row in of[table]]
    turns = [row["body"] for row in of[MessageBodyRow]]
    before = None
    for row in of[JournalRow]:
        data = row["data"]
        if after_step.AFTER in data:
            total = after_step.step(copy, turns, [])["sum"]
            data = data | {after_step.AFTER: data[after_step.AFTER] | {"sum": total}}
        changed = row | {"message": number, "data": data}
        before = changed["hash"] = link_of(before, changed)
        rows[JournalRow].append(changed)


if __name__ == "__main__":
    asyncio.run(report(*map(int, sys.argv[1:])))
