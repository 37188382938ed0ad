"""Texts that bodies begin their answers with."""

from collections.abc import Sequence

from sqlalchemy import func
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from store.directory.tables import AnswerTemplateRow


async def of(session: AsyncSession, body: str) -> Sequence[AnswerTemplateRow]:
    """The templates of a body, by their titles."""
    statement = (
        select(AnswerTemplateRow)
        .where(AnswerTemplateRow.body == body)
        .order_by(func.lower(AnswerTemplateRow.title), col(AnswerTemplateRow.id))
    )
    return (await session.exec(statement)).all()
