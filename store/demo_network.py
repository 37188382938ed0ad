"""Posts and comments of the demo's invented network. Removed ones are rows without a text."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import func
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from store.network_tables import DemoPostRow
from store.tables import BodyRow


async def posts(session: AsyncSession, at_most: int) -> Sequence[DemoPostRow]:
    """The newest posts first."""
    statement = (
        select(DemoPostRow)
        .where(col(DemoPostRow.post).is_(None), ~col(DemoPostRow.removed))
        .order_by(col(DemoPostRow.id).desc())
        .limit(at_most)
    )
    return (await session.exec(statement)).all()


async def comments(session: AsyncSession, under: Sequence[int]) -> Mapping[int, list[DemoPostRow]]:
    """Comments of these posts by post, the oldest first; removed ones too."""
    statement = select(DemoPostRow).where(col(DemoPostRow.post).in_(under)).order_by(col(DemoPostRow.id))
    found: dict[int, list[DemoPostRow]] = {post: [] for post in under}
    for row in await session.exec(statement):
        found[row.post or 0].append(row)
    return found


async def one(session: AsyncSession, number: int) -> DemoPostRow | None:
    """A post or a comment by its number."""
    return await session.get(DemoPostRow, number)


async def named(session: AsyncSession, name: str) -> DemoPostRow | None:
    """The answer that a program gave this name."""
    return (await session.exec(select(DemoPostRow).where(DemoPostRow.name == name))).first()


async def of_body(session: AsyncSession, body: str, at_most: int) -> Sequence[DemoPostRow]:
    """What a body's account wrote, the newest first."""
    statement = (
        select(DemoPostRow)
        .where(DemoPostRow.body == body, ~col(DemoPostRow.removed))
        .order_by(col(DemoPostRow.id).desc())
        .limit(at_most)
    )
    return (await session.exec(statement)).all()


async def title_of(session: AsyncSession, body: str) -> str | None:
    """By what title the account of a body is known there."""
    row = await session.get(BodyRow, body)
    return None if row is None else row.short_title


async def written_by_people(session: AsyncSession, after: int, at_most: int) -> Sequence[DemoPostRow]:
    """What townsmen wrote behind a number, the oldest first."""
    statement = (
        select(DemoPostRow)
        .where(col(DemoPostRow.id) > after, col(DemoPostRow.body).is_(None), ~col(DemoPostRow.removed))
        .order_by(col(DemoPostRow.id))
        .limit(at_most)
    )
    return (await session.exec(statement)).all()


async def count(session: AsyncSession, since: datetime | None = None) -> int:
    """How many posts and comments there are; `since`: of those written then or later."""
    statement = select(func.count()).select_from(DemoPostRow)
    if since is not None:
        statement = statement.where(col(DemoPostRow.at) >= since)
    return (await session.exec(statement)).one()
