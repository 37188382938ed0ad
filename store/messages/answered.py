"""Answered messages, from which others learn how the same was answered."""

from collections.abc import Collection, Sequence
from typing import NamedTuple

import sqlalchemy as sa
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from calendar_rules.regulation import LimitName
from calendar_rules.vocabulary import Outcome
from store.messages.tables import LimitRunRow, MessageBodyRow, MessagePlaceRow, MessageRow


class Candidate(NamedTuple):
    """An answered message that may be about the same as another."""

    number: int
    topic: str | None
    body: str | None


_CANDIDATE = sa.select(col(MessageRow.number), col(MessageRow.topic), col(MessageRow.routed_to)).where(
    col(MessageRow.outcome) == Outcome.ANSWERED, col(MessageRow.erased_at).is_(None)
)


async def of_topic(session: AsyncSession, message: int, topic: str, limit: int) -> list[Candidate]:
    """The answered messages of a topic that were registered last, this one left out."""
    statement = _CANDIDATE.where(col(MessageRow.topic) == topic, col(MessageRow.number) != message)
    return await _candidates(session, statement.order_by(col(MessageRow.number).desc()).limit(limit))


async def of_body(session: AsyncSession, message: int, body: str, limit: int) -> list[Candidate]:
    """The answered messages that a body had a turn with, those registered last, whatever their topic."""
    statement = (
        _CANDIDATE.join(MessageBodyRow, col(MessageBodyRow.message) == col(MessageRow.number))
        .where(col(MessageBodyRow.body) == body, col(MessageRow.number) != message)
        .order_by(col(MessageBodyRow.message).desc())
    )
    return await _candidates(session, statement.limit(limit))


async def among(session: AsyncSession, numbers: Sequence[int]) -> list[Candidate]:
    """Those of some messages that are answered, in their order."""
    found = await _candidates(session, _CANDIDATE.where(col(MessageRow.number).in_(numbers)))
    return sorted(found, key=lambda one: numbers.index(one.number))


async def _candidates(
    session: AsyncSession, statement: "sa.Select[int | None, str | None, str | None]"
) -> list[Candidate]:
    found = await (await session.connection()).execute(statement)
    return [Candidate(number or 0, topic, body) for number, topic, body in found]


async def rows(session: AsyncSession, numbers: Collection[int]) -> dict[int, MessageRow]:
    """Messages by their numbers, but for those that were erased."""
    found = await session.exec(
        select(MessageRow).where(col(MessageRow.number).in_(numbers), col(MessageRow.erased_at).is_(None))
    )
    return {row.number: row for row in found if row.number is not None}


async def settlements(session: AsyncSession, numbers: Collection[int]) -> dict[int, str]:
    """The settlements that messages are about, by number."""
    found = await session.exec(
        select(MessagePlaceRow.message, MessagePlaceRow.spelled).where(
            col(MessagePlaceRow.message).in_(numbers), col(MessagePlaceRow.spelled).is_not(None)
        )
    )
    return {number: name for number, name in found if name is not None}


async def late(session: AsyncSession, numbers: Collection[int]) -> set[int]:
    """Those of some messages whose answer came later than it was due, whosever fault that was."""
    # By the name as well, all runs of that name would be read.
    found = await session.exec(
        select(LimitRunRow.message, LimitRunRow.name).where(
            col(LimitRunRow.message).in_(numbers), col(LimitRunRow.breached_at).is_not(None)
        )
    )
    return {message for message, name in found if name == LimitName.ANSWER}
