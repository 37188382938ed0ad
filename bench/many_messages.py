"""A database with very many messages, grown from the demo's: real states and limits, sentences newly mixed."""

import json
import random
import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlmodel import SQLModel, col, select

from bench.installation import installation
from embedded.demo_messages import seed
from store import messages, outbox, tables
from store.database import Database
from worker import message_worker

_AT_ONCE = 500
_SENTENCE = re.compile(r"(?<=[.!?])\s+")

Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Pattern:
    """A message of the demo with what belongs to it."""

    message: Row
    bodies: Sequence[str]
    runs: Sequence[Row]
    texts: Sequence[Row]


async def patterns(folder: Path) -> list[Pattern]:
    """The demo's messages, taken down their roads by a real worker."""
    async with installation(folder) as (client, database, settings):
        async with message_worker(client, settings):
            await seed(settings)
            await _until_settled(database)
        return await _read(database)


async def _until_settled(database: Database) -> None:
    async with database.read() as session:
        waiting = select(tables.CommandRow.id).where(col(tables.CommandRow.status).in_(outbox.WAITING))
        left = (await session.exec(waiting)).all()
    assert not left, f"{len(left)} commands of the demo are not settled"


async def _read(database: Database) -> list[Pattern]:
    async with database.read() as session:
        rows = (await session.exec(select(tables.MessageRow))).all()
        bodies, runs, texts = defaultdict(list), defaultdict(list), defaultdict(list)
        for held in await session.exec(select(tables.MessageBodyRow)):
            bodies[held.message].append(held.body)
        for run in await session.exec(select(tables.LimitRunRow)):
            runs[run.message].append(run.model_dump())
        for text in await session.exec(select(tables.MessageTextRow)):
            texts[text.message].append(text.model_dump())
    return [
        Pattern(row.model_dump(), bodies[row.number], runs[row.number], texts[row.number])
        for row in rows
        if row.number is not None
    ]


async def grow(database: Database, demo: Sequence[Pattern], number: int) -> None:
    """Fill a prepared database without messages with `number` of them, the same ones each time."""
    chance = random.Random(238)
    sentences = [part for pattern in demo for part in _SENTENCE.split(pattern.message["text"])]
    for first in range(1, number + 1, _AT_ONCE):
        rows: dict[type[SQLModel], list[Row]] = defaultdict(list)
        for message in range(first, min(first + _AT_ONCE, number + 1)):
            text = " ".join(chance.choices(sentences, k=4))
            _copy(chance.choice(demo), message, f"{text} Заявка {message:06d}.", rows)
        async with database.write() as session:
            connection = await session.connection()
            for table in (
                tables.MessageRow,
                tables.MessageBodyRow,
                tables.LimitRunRow,
                tables.MessageTextRow,
            ):
                await connection.execute(sa.insert(table), rows[table])


def _copy(pattern: Pattern, number: int, text: str, rows: dict[type[SQLModel], list[Row]]) -> None:
    own = {text["id"]: f"{text['id'][:-8]}{number:08x}" for text in pattern.texts}
    url = f"https://example.org/{number}"
    snapshot = json.dumps(pattern.message["snapshot"])
    for old, new in own.items():
        snapshot = snapshot.replace(old, new)
    rows[tables.MessageRow].append(
        pattern.message
        | {
            "number": number,
            "url": url,
            "url_key": messages.url_key(url),
            "text": text,
            "search_text": messages.searchable(pattern.message["author"], text, url),
            "snapshot": json.loads(snapshot) | {"id": str(number)},
        }
    )
    rows[tables.MessageBodyRow] += [{"message": number, "body": body} for body in pattern.bodies]
    rows[tables.LimitRunRow] += [run | {"message": number} for run in pattern.runs]
    rows[tables.MessageTextRow] += [
        text | {"message": number, "id": own[text["id"]]} for text in pattern.texts
    ]
