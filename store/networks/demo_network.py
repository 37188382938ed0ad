"""Posts, comments and files of the demo's invented network. Removed ones are rows without a text, and without files."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import delete, func
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from store.networks.tables import DemoFileRow, DemoPostRow
from store.people.tables import BodyRow


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


class DemoFile(NamedTuple):
    """A file of an answer without its bytes, which are asked for one by one."""

    id: int
    name: str
    type: str


async def files_under(session: AsyncSession, post: int) -> Mapping[int, list[DemoFile]]:
    """The files of what stands under a post, by the number of the answer, each in its place."""
    statement = (
        select(DemoFileRow.post, DemoFileRow.id, DemoFileRow.name, DemoFileRow.type)
        .join(DemoPostRow, col(DemoPostRow.id) == col(DemoFileRow.post))
        .where(DemoPostRow.post == post)
        .order_by(col(DemoFileRow.post), col(DemoFileRow.position))
    )
    found: dict[int, list[DemoFile]] = {}
    for answer, number, name, kind in await session.exec(statement):
        found.setdefault(answer, []).append(DemoFile(number or 0, name, kind))
    return found


async def file(session: AsyncSession, number: int) -> DemoFileRow | None:
    """A file with its bytes."""
    return await session.get(DemoFileRow, number)


async def remove_files(session: AsyncSession, answer: int) -> None:
    """Delete the files of an answer."""
    await session.exec(delete(DemoFileRow).where(col(DemoFileRow.post) == answer))


async def size_of_files(session: AsyncSession) -> int:
    """Bytes of all files."""
    counted = await session.exec(select(func.coalesce(func.sum(func.length(DemoFileRow.content)), 0)))
    return int(counted.one())
