"""What a message leaves in the database: its snapshot, limits, journal and notices; written twice, changes nothing."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Insert, func, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import SQLModel, col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from store.tables import JournalRow, LimitRun, Message, MessageBody, Notice


@dataclass(frozen=True, slots=True)
class Head:
    """What listings filter by, with the snapshot; `rows` orders them: an older one never replaces a newer."""

    rows: int
    stage: str
    outcome: str | None
    current_body: str | None
    topic: str | None
    overdue: bool
    next_due: datetime | None
    turns: Sequence[str]
    snapshot: dict[str, Any]


async def keep_head(session: AsyncSession, message: int, head: Head) -> None:
    """Bring the message's row up to `head`, unless it is newer already."""
    await session.exec(
        update(Message)
        .where(col(Message.number) == message, col(Message.rows) <= head.rows)
        .values(
            rows=head.rows,
            stage=head.stage,
            outcome=head.outcome,
            current_body=head.current_body,
            topic=head.topic,
            overdue=head.overdue,
            next_due=head.next_due,
            snapshot=head.snapshot,
        )
    )
    if head.turns:
        await _insert_new(session, MessageBody, [{"message": message, "body": body} for body in head.turns])


async def begin_record(session: AsyncSession, message: int, number: int) -> bool:
    """Claim record `number` in this transaction; False if it, or a later one, has been written already."""
    claimed = await session.exec(
        update(Message)
        .where(col(Message.number) == message, col(Message.recorded) < number)
        .values(recorded=number)
    )
    return claimed.rowcount > 0


async def keep_limits(session: AsyncSession, runs: Iterable[dict[str, Any]]) -> None:
    """Write limit runs as they are now."""
    rows = list(runs)
    if not rows:
        return
    statement = _insert(session, LimitRun).values(rows)
    changing = [name for name in rows[0] if name not in ("message", "number")]
    await session.exec(
        statement.on_conflict_do_update(
            index_elements=["message", "number"],
            set_={name: statement.excluded[name] for name in changing},
        )
    )


async def add_rows(session: AsyncSession, rows: Iterable[dict[str, Any]]) -> None:
    """Append journal rows; those already there stay as they are."""
    await _insert_new(session, JournalRow, list(rows))


async def add_notices(session: AsyncSession, notices: Iterable[dict[str, Any]]) -> None:
    """Write notices; one per fact, kind and person, however often it is tried."""
    await _insert_new(session, Notice, list(notices))


async def told_of(session: AsyncSession, message: int, row: int) -> list[tuple[str, str | None]]:
    """Who was told of a journal row: persons, each with whom they stood in for."""
    found = await session.exec(
        select(Notice.person, Notice.acting_for).where(Notice.message == message, Notice.row == row)
    )
    return list(found.all())


async def append_row(
    session: AsyncSession,
    message: int,
    at: datetime,
    kind: str,
    person: str,
    data: dict[str, Any],
    now: datetime,
) -> None:
    """Add the next journal row to a message whose workflow has ended, and can number no more rows itself."""
    last = (
        await session.exec(select(func.max(JournalRow.number)).where(JournalRow.message == message))
    ).one()
    number = (last or 0) + 1
    session.add(
        JournalRow(message=message, number=number, at=at, kind=kind, person=person, data=data, written_at=now)
    )


def _insert(session: AsyncSession, table: type[SQLModel]) -> "sqlite.Insert | postgresql.Insert":
    dialect = session.get_bind().dialect.name
    return postgresql.insert(table) if dialect == "postgresql" else sqlite.insert(table)


async def _insert_new(session: AsyncSession, table: type[SQLModel], rows: list[dict[str, Any]]) -> None:
    if rows:
        statement: Insert = _insert(session, table).values(rows).on_conflict_do_nothing()
        await session.exec(statement)
