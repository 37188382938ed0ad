"""A database with very many messages, grown from the demo: real states, limits, journals; sentences newly mixed."""

import asyncio
import json
import random
import re
from collections import defaultdict
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import nullcontext
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlmodel import SQLModel, col, select

from bench.installation import NOBODY, both_databases, installation, prepared, process
from bench.measurement import PATIENCE
from calendar_rules.vocabulary import Stage
from embedded.demo.seeding import seed
from service.language.lemmas import lemmas
from service.messages.posts import url_key
from settings import Settings
from store.commands import outbox
from store.commands.tables import CommandRow
from store.database.engines import Database
from store.journal import after_step
from store.journal.chain import link_of
from store.journal.tables import ChargeRow
from store.messages.searching import found_by
from store.messages.tables import JournalRow, LimitRunRow, MessageBodyRow, MessageRow, MessageTextRow
from store.notices.tables import NoticeRow
from tests.temporal_server import temporal_server
from worker import message_worker

_AT_ONCE = 500
_NEXT_NUMBER = "SELECT setval(pg_get_serial_sequence('message', 'number'), (SELECT max(number) FROM message))"
_SENTENCE = re.compile(r"(?<=[.!?])\s+")
_TABLES = (
    *(MessageBodyRow, LimitRunRow, ChargeRow),
    *(MessageTextRow, JournalRow, NoticeRow),
)
"""What belongs to a message, in the order in which it can be written."""

Row = dict[str, Any]
Rows = dict[type[SQLModel], list[Row]]


Pattern = tuple[Row, Rows]
"""A message of the demo, and what belongs to it."""
Change = Callable[[int, Row, Rows], None]
"""What is done to the message of a number, and to its rows, before it is written."""


async def patterns() -> list[Pattern]:
    """The demo's messages, taken down their roads by a real worker."""
    async with installation() as (client, database, settings):
        # The API delivers what a slow machine did not take in time.
        async with message_worker(client, settings), process("api", settings), asyncio.timeout(PATIENCE):
            await seed(settings)
            while await _unsettled(database):  # noqa: ASYNC110
                await asyncio.sleep(1)
        return await _read(database)


async def _unsettled(database: Database) -> Sequence[str]:
    async with database.read() as session:
        waiting = select(CommandRow.id).where(col(CommandRow.status).in_(outbox.WAITING))
        return (await session.exec(waiting)).all()


async def _read(database: Database) -> list[Pattern]:
    found: defaultdict[int, Rows] = defaultdict(lambda: defaultdict(list))
    async with database.read() as session:
        for table in _TABLES:
            keys = sa.inspect(table).primary_key
            for row in await session.exec(select(table).order_by(*keys)):
                if row.message is not None:  # type: ignore[attr-defined]
                    found[row.message][table].append(row.model_dump())  # type: ignore[attr-defined]
        rows = (await session.exec(select(MessageRow))).all()
    for belonging in found.values():
        for notice in belonging[NoticeRow]:
            del notice["id"]
    return [(row.model_dump(), found[row.number]) for row in rows if row.number is not None]


async def on_both(
    number: int,
    change: Change | None = None,
    *,
    of_open: bool = False,
    whole_journals: bool = False,
    with_temporal: bool = False,
) -> AsyncIterator[tuple[str, Database, Settings]]:
    """An installation with so many messages on SQLite, then on PostgreSQL, the same ones each time.

    `of_open`: none of them is closed. Of journals there are the breaches that limits name; `whole_journals`: all of
    it, each chain whole. No workflow leads them: an API that finds a Temporal server goes about starting some.
    """
    demo = [one for one in await patterns() if not of_open or one[0]["stage"] != Stage.CLOSED]
    with both_databases() as databases:
        for name, url in databases.items():
            server = temporal_server() if with_temporal else nullcontext(NOBODY)
            async with server as address, prepared(url, address) as (database, settings):
                await _grow(database, demo, number, change, whole_journals)
                yield name, database, settings


async def _grow(
    database: Database, demo: Sequence[Pattern], number: int, change: Change | None, whole_journals: bool
) -> None:
    chance = random.Random(238)
    sentences = [part for pattern in demo for part in _SENTENCE.split(pattern[0]["text"])]
    for first in range(1, number + 1, _AT_ONCE):
        rows: Rows = defaultdict(list)
        for message in range(first, min(first + _AT_ONCE, number + 1)):
            text = f"{' '.join(chance.choices(sentences, k=4))} Заявка {message:06d}."
            copy, belonging = _copy(chance.choice(demo), message, text, whole_journals)
            if change is not None:
                change(message, copy, belonging)
            if whole_journals:
                _chain(copy, belonging)
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


def _copy(pattern: Pattern, number: int, text: str, whole_journals: bool) -> tuple[Row, Rows]:
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
    belonging: Rows = {table: [row | {"message": number} for row in rows[table]] for table in _TABLES}
    for row in belonging[MessageTextRow]:
        row["id"] = own[row["id"]]
    if not whole_journals:
        told = {run["told"] for run in belonging[LimitRunRow]}
        belonging[JournalRow] = [row for row in belonging[JournalRow] if row["number"] in told]
        del belonging[NoticeRow]
    return message, belonging


def _chain(message: Row, belonging: Rows) -> None:
    """What the journal says of the message, and its links, are of this message."""
    turns = [row["body"] for row in belonging[MessageBodyRow]]
    before = None
    for row in belonging[JournalRow]:
        if row["after"]:
            row["after"] = row["after"] | {"sum": after_step.step(message, turns, [])["sum"]}
        before = row["hash"] = link_of(before, row)


def moved_back(by: timedelta, message: Row, belonging: Rows) -> None:
    """Everything of the message happened so much earlier."""
    for row in (message, *(row for rows in belonging.values() for row in rows)):
        row.update({name: value - by for name, value in row.items() if isinstance(value, datetime)})


def closed(message: Row, belonging: Rows) -> None:
    """The message is over: it waits for nobody, and its open limits are cancelled at their due moments."""
    over = {"stage": "closed", "overdue": False}
    message.update(over | dict.fromkeys(("first_due", "next_due", "step_curator", "step_body")))
    for run in belonging[LimitRunRow]:
        if run["met_at"] is None and run["cancelled_at"] is None:
            run["cancelled_at"] = run["due_at"]
