"""Rises of activity on topics (cl. 21): the messages they are judged by, and what is on record of them."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from calendar_rules.vocabulary import Outcome
from store.database.columns import ERASED
from store.messages.tables import MessageRow, MessageTextRow, SurgeMessageRow, TopicRow
from store.notices.tables import NoticeRow
from store.oversight.tables import SurgeRow
from store.people.tables import BodyRow

Key = tuple[str, str | None]
"""What a surge is of: a topic, and a locality or None."""


@dataclass(frozen=True, slots=True)
class Sighted:
    """A message that counts: not registered by mistake, and with a topic that it has, or is likely to get.

    `waits`: nobody has routed it yet. `surely`: it counts for the whole topic as well, not in its settlement alone.
    """

    number: int
    topic: str
    detected_at: datetime
    place: str | None
    waits: bool = False
    surely: bool = True


@dataclass(frozen=True, slots=True)
class Waiting:
    """A message that nobody has routed or closed yet."""

    number: int
    detected_at: datetime
    text: str


_COUNTS = (
    col(MessageRow.topic).is_not(None),
    sa.or_(col(MessageRow.outcome).is_(None), col(MessageRow.outcome) != Outcome.VOID),
)
_AT_ONCE = 500
"""Values in one statement."""


async def of_topics(session: AsyncSession, since: datetime, to: datetime) -> dict[str, int]:
    """How many messages were detected behind `since` and up to `to`, by topic."""
    statement = (
        sa.select(col(MessageRow.topic), sa.func.count())
        .where(*_COUNTS, col(MessageRow.detected_at) > since, col(MessageRow.detected_at) <= to)
        .group_by(col(MessageRow.topic))
    )
    found = await (await session.connection()).execute(statement)
    return {topic: count for topic, count in found if topic is not None}


async def sighted(
    session: AsyncSession, topics: Collection[str], since: datetime, to: datetime
) -> list[Sighted]:
    """Messages of these topics detected behind `since` and up to `to`."""
    return await _sighted(
        session,
        col(MessageRow.topic).in_(sorted(topics)),
        col(MessageRow.detected_at) > since,
        col(MessageRow.detected_at) <= to,
    )


async def numbered(session: AsyncSession, numbers: Collection[int]) -> list[Sighted]:
    """Those of these messages that count, with the topics that they have by now."""
    found: list[Sighted] = []
    wanted = sorted(numbers)
    for start in range(0, len(wanted), _AT_ONCE):
        part = col(MessageRow.number).in_(wanted[start : start + _AT_ONCE])
        found += await _sighted(session, part)
    return found


async def _sighted(session: AsyncSession, *where: sa.ColumnElement[bool]) -> list[Sighted]:
    statement = (
        sa.select(
            col(MessageRow.number),
            col(MessageRow.topic),
            col(MessageRow.detected_at),
            col(MessageTextRow.content),
        )
        .outerjoin(
            MessageTextRow,
            sa.and_(col(MessageTextRow.id) == col(MessageRow.place), col(MessageTextRow.content) != ERASED),
        )
        .where(*_COUNTS, *where)
    )
    found = await (await session.connection()).execute(statement)
    return [
        Sighted(number, topic, at, place)
        for number, topic, at, place in found
        if number is not None and topic is not None
    ]


async def waiting(session: AsyncSession, since: datetime, to: datetime, limit: int) -> list[Waiting]:
    """Up to `limit` messages that wait for their first routing, detected behind `since` and up to `to`, the last ones;
    not those that are erased."""
    statement = (
        sa.select(col(MessageRow.number), col(MessageRow.detected_at), col(MessageRow.text))
        .where(
            col(MessageRow.topic).is_(None),
            col(MessageRow.outcome).is_(None),
            col(MessageRow.erased_at).is_(None),
            col(MessageRow.detected_at) > since,
            col(MessageRow.detected_at) <= to,
        )
        .order_by(col(MessageRow.detected_at).desc(), col(MessageRow.number).desc())
        .limit(limit)
    )
    found = await (await session.connection()).execute(statement)
    return [Waiting(number, at, text) for number, at, text in found if number is not None]


async def open_ones(session: AsyncSession) -> list[SurgeRow]:
    """Those that are not over, the first to begin first."""
    rows = await session.exec(
        select(SurgeRow)
        .where(col(SurgeRow.over_at).is_(None))
        .order_by(col(SurgeRow.began_at), col(SurgeRow.id))
    )
    return list(rows)


async def behind(session: AsyncSession, rows: Collection[SurgeRow]) -> dict[int, set[int]]:
    """The messages behind each of these, by its id."""
    found: dict[int, set[int]] = defaultdict(set)
    statement = select(SurgeMessageRow.surge, SurgeMessageRow.message).where(
        col(SurgeMessageRow.surge).in_([row.id for row in rows])
    )
    for surge, message in await session.exec(statement):
        found[surge].add(message)
    return found


async def last_of_over(session: AsyncSession, since: datetime) -> dict[Key, datetime]:
    """Until when the rule held for those that have been over since a moment."""
    rows = await session.exec(
        select(SurgeRow.topic, SurgeRow.location, sa.func.max(SurgeRow.last_seen_at))
        .where(col(SurgeRow.over_at) > since)
        .group_by(col(SurgeRow.topic), col(SurgeRow.location))
    )
    return {(topic, location): last for topic, location, last in rows}


async def keep(session: AsyncSession, row: SurgeRow, messages: Sequence[int] | None) -> int:
    """Write a surge with the messages behind it, None: those it had; returns its id."""
    session.add(row)
    await session.flush()
    number: int = row.id  # type: ignore[assignment]  # given by the database
    if messages is not None:
        connection = await session.connection()
        await connection.execute(
            sa.delete(SurgeMessageRow).where(
                col(SurgeMessageRow.surge) == number, col(SurgeMessageRow.message).not_in(messages)
            )
        )
        known = set(
            await session.exec(select(SurgeMessageRow.message).where(col(SurgeMessageRow.surge) == number))
        )
        new: list[dict[str, Any]] = [
            {"surge": number, "message": message} for message in messages if message not in known
        ]
        if new:
            await connection.execute(sa.insert(SurgeMessageRow), new)
    return number


async def told_on(session: AsyncSession, facts: Collection[str]) -> set[str]:
    """Those of these facts that somebody was told of."""
    rows = await session.exec(select(NoticeRow.fact).where(col(NoticeRow.fact).in_(facts)).distinct())
    return {fact for fact in rows if fact is not None}


async def topic_titles(session: AsyncSession) -> dict[str, str]:
    """Titles of all topics, by key."""
    return dict((await session.exec(select(TopicRow.key, TopicRow.title))).all())


async def body_titles(session: AsyncSession) -> list[str]:
    """Full titles of all bodies."""
    return list((await session.exec(select(BodyRow.title))).all())


def topic_title(connection: sa.Connection, topic: str) -> str | None:
    """The title of one topic."""
    return connection.scalar(sa.select(col(TopicRow.title)).where(col(TopicRow.key) == topic))


def shown(connection: sa.Connection, since: datetime) -> list[tuple[SurgeRow, list[int]]]:
    """Those that go on and those that have been over since a moment, the last to begin first, with their messages."""
    surges: sa.Table = SurgeRow.__table__  # type: ignore[attr-defined]
    rows = connection.execute(
        sa.select(surges)
        .where(sa.or_(surges.c.over_at.is_(None), surges.c.over_at > since))
        .order_by(surges.c.over_at.is_not(None), surges.c.began_at.desc(), surges.c.id.desc())
    ).mappings()
    found = [SurgeRow(**row) for row in rows]
    behind: dict[int, list[int]] = defaultdict(list)
    for surge, message in connection.execute(
        sa.select(col(SurgeMessageRow.surge), col(SurgeMessageRow.message))
        .where(col(SurgeMessageRow.surge).in_([row.id for row in found]))
        .order_by(col(SurgeMessageRow.message))
    ):
        behind[surge].append(message)
    return [(row, behind[row.id or 0]) for row in found]
