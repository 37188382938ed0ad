"""Referrals to others, of all messages: rows of their journals (cl. 18)."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

import sqlalchemy as sa
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from store.messages.tables import JournalRow

REFER = "refer"
"""The kind of the rows that say so."""


class Place(NamedTuple):
    """Where a page begins: before this row."""

    at: datetime
    message: int
    number: int


async def page(session: AsyncSession, before: Place | None, limit: int) -> Sequence[JournalRow]:
    """Up to `limit` rows, the newest first."""
    statement = (
        select(JournalRow)
        .where(JournalRow.kind == REFER)
        .order_by(col(JournalRow.at).desc(), col(JournalRow.message).desc(), col(JournalRow.number).desc())
        .limit(limit)
    )
    if before is not None:
        at, message, number = col(JournalRow.at), col(JournalRow.message), col(JournalRow.number)
        statement = statement.where(
            sa.or_(
                at < before.at,
                sa.and_(at == before.at, message < before.message),
                sa.and_(at == before.at, message == before.message, number < before.number),
            )
        )
    return (await session.exec(statement)).all()
