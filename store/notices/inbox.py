"""Notices: written with the records of a message, read by a person or of a message."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy import Select
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from calendar_rules.vocabulary import NoticeKind
from store.database.statements import Rows, Statement, new_rows
from store.notices.tables import NoticeRow

ACKNOWLEDGED: tuple[NoticeKind, ...] = (NoticeKind.ESCALATION, NoticeKind.UNACKNOWLEDGED)
"""The kinds that are acknowledged by whoever gets them."""

Breach = tuple[int, int]
"""A breach as notices name it: its message, and its row of the journal."""


async def of_person(
    session: AsyncSession,
    person: str,
    *,
    message: int | None,
    before: int | None,
    limit: int,
    waiting_since: datetime | None = None,
) -> Sequence[NoticeRow]:
    """Up to `limit` notices of a person, the newest first, with ids below `before`, of one message or of all.

    With `waiting_since` those that the person has yet to acknowledge, deliverable from that moment on.
    """
    statement = (
        select(NoticeRow).where(NoticeRow.person == person).order_by(col(NoticeRow.id).desc()).limit(limit)
    )
    if before is not None:
        statement = statement.where(col(NoticeRow.id) < before)
    if message is not None:
        statement = statement.where(NoticeRow.message == message)
    if waiting_since is not None:
        statement = statement.where(*_waits(waiting_since))
    return (await session.exec(statement)).all()


async def waiting(session: AsyncSession, person: str, since: datetime) -> int:
    """How many notices the person has yet to acknowledge, deliverable from a moment on."""
    statement = select(sa.func.count()).where(col(NoticeRow.person) == person, *_waits(since))
    return (await session.exec(statement)).one()


def _waits(since: datetime) -> tuple[sa.ColumnElement[bool], ...]:
    # Written out, so that the index of just these serves.
    return (
        col(NoticeRow.kind).in_([sa.literal_column(f"'{kind}'", sa.String) for kind in ACKNOWLEDGED]),
        col(NoticeRow.acknowledged_at).is_(None),
        col(NoticeRow.deliver_from) >= since,
    )


async def of_message(
    session: AsyncSession, message: int, *, person: str | None, limit: int
) -> Sequence[NoticeRow]:
    """Up to `limit` notices of a message, the newest first; those of one person, None for everybody's."""
    statement = (
        select(NoticeRow).where(NoticeRow.message == message).order_by(col(NoticeRow.id).desc()).limit(limit)
    )
    if person is not None:
        statement = statement.where(NoticeRow.person == person)
    return (await session.exec(statement)).all()


def of_kind(
    connection: sa.Connection, person: str, kind: str, *, since: datetime, limit: int
) -> list[tuple[int, datetime]]:
    """Messages of which a person was told by this kind of notice since a moment, and when, the last first."""
    statement = (
        sa.select(col(NoticeRow.message), col(NoticeRow.at))
        .where(
            col(NoticeRow.person) == person,
            col(NoticeRow.kind) == kind,
            col(NoticeRow.at) >= since,
            col(NoticeRow.message).is_not(None),
        )
        .order_by(col(NoticeRow.id).desc())
        .limit(limit)
    )
    return [(message, at) for message, at in connection.execute(statement) if message is not None]


async def were_told(session: AsyncSession, persons: Collection[str], message: int) -> bool:
    """Whether one of these people has a notice about the message, or who stood in for them."""
    statement = select(NoticeRow.id).where(
        NoticeRow.message == message,
        sa.or_(col(NoticeRow.person).in_(persons), col(NoticeRow.acting_for).in_(persons)),
    )
    return (await session.exec(statement.limit(1))).first() is not None


async def by_id(session: AsyncSession, number: int) -> NoticeRow | None:
    """One notice, whoever it is of."""
    return await session.get(NoticeRow, number)


async def acknowledge(session: AsyncSession, number: int, person: str, at: datetime) -> None:
    """Note that the person acknowledged a notice; what was noted before stays."""
    await session.exec(
        sa.update(NoticeRow)
        .where(col(NoticeRow.id) == number, col(NoticeRow.acknowledged_at).is_(None))
        .values(acknowledged_at=at, acknowledged_by=person)
    )


def escalated(connection: sa.Connection, breaches: Collection[Breach]) -> dict[Breach, list[NoticeRow]]:
    """Who was told of each of these breaches as of one that is to be acknowledged, the first told first."""
    found: dict[Breach, list[NoticeRow]] = defaultdict(list)
    if not breaches:
        return found
    table: sa.Table = NoticeRow.__table__  # type: ignore[attr-defined]
    rows = connection.execute(
        sa.select(table)
        .where(sa.tuple_(table.c.message, table.c.row).in_(sorted(breaches)), table.c.kind.in_(ACKNOWLEDGED))
        .order_by(table.c.id)
    ).mappings()
    for row in rows:
        found[row["message"], row["row"]].append(NoticeRow(**row))
    return found


def add_notices(notices: Rows, dialect: str) -> list[Statement]:
    """Write notices; one per fact, kind and person, however often it is tried."""
    return new_rows(NoticeRow, notices, dialect)


def told_of(message: int, row: int) -> Select[str, str | None]:
    """Who was told of a journal row: persons, each with whom they stood in for."""
    return select(col(NoticeRow.person), col(NoticeRow.acting_for)).where(
        col(NoticeRow.message) == message, col(NoticeRow.row) == row
    )
