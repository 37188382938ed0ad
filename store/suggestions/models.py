"""Models learnt from past routings, as they are kept: the one in place whole, of the others the figures."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from store.suggestions.tables import SuggestionModelRow

_KEPT = 90
"""Trainings whose figures are kept."""


async def in_place(session: AsyncSession) -> int | None:
    """The id of the model in place; None before the first."""
    newest = sa.select(sa.func.max(col(SuggestionModelRow.id))).where(
        col(SuggestionModelRow.content).is_not(None)
    )
    found: int | None = await (await session.connection()).scalar(newest)
    return found


async def content(session: AsyncSession, number: int) -> bytes | None:
    """A model as it was kept; None where it is no more."""
    row = await session.get(SuggestionModelRow, number)
    return row.content if row is not None else None


async def last(session: AsyncSession) -> SuggestionModelRow | None:
    """The last training, whether what it learnt was put in place or not."""
    found = await session.exec(
        select(SuggestionModelRow).order_by(col(SuggestionModelRow.id).desc()).limit(1)
    )
    return found.first()


async def add(
    session: AsyncSession,
    *,
    trained_at: datetime,
    learnt: int,
    figures: dict[str, Any],
    content: bytes | None,
) -> None:
    """Keep the figures of a training, and put what it learnt in the place of what was there, if `content` is given."""
    if content is not None:
        await session.exec(
            sa.update(SuggestionModelRow)
            .where(col(SuggestionModelRow.content).is_not(None))
            .values(content=None, in_place=False)
        )
    row = SuggestionModelRow(
        trained_at=trained_at,
        learnt=learnt,
        in_place=content is not None,
        figures=figures,
        content=content,
    )
    session.add(row)
    await session.flush()
    await session.exec(sa.delete(SuggestionModelRow).where(_is_forgotten(row.id or 0)))


def _is_forgotten(newest: int) -> sa.ColumnElement[bool]:
    return sa.and_(
        col(SuggestionModelRow.id) <= newest - _KEPT,
        col(SuggestionModelRow.content).is_(None),
    )
