"""A database with very many messages, grown from the demo's: real states and limits, sentences newly mixed."""

import asyncio
import json
import random
import re
import tempfile
from collections import defaultdict
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlmodel import SQLModel, col, select

from bench.installation import PASSWORD, installation
from embedded.demo_messages import seed
from settings import Settings
from store.commands import outbox
from store.commands.tables import CommandRow
from store.database.engines import Database
from store.messages import finding
from store.messages.tables import JournalRow, LimitRunRow, MessageBodyRow, MessageRow, MessageTextRow
from tests.postgresql import new_database, postgresql_server
from tests.temporal_server import free_port, temporal_server
from worker import message_worker

_AT_ONCE = 500
_NEXT_NUMBER = "SELECT setval(pg_get_serial_sequence('message', 'number'), (SELECT max(number) FROM message))"
_SENTENCE = re.compile(r"(?<=[.!?])\s+")

Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Pattern:
    """A message of the demo with what belongs to it."""

    message: Row
    bodies: Sequence[str]
    runs: Sequence[Row]
    texts: Sequence[Row]
    breaches: Sequence[Row] = ()
    """Journal rows that its runs name."""


Change = Callable[[int, Row, Sequence[Row]], None]
"""What is done to the message of a number, and to its runs, before it is written."""


async def patterns(folder: Path) -> list[Pattern]:
    """The demo's messages, taken down their roads by a real worker."""
    async with installation(folder) as (client, database, settings):
        async with message_worker(client, settings):
            await seed(settings)
            await until_settled(database)
        return await _read(database)


async def until_settled(database: Database) -> None:
    """Raises AssertionError while a command waits."""
    async with database.read() as session:
        waiting = select(CommandRow.id).where(col(CommandRow.status).in_(outbox.WAITING))
        left = (await session.exec(waiting)).all()
    assert not left, f"{len(left)} commands of the demo are not settled"


async def _read(database: Database) -> list[Pattern]:
    async with database.read() as session:
        rows = (await session.exec(select(MessageRow))).all()
        bodies, runs, texts, told = (
            *(defaultdict(list), defaultdict(list)),
            *(defaultdict(list), defaultdict(list)),
        )
        for held in await session.exec(select(MessageBodyRow)):
            bodies[held.message].append(held.body)
        for run in await session.exec(select(LimitRunRow)):
            runs[run.message].append(run.model_dump())
        for text in await session.exec(select(MessageTextRow)):
            texts[text.message].append(text.model_dump())
        named = {(message, run["run"]["told"]) for message, of_one in runs.items() for run in of_one}
        for line in await session.exec(select(JournalRow)):
            if (line.message, line.number) in named:
                told[line.message].append(line.model_dump())
    return [
        Pattern(
            *(row.model_dump(), bodies[row.number], runs[row.number], texts[row.number]), told[row.number]
        )
        for row in rows
        if row.number is not None
    ]


async def grow(
    database: Database, demo: Sequence[Pattern], number: int, change: Change | None = None
) -> None:
    """Fill a prepared database without messages with `number` of them, the same ones each time."""
    chance = random.Random(238)
    sentences = [part for pattern in demo for part in _SENTENCE.split(pattern.message["text"])]
    for first in range(1, number + 1, _AT_ONCE):
        rows: dict[type[SQLModel], list[Row]] = defaultdict(list)
        for message in range(first, min(first + _AT_ONCE, number + 1)):
            text = " ".join(chance.choices(sentences, k=4))
            _copy(chance.choice(demo), message, f"{text} Заявка {message:06d}.", rows, change)
        async with database.write() as session:
            connection = await session.connection()
            for table in (
                MessageRow,
                MessageBodyRow,
                LimitRunRow,
                MessageTextRow,
                JournalRow,
            ):
                await connection.execute(sa.insert(table), rows[table])
            if database.dialect == "postgresql":
                # The numbers were given here: what is registered next has those behind them.
                await connection.exec_driver_sql(_NEXT_NUMBER)


def _copy(
    pattern: Pattern, number: int, text: str, rows: dict[type[SQLModel], list[Row]], change: Change | None
) -> None:
    own = {text["id"]: f"{text['id'][:-8]}{number:08x}" for text in pattern.texts}
    url = f"https://example.org/{number}"
    snapshot = json.dumps(pattern.message["snapshot"])
    for old, new in own.items():
        snapshot = snapshot.replace(old, new)
    message = pattern.message | {
        "number": number,
        "url": url,
        "url_key": finding.url_key(url),
        "text": text,
        "search_text": finding.searchable(pattern.message["author"], text, url),
        "snapshot": json.loads(snapshot) | {"id": str(number)},
    }
    runs = [run | {"message": number} for run in pattern.runs]
    if change is not None:
        change(number, message, runs)
    rows[MessageRow].append(message)
    rows[MessageBodyRow] += [{"message": number, "body": body} for body in pattern.bodies]
    rows[LimitRunRow] += runs
    rows[MessageTextRow] += [text | {"message": number, "id": own[text["id"]]} for text in pattern.texts]
    rows[JournalRow] += [row | {"message": number} for row in pattern.breaches]


Fill = Callable[[Settings, Sequence[Pattern]], Awaitable[None]]
"""Prepares a database, and fills it with what grows from the demo's messages."""


async def on_both(of: str, fill: Fill) -> AsyncIterator[tuple[str, Settings]]:
    """Filled databases for the measurement of this name, with a Temporal server beside: SQLite, then PostgreSQL."""
    with tempfile.TemporaryDirectory() as folder:
        demo = await patterns(Path(folder))
    async with temporal_server() as temporal:
        with tempfile.TemporaryDirectory() as folder, postgresql_server(durable=True) as server:
            for name, url in (
                ("SQLite", f"sqlite:///{folder}/otklik.db"),
                ("PostgreSQL", new_database(server, of)),
            ):
                settings = Settings.load(
                    data=Path(folder),
                    database_url=url,
                    demo=True,
                    demo_password=PASSWORD,
                    temporal_address=temporal,
                    port=free_port(),
                )
                await fill(settings, demo)
                yield name, settings
    await asyncio.sleep(0.1)
