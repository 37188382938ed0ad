"""Verdicts of messages with their history."""

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
from store.messages.tables import JournalRow, MessageRow, MessageTextRow
from store.verdicts.tables import VerdictRow


class Given(NamedTuple):
    """A verdict that a person has put; `reply` and `url`: what the author wrote and where. `at` in UTC."""

    value: Verdict
    reply: str | None
    url: str | None
    person: str
    acting_for: str | None
    at: datetime


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


def given(connection: sa.Connection, messages: Collection[int]) -> dict[int, list[Given]]:
    """The verdicts of these messages, in one query; those of each the last first."""
    found: dict[int, list[Given]] = defaultdict(list)
    if messages:
        for message, value, *others in connection.execute(_GIVEN, {"of_messages": list(messages)}):
            found[message].append(Given(Verdict(value), *others))
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


async def approver(session: AsyncSession, message: int) -> str | None:
    """Who approved the last draft of a message that was approved."""
    statement = (
        select(JournalRow.person)
        .where(col(JournalRow.message) == message, col(JournalRow.kind) == "approve")
        .order_by(col(JournalRow.number).desc())
        .limit(1)
    )
    return (await session.exec(statement)).first()


async def answered(session: AsyncSession, messages: Collection[int]) -> set[int]:
    """Those of these messages that were answered."""
    statement = select(MessageRow.number).where(
        col(MessageRow.number).in_(messages), col(MessageRow.outcome) == Outcome.ANSWERED.value
    )
    return {number for number in await session.exec(statement) if number is not None}
