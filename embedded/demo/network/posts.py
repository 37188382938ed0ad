"""Posts, comments and files of the invented network, in a database of their own: `demo.db` in the data directory.

Removed ones are rows without a text, and without files. It is no work of anybody's: no revision of the schema knows
these tables, and no backup needs them.
"""

import asyncio
import sqlite3
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

from sqlalchemy import Column, LargeBinary, MetaData, delete, func
from sqlmodel import Field, SQLModel, col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from store.database import private_files
from store.database.columns import UtcMoment
from store.database.engines import Database
from store.database.session import DatabaseError

FILE = "demo.db"


class _Invented(SQLModel):
    """Tables of this database alone."""

    metadata = MetaData()


class DemoPostRow(_Invented, table=True):
    """A post of the demo's invented network, or a comment: `post` is the post under which it stands.

    `reply_to` is the comment that a comment answers. `body`: key of the one whose official account wrote it; None: an
    invented townsman. `name` is what a program called its answer. What was removed stays without its text.
    """

    __tablename__ = "demo_post"
    __table_args__ = ({"sqlite_autoincrement": True},)

    id: int | None = Field(default=None, primary_key=True)
    post: int | None = Field(default=None, foreign_key="demo_post.id", index=True)
    reply_to: int | None = Field(default=None, foreign_key="demo_post.id")
    body: str | None = Field(default=None, index=True)
    author: str
    text: str
    name: str | None = Field(default=None, unique=True)
    at: datetime = Field(sa_type=UtcMoment)
    removed: bool = False


class DemoFileRow(_Invented, table=True):
    """A photo or video of an answer in the demo's invented network: `post` is the answer's number.

    It goes with the answer, and its number is never another's.
    """

    __tablename__ = "demo_file"
    __table_args__ = ({"sqlite_autoincrement": True},)

    id: int | None = Field(default=None, primary_key=True)
    post: int = Field(foreign_key="demo_post.id", index=True)
    position: int
    name: str
    type: str
    content: bytes = Field(sa_column=Column(LargeBinary, nullable=False))


class Posts(Database):
    """The database of the invented network; `make` has its tables there before anything is read or written."""

    def __init__(self, data: Path) -> None:
        """`data`: the data directory of the installation."""
        super().__init__(f"sqlite+aiosqlite:///{data / FILE}")
        self._data = data
        self._made = False
        self._making = asyncio.Lock()

    async def make(self) -> None:
        """Make the tables that are missing, once in a process. Raises DatabaseError where that cannot be."""
        async with self._making:
            if self._made:
                return
            try:
                private_files.make_directory(self._data)
                async with self.changing_schema() as connection:
                    await connection.run_sync(_Invented.metadata.create_all)
            except (OSError, sqlite3.Error) as error:
                raise DatabaseError(f"{self.file}: {error}") from error
            self._made = True


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
