"""Verdicts of messages with their history, and the replies under answers of which nobody has decided yet."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import aliased
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from calendar_rules.vocabulary import Outcome, Verdict
from store.database import statements
from store.messages import changes
from store.messages.tables import MessageRow, MessageTextRow
from store.networks.candidates import State
from store.networks.tables import CandidateRow
from store.verdicts.tables import VerdictRow


class Given(NamedTuple):
    """A verdict that a person has given; `text` and `url`: what the author wrote and where. `at` in UTC."""

    message: int
    value: Verdict
    text: str | None
    url: str | None
    person: str
    acting_for: str | None
    at: datetime


class Reply(NamedTuple):
    """A reply found under the answer to a message, of which nobody has decided; `by_author`: the message's own."""

    message: int
    candidate: int
    url: str
    author: str
    text: str
    at: datetime
    by_author: bool


_TEXT, _URL = aliased(MessageTextRow), aliased(MessageTextRow)
_OF: Any = sa.bindparam("of_messages", expanding=True)
_GIVEN: sa.Select[*tuple[Any, ...]] = (
    sa.select(
        col(VerdictRow.message),
        col(VerdictRow.value),
        col(_TEXT.content),
        col(_URL.content),
        col(VerdictRow.person),
        col(VerdictRow.acting_for),
        col(VerdictRow.at),
    )
    .outerjoin(_TEXT, col(_TEXT.id) == col(VerdictRow.text))
    .outerjoin(_URL, col(_URL.id) == col(VerdictRow.url))
    .where(col(VerdictRow.message).in_(_OF))
    .order_by(col(VerdictRow.message), col(VerdictRow.id).desc())
)
_REPLIES: sa.Select[*tuple[Any, ...]] = (
    sa.select(
        col(CandidateRow.reply_to),
        col(CandidateRow.id),
        col(CandidateRow.url),
        col(CandidateRow.author),
        col(CandidateRow.text),
        col(CandidateRow.posted_at),
        col(CandidateRow.found_at),
        sa.func.trim(col(CandidateRow.author)) == sa.func.trim(col(MessageRow.author)),
    )
    .join(MessageRow, col(MessageRow.number) == col(CandidateRow.reply_to))
    .where(col(CandidateRow.reply_to).in_(_OF), col(CandidateRow.state) == State.NEW.value)
    .order_by(col(CandidateRow.reply_to), col(CandidateRow.id).desc())
)


def given(connection: sa.Connection, messages: Collection[int]) -> dict[int, list[Given]]:
    """The verdicts that persons have given of these messages, in one query; those of each the last first."""
    found: dict[int, list[Given]] = defaultdict(list)
    if messages:
        for row in connection.execute(_GIVEN, {"of_messages": list(messages)}):
            found[row[0]].append(Given(row[0], Verdict(row[1]), *row[2:]))
    return dict(found)


def replies(connection: sa.Connection, messages: Collection[int]) -> dict[int, list[Reply]]:
    """The replies under the answers of these messages of which nobody has decided, the last found first."""
    found: dict[int, list[Reply]] = defaultdict(list)
    if messages:
        for row in connection.execute(_REPLIES, {"of_messages": list(messages)}):
            found[row[0]].append(Reply._make((*row[:5], row[5] or row[6], bool(row[7]))))
    return dict(found)


async def add(session: AsyncSession, row: VerdictRow, bodies: Sequence[str], curator: str | None) -> None:
    """Write a verdict behind the others of its message, and have open pages of those who see it look again."""
    session.add(row)
    await session.exec(
        sa.update(MessageRow).where(col(MessageRow.number) == row.message).values(verdict=row.value)
    )
    dialect = (await session.connection()).dialect.name
    noted = changes.noted(row.message, curator=curator, bodies=bodies, persons=(), at=row.at, dialect=dialect)
    await statements.run(session, noted)


async def answered(session: AsyncSession, messages: Collection[int]) -> set[int]:
    """Those of these messages that were answered."""
    statement = select(MessageRow.number).where(
        col(MessageRow.number).in_(messages), col(MessageRow.outcome) == Outcome.ANSWERED.value
    )
    return {number for number in await session.exec(statement) if number is not None}


async def count_awaited(session: AsyncSession) -> int:
    """How many answered messages have a reply under their answer of which nobody has decided."""
    awaited = sa.select(sa.func.count(sa.distinct(col(CandidateRow.reply_to)))).join(
        MessageRow, col(MessageRow.number) == col(CandidateRow.reply_to)
    )
    awaited = awaited.where(
        col(CandidateRow.state) == sa.literal_column(f"'{State.NEW}'", sa.String),
        col(CandidateRow.reply_to).is_not(None),
        col(MessageRow.outcome) == Outcome.ANSWERED.value,
    )
    return (await (await session.connection()).execute(awaited)).scalar_one()
