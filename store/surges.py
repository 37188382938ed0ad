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
from store.tables import ERASED, MessageRow, MessageTextRow, NoticeRow, SurgeMessageRow, SurgeRow, TopicRow

Key = tuple[str, str | None]
"""What a surge is of: a topic, and a locality or None."""


@dataclass(frozen=True, slots=True)
class Sighted:
    """A message that counts: not registered by mistake, and routed, so that it has a topic."""

    number: int
    topic: str
    detected_at: datetime
    place: str | None


_COUNTS = (
    col(MessageRow.topic).is_not(None),
    sa.or_(col(MessageRow.outcome).is_(None), col(MessageRow.outcome) != Outcome.VOID),
)
_PLACE: sa.ColumnElement[str] = col(MessageRow.snapshot)["location"].as_string()


async def busy_topics(session: AsyncSession, since: datetime, to: datetime, at_least: int) -> list[str]:
    """Topics with at least so many messages detected behind `since` and up to `to`."""
    statement = (
        sa.select(col(MessageRow.topic))
        .where(*_COUNTS, col(MessageRow.detected_at) > since, col(MessageRow.detected_at) <= to)
        .group_by(col(MessageRow.topic))
        .having(sa.func.count() >= at_least)
    )
    found: list[str] = list(await (await session.connection()).scalars(statement))
    return found


async def sighted(
    session: AsyncSession, topics: Collection[str], since: datetime, to: datetime
) -> dict[str, list[Sighted]]:
    """Messages of these topics detected behind `since` and up to `to`, by topic, in the order of their moments."""
    statement = (
        sa.select(
            col(MessageRow.number),
            col(MessageRow.topic),
            col(MessageRow.detected_at),
            col(MessageTextRow.content),
        )
        .outerjoin(
            MessageTextRow,
            sa.and_(col(MessageTextRow.id) == _PLACE, col(MessageTextRow.content) != ERASED),
        )
        .where(
            *_COUNTS,
            col(MessageRow.topic).in_(sorted(topics)),
            col(MessageRow.detected_at) > since,
            col(MessageRow.detected_at) <= to,
        )
        .order_by(col(MessageRow.detected_at), col(MessageRow.number))
    )
    found: dict[str, list[Sighted]] = defaultdict(list)
    for number, topic, detected_at, place in await (await session.connection()).execute(statement):
        if number is not None and topic is not None:
            found[topic].append(Sighted(number, topic, detected_at, place))
    return found


async def open_ones(session: AsyncSession) -> dict[Key, SurgeRow]:
    """Those that are not over."""
    rows = await session.exec(select(SurgeRow).where(col(SurgeRow.over_at).is_(None)))
    return {(row.topic, row.location): row for row in rows}


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
