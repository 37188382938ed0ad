"""Notices: written with the records of a message, read by a person or of a message."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from datetime import datetime
from typing import NamedTuple

import sqlalchemy as sa
from sqlalchemy import Select
from sqlalchemy.orm import aliased
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession
from sqlmodel.sql.expression import SelectOfScalar

from calendar_rules.vocabulary import NoticeKind
from store.database.columns import UtcMoment
from store.database.statements import Rows, Statement, chunks, new_rows
from store.notices.tables import NoticeRow

ACKNOWLEDGED: tuple[NoticeKind, ...] = (NoticeKind.ESCALATION, NoticeKind.UNACKNOWLEDGED)
"""The kinds that are acknowledged by whoever gets them."""

Breach = tuple[int, int]
"""A breach as notices name it: its message, and its row of the journal."""


class Place(NamedTuple):
    """A place in an inbox: right behind the notice of this id, deliverable from this moment."""

    at: datetime
    id: int


async def of_person(
    session: AsyncSession,
    person: str,
    *,
    message: int | None,
    after: Place | None,
    limit: int,
    unread: bool | None = None,
    waiting_since: datetime | None = None,
) -> Sequence[NoticeRow]:
    """Up to `limit` notices of a person behind a place, the newest first, of one message or of all.

    `unread`: of those not read yet alone, or of those read. With `waiting_since` those that the person has yet to
    acknowledge, deliverable from that moment on.
    """
    statement = _newest_first(person, after).limit(limit)
    if message is not None:
        statement = statement.where(NoticeRow.message == message)
    if unread is not None:
        read_at = col(NoticeRow.read_at)
        statement = statement.where(read_at.is_(None) if unread else read_at.is_not(None))
    if waiting_since is not None:
        statement = statement.where(*_waits(waiting_since))
    return (await session.exec(statement)).all()


async def newest_of_messages(
    session: AsyncSession, person: str, *, after: Place | None, limit: int, waiting_since: datetime
) -> Sequence[NoticeRow]:
    """As `of_person`, the newest notice of each message, and each of no message; without what is waiting."""
    newer = aliased(NoticeRow)
    place = sa.tuple_(col(NoticeRow.deliver_from), col(NoticeRow.id))
    has_newer = (
        select(newer.id)
        .where(
            *(col(newer.person) == person, col(newer.message) == col(NoticeRow.message)),
            sa.tuple_(col(newer.deliver_from), col(newer.id)) > place,
            sa.not_(sa.and_(*_waits(waiting_since, newer))),
        )
        .exists()
    )
    statement = _newest_first(person, after).where(
        sa.not_(sa.and_(*_waits(waiting_since))), sa.not_(has_newer)
    )
    return (await session.exec(statement.limit(limit))).all()


async def of_messages(
    session: AsyncSession, person: str, messages: Collection[int], *, limit: int, waiting_since: datetime
) -> Sequence[NoticeRow]:
    """Up to `limit` notices of a person about these messages, the newest first; without what is waiting."""
    statement = select(NoticeRow).where(
        NoticeRow.person == person,
        col(NoticeRow.message).in_(messages),
        sa.not_(sa.and_(*_waits(waiting_since))),
    )
    # Sorted by what no index has: of few messages, and not of all that the person was ever told.
    order = sa.func.coalesce(col(NoticeRow.deliver_from), col(NoticeRow.at)), col(NoticeRow.id)
    statement = statement.order_by(*(column.desc() for column in order)).limit(limit)
    return (await session.exec(statement)).all()


def _newest_first(person: str, after: Place | None) -> SelectOfScalar[NoticeRow]:
    place = col(NoticeRow.deliver_from), col(NoticeRow.id)
    statement = select(NoticeRow).where(NoticeRow.person == person)
    if after is not None:
        behind = sa.tuple_(sa.literal(after.at, UtcMoment), sa.literal(after.id))
        statement = statement.where(sa.tuple_(*place) < behind)
    return statement.order_by(*(column.desc() for column in place))


async def unread(session: AsyncSession, person: str) -> int:
    """How many notices the person has not read."""
    statement = select(sa.func.count()).where(
        col(NoticeRow.person) == person, col(NoticeRow.read_at).is_(None)
    )
    return (await session.exec(statement)).one()


async def read(
    session: AsyncSession,
    person: str | None,
    at: datetime,
    *,
    ids: Collection[int] | None = None,
    message: int | None = None,
    until: datetime | None = None,
) -> int:
    """Note that the person, or everybody, read notices of theirs; returns how many were unread.

    Those of these ids, those of a message, those deliverable by `until`; None: whichever.
    """
    statement = sa.update(NoticeRow).where(col(NoticeRow.read_at).is_(None))
    if person is not None:
        statement = statement.where(col(NoticeRow.person) == person)
    if ids is not None:
        statement = statement.where(col(NoticeRow.id).in_(ids))
    if message is not None:
        statement = statement.where(col(NoticeRow.message) == message)
    if until is not None:
        statement = statement.where(col(NoticeRow.deliver_from) <= until)
    return (await session.exec(statement.values(read_at=at))).rowcount


async def has_unread(session: AsyncSession, person: str, message: int) -> bool:
    """Whether the person has a notice about the message that they have not read."""
    statement = select(NoticeRow.id).where(
        *(col(NoticeRow.person) == person, col(NoticeRow.message) == message),
        col(NoticeRow.read_at).is_(None),
    )
    return (await session.exec(statement.limit(1))).first() is not None


async def waiting(session: AsyncSession, person: str, since: datetime) -> int:
    """How many notices the person has yet to acknowledge, deliverable from a moment on."""
    connection = await session.connection()
    return (await connection.execute(_WAITING, {"person": person, "since": since})).scalar_one()


def _waits(
    since: datetime | sa.BindParameter[datetime], row: type[NoticeRow] = NoticeRow
) -> tuple[sa.ColumnElement[bool], ...]:
    # Written out, so that the index of just these serves.
    return (
        col(row.kind).in_([sa.literal_column(f"'{kind}'", sa.String) for kind in ACKNOWLEDGED]),
        col(row.acknowledged_at).is_(None),
        col(row.deliver_from) >= since,
    )


_WAITING = sa.select(sa.func.count()).where(
    col(NoticeRow.person) == sa.bindparam("person"), *_waits(sa.bindparam("since", type_=UtcMoment))
)


_OF_MESSAGE = (
    select(NoticeRow)
    .where(NoticeRow.message == sa.bindparam("message"))
    .order_by(col(NoticeRow.id).desc())
    .limit(sa.bindparam("size", type_=sa.Integer))
)
_OF_MESSAGE_TO = _OF_MESSAGE.where(NoticeRow.person == sa.bindparam("person"))


async def of_message(
    session: AsyncSession, message: int, *, person: str | None, limit: int
) -> Sequence[NoticeRow]:
    """Up to `limit` notices of a message, the newest first; those of one person, None for everybody's."""
    asked = {"message": message, "person": person, "size": limit}
    statement = _OF_MESSAGE if person is None else _OF_MESSAGE_TO
    return (await session.exec(statement, params=asked)).all()


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
            # Nothing is delivered before it happened: what is older is passed over in an index.
            col(NoticeRow.deliver_from) >= since,
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


async def are_any_since(session: AsyncSession, moment: datetime | None) -> bool:
    """Whether any notice was written since a moment; None: ever."""
    statement = select(NoticeRow.id).limit(1)
    if moment is not None:
        statement = statement.where(col(NoticeRow.written_at) > moment)
    return (await session.exec(statement)).first() is not None


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
    table: sa.Table = NoticeRow.__table__  # type: ignore[attr-defined]
    for some in chunks(breaches):
        rows = connection.execute(
            sa.select(table)
            .where(sa.tuple_(table.c.message, table.c.row).in_(some), table.c.kind.in_(ACKNOWLEDGED))
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
