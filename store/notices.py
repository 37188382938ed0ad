"""Reading the inboxes of people; notices are written by `store.records`."""

from collections.abc import Sequence

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from store.tables import NoticeRow


async def of_person(
    session: AsyncSession, person: str, *, message: int | None, before: int | None, limit: int
) -> Sequence[NoticeRow]:
    """Up to `limit` notices of a person, the newest first, with ids below `before`, of one message or of all."""
    statement = (
        select(NoticeRow).where(NoticeRow.person == person).order_by(col(NoticeRow.id).desc()).limit(limit)
    )
    if before is not None:
        statement = statement.where(col(NoticeRow.id) < before)
    if message is not None:
        statement = statement.where(NoticeRow.message == message)
    return (await session.exec(statement)).all()
