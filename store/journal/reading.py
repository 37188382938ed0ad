"""Reading the journal of a message (cl. 19); it is written by `store.journal.written`."""

from collections.abc import Collection, Sequence

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from store.messages.tables import JournalRow


async def rows(
    session: AsyncSession, message: int, *, before: int | None, limit: int
) -> Sequence[JournalRow]:
    """Up to `limit` rows of a message, the newest first, with numbers below `before`."""
    statement = (
        select(JournalRow)
        .where(JournalRow.message == message)
        .order_by(col(JournalRow.number).desc())
        .limit(limit)
    )
    if before is not None:
        statement = statement.where(col(JournalRow.number) < before)
    return (await session.exec(statement)).all()


async def of_kinds(session: AsyncSession, message: int, kinds: Collection[str]) -> Sequence[JournalRow]:
    """The rows of some kinds of a message, in order."""
    statement = (
        select(JournalRow)
        .where(JournalRow.message == message, col(JournalRow.kind).in_(kinds))
        .order_by(col(JournalRow.number))
    )
    return (await session.exec(statement)).all()


async def last_of_kind(session: AsyncSession, message: int, kind: str) -> JournalRow | None:
    """The newest row of a kind of a message."""
    statement = (
        select(JournalRow)
        .where(JournalRow.message == message, JournalRow.kind == kind)
        .order_by(col(JournalRow.number).desc())
        .limit(1)
    )
    return (await session.exec(statement)).first()
