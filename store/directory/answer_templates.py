"""Texts that bodies begin their answers with."""

from collections.abc import Sequence

from sqlalchemy import delete, func
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


async def remove(session: AsyncSession, body: str, title: str) -> None:
    """A template is gone."""
    await session.exec(
        delete(AnswerTemplateRow).where(
            col(AnswerTemplateRow.body) == body, col(AnswerTemplateRow.title) == title
        )
    )


async def keep(session: AsyncSession, body: str, title: str, text: str) -> None:
    """Keep a template; one of the same title is replaced."""
    known = (
        await session.exec(
            select(AnswerTemplateRow).where(AnswerTemplateRow.body == body, AnswerTemplateRow.title == title)
        )
    ).first()
    row = known or AnswerTemplateRow(body=body, title=title, text=text)
    row.text = text
    session.add(row)
