"""Lists that a person has saved under names of their own."""

from collections.abc import Sequence
from uuid import uuid4

import sqlalchemy as sa
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from store.people.tables import SavedViewRow


async def of_person(session: AsyncSession, person: str) -> Sequence[SavedViewRow]:
    """The person's views, by name."""
    statement = select(SavedViewRow).where(SavedViewRow.person == person)
    return (await session.exec(statement.order_by(col(SavedViewRow.name)))).all()


async def keep(session: AsyncSession, person: str, name: str, query: str) -> None:
    """Keep the view; the person's earlier one of this name becomes this one."""
    replaced = await session.exec(
        sa.update(SavedViewRow)
        .where(col(SavedViewRow.person) == person, col(SavedViewRow.name) == name)
        .values(query=query)
    )
    if not replaced.rowcount:
        session.add(SavedViewRow(id=uuid4().hex, person=person, name=name, query=query))


async def remove(session: AsyncSession, person: str, view: str) -> None:
    """Delete the person's view of this id, if there is one."""
    await session.exec(
        sa.delete(SavedViewRow).where(col(SavedViewRow.person) == person, col(SavedViewRow.id) == view)
    )


async def with_words(session: AsyncSession) -> Sequence[SavedViewRow]:
    """Everybody's views in which words are sought."""
    return (await session.exec(select(SavedViewRow).where(col(SavedViewRow.query).contains("q=")))).all()
