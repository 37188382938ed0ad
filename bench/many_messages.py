"""A database with very many messages, grown from the demo: real states, limits, journals; sentences newly mixed."""

import asyncio
import json
import random
import re
import tempfile
from collections import defaultdict
from collections.abc import AsyncIterator, Sequence
from contextlib import nullcontext
from typing import Any

import sqlalchemy as sa
from sqlmodel import SQLModel, col, select

from bench.installation import NOBODY, installation, prepared, process
from bench.measuring import PATIENCE
from calendar_rules.vocabulary import Stage
from embedded.demo.seeding import seed
from service.language.lemmas import lemmas
from service.messages.posts import url_key
from settings import Settings
from store.commands import outbox
from store.commands.tables import CommandRow
from store.database.engines import Database
from store.journal.tables import ChargeRow
from store.messages.searching import found_by
from store.messages.tables import JournalRow, LimitRunRow, MessageBodyRow, MessageRow, MessageTextRow
from tests.postgresql import new_database, postgresql_server
from tests.temporal_server import temporal_server

_AT_ONCE = 500
_NEXT_NUMBER = "SELECT setval(pg_get_serial_sequence('message', 'number'), (SELECT max(number) FROM message))"
_SENTENCE = re.compile(r"(?<=[.!?])\s+")
_TABLES = (MessageBodyRow, LimitRunRow, ChargeRow, MessageTextRow, JournalRow)
"""What belongs to a message, in the order in which it can be written."""

Row = dict[str, Any]
Pattern = tuple[Row, dict[type[SQLModel], list[Row]]]
"""A message of the demo, and what belongs to it."""


async def _patterns() -> list[Pattern]:
    """Return the demo's messages, led down their roads by a real worker."""
    async with (
        installation() as (_, database, settings),
        process("worker", settings),
        process("api", settings),
        asyncio.timeout(PATIENCE),
    ):
        await seed(settings)
        while await _unsettled(database):  # noqa: ASYNC110
            await asyncio.sleep(1)
        return await _read(database)


async def _unsettled(database: Database) -> Sequence[str]:
    async with database.read() as session:
        waiting = select(CommandRow.id).where(col(CommandRow.status).in_(outbox.WAITING))
        return (await session.exec(waiting)).all()


async def _read(database: Database) -> list[Pattern]:
    found: defaultdict[int, dict[type[SQLModel], list[Row]]] = defaultdict(lambda: defaultdict(list))
    async with database.read() as session:
        for table in _TABLES:
            for row in await session.exec(select(table).order_by(*sa.inspect(table).primary_key)):
                found[row.message][table].append(row.model_dump())  # type: ignore[attr-defined]
        rows = (await session.exec(select(MessageRow))).all()
    return [(row.model_dump(), found[row.number]) for row in rows if row.number is not None]


async def on_both(
    number: int, *, of_open: bool = False, with_temporal: bool = False
) -> AsyncIterator[tuple[str, Database, Settings]]:
    """Yield an installation with so many messages on SQLite, then on PostgreSQL, the same ones each time.

    `of_open`: none of them is closed. Of journals there are the rows that limits name. No workflow leads them: an API
    that finds a Temporal server goes about starting some.
    """
    demo = [one for one in await _patterns() if not of_open or one[0]["stage"] != Stage.CLOSED]
    with tempfile.TemporaryDirectory() as folder, postgresql_server(durable=True) as server:
        urls = {"SQLite": f"sqlite:///{folder}/otklik.db", "PostgreSQL": new_database(server, "bench")}
        for name, url in urls.items():
            temporal = temporal_server() if with_temporal else nullcontext(NOBODY)
            async with temporal as address, prepared(url, address) as (database, settings):
                await _grow(database, demo, number)
                yield name, database, settings


async def _grow(database: Database, demo: Sequence[Pattern], number: int) -> None:
    chance = random.Random(238)
    sentences = [part for pattern in demo for part in _SENTENCE.split(pattern[0]["text"])]
    for first in range(1, number + 1, _AT_ONCE):
        rows: dict[type[SQLModel], list[Row]] = defaultdict(list)
        for message in range(first, min(first + _AT_ONCE, number + 1)):
            text = f"{' '.join(chance.choices(sentences, k=4))} Заявка {message:06d}."
            copy, belonging = _copy(chance.choice(demo), message, text)
            rows[MessageRow].append(copy)
            for table, of_one in belonging.items():
                rows[table] += of_one
        async with database.write() as session:
            connection = await session.connection()
            for table in (MessageRow, *_TABLES):
                if rows[table]:
                    await connection.execute(sa.insert(table), rows[table])
    if not database.is_sqlite:
        async with database.lookup() as session:
            connection = await session.connection()
            # The numbers were chosen here: what is registered next has those behind them.
            await connection.exec_driver_sql(_NEXT_NUMBER)
            # What autovacuum does within a minute of so many rows.
            await connection.exec_driver_sql("VACUUM ANALYZE")


def _copy(pattern: Pattern, number: int, text: str) -> Pattern:
    message, rows = pattern
    own = {row["id"]: f"{row['id'][:-8]}{number:08x}" for row in rows[MessageTextRow]}
    words = lemmas(text)
    url, snapshot = f"https://example.org/{number}", json.dumps(message["snapshot"])
    for old, new in own.items():
        snapshot = snapshot.replace(old, new)
    message = message | {
        "number": number,
        "url": url,
        "url_key": url_key(url),
        "text": text,
        "search_text": found_by(message["author"], text, url, lemmas=words),
        "lemmas": words,
        "snapshot": json.loads(snapshot) | {"id": str(number)},
    }
    belonging: dict[type[SQLModel], list[Row]] = {
        table: [row | {"message": number} for row in rows[table]] for table in _TABLES
    }
    for row in belonging[MessageTextRow]:
        row["id"] = own[row["id"]]
    named = {run["told"] for run in belonging[LimitRunRow]}
    belonging[JournalRow] = [row for row in belonging[JournalRow] if row["number"] in named]
    return message, belonging
