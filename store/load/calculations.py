"""Calculations of the load: asked for by people, made by a worker. All functions run in a session of the caller."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any, Final

from sqlalchemy import delete, update
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from store.load.tables import LoadCalculationRow

_KEPT: Final = timedelta(hours=1)
"""What the record says changes, so that what was made is made again when somebody looks later."""


async def last(session: AsyncSession, until: date, now: datetime) -> LoadCalculationRow | None:
    """Return the one that was asked for last of the weeks before `until`, within the hour."""
    asked = select(LoadCalculationRow).where(
        LoadCalculationRow.until == until, col(LoadCalculationRow.asked_at) > now - _KEPT
    )
    return (await session.exec(asked.order_by(col(LoadCalculationRow.id).desc()).limit(1))).first()


async def ask(
    session: AsyncSession, until: date, question: Mapping[str, Any] | None, now: datetime
) -> LoadCalculationRow:
    """Ask for one; those of more than an hour ago are forgotten."""
    await session.exec(delete(LoadCalculationRow).where(col(LoadCalculationRow.asked_at) <= now - _KEPT))
    row = LoadCalculationRow(until=until, question=None if question is None else dict(question), asked_at=now)
    session.add(row)
    await session.flush()
    return row


async def first_waiting(session: AsyncSession) -> LoadCalculationRow | None:
    """Return the one that waits longest to be made."""
    waiting = select(LoadCalculationRow).where(col(LoadCalculationRow.result).is_(None))
    return (await session.exec(waiting.order_by(col(LoadCalculationRow.id)).limit(1))).first()


async def note(
    session: AsyncSession, calculation: int, share: int, result: Mapping[str, Any] | None = None
) -> None:
    """Put on record how far it is, and its result once it is made."""
    await session.exec(
        update(LoadCalculationRow)
        .where(col(LoadCalculationRow.id) == calculation)
        .values(share=share, result=None if result is None else dict(result))
    )
