"""Changes just made, so that a page served by one process shows what another process took.

Each change is a row. That there are new ones, PostgreSQL says at once; on SQLite the number that every commit of
another connection moves is looked at many times a second, which costs microseconds.
"""

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Collection, Iterable, Sequence
from contextlib import asynccontextmanager, closing, suppress
from datetime import datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import delete, func, insert
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from store.database.engines import Database
from store.database.statements import Statement
from store.messages.tables import ChangeRow

if TYPE_CHECKING:
    from psycopg import AsyncConnection

_CHANNEL = "otklik_change"
_LOOK_EVERY, _LOOK_AT_REST_EVERY = 0.05, 0.2  # seconds
_AT_REST_AFTER = 2.0
"""Seconds without a change: where people are at work, changes come in close order."""
OUT_OF_ORDER = 100
"""How far behind the last one a change may appear: writers get their numbers first, and commit later."""
_ADD = insert(ChangeRow)
_ADD_AND_TELL = _ADD.returning(func.pg_notify(_CHANNEL, ""))


def noted(
    message: int,
    *,
    curator: str | None,
    bodies: Sequence[str],
    persons: Iterable[str],
    at: datetime,
    dialect: str,
) -> list[Statement]:
    """Note in this transaction that the message has changed, and who was notified."""
    row = {
        "message": message,
        "curator": curator,
        "bodies": list(bodies),
        "persons": sorted(persons),
        "at": at,
    }
    return [(_ADD_AND_TELL if dialect == "postgresql" else _ADD, [row])]


CANDIDATES = 0
"""In place of a message's number: a candidate came, or something became of one. Of interest to curators alone."""


def noted_of_candidates(at: datetime, dialect: str) -> list[Statement]:
    """Note in this transaction that the feed of candidates has changed."""
    return noted(CANDIDATES, curator=None, bodies=(), persons=(), at=at, dialect=dialect)


async def last(session: AsyncSession) -> int:
    """The number of the last change; zero before the first."""
    return (await session.exec(select(func.max(ChangeRow.id)))).one() or 0


async def after(session: AsyncSession, number: int, limit: int) -> Sequence[ChangeRow]:
    """Up to `limit` changes behind the one of this number, in order."""
    statement = select(ChangeRow).where(col(ChangeRow.id) > number).order_by(col(ChangeRow.id)).limit(limit)
    return (await session.exec(statement)).all()


async def new_after(
    session: AsyncSession, number: int, known: Collection[int], limit: int
) -> Sequence[ChangeRow]:
    """Of up to `limit` changes behind the one of this number those whose numbers are not known, in order.

    Every write has it asked, and hardly ever is anything new: numbers alone are read then.
    """
    statement = (
        select(ChangeRow.id).where(col(ChangeRow.id) > number).order_by(col(ChangeRow.id)).limit(limit)
    )
    new = [found for found in await session.exec(statement) if found not in known]
    if not new:
        return ()
    rows = select(ChangeRow).where(col(ChangeRow.id).in_(new)).order_by(col(ChangeRow.id))
    return (await session.exec(rows)).all()


async def forget(session: AsyncSession, before: datetime) -> None:
    """Delete the changes before a moment."""
    await session.exec(delete(ChangeRow).where(col(ChangeRow.at) < before))


class Watch:
    """Waits until there may be new changes."""

    async def moved(self, within: float) -> None:
        """Return when something was written, or `within` seconds have passed. Raises OSError."""
        raise NotImplementedError

    def pass_over(self) -> None:
        """Leave aside what was written until now, where that can be told."""


class _OfFile(Watch):
    def __init__(self, connection: sqlite3.Connection, look_every: float | None) -> None:
        self._connection = connection
        self._look_every = look_every
        self._seen, self._moved_at = self._version(), 0.0

    def _version(self) -> int:
        (version,) = self._connection.execute("PRAGMA data_version").fetchone()
        return int(version)

    def pass_over(self) -> None:
        with suppress(sqlite3.Error):  # whoever waits will be told
            self._seen = self._version()

    async def moved(self, within: float) -> None:
        now = asyncio.get_running_loop().time
        until = now() + within
        while now() < until:
            version = self._version()
            if version != self._seen:
                self._seen, self._moved_at = version, now()
                return
            is_at_rest = now() - self._moved_at > _AT_REST_AFTER
            await asyncio.sleep(self._look_every or (_LOOK_AT_REST_EVERY if is_at_rest else _LOOK_EVERY))


class _OfServer(Watch):
    def __init__(self, connection: "AsyncConnection[Any]") -> None:
        self._connection = connection

    async def moved(self, within: float) -> None:
        import psycopg  # noqa: PLC0415  the driver is there with its server only

        try:
            async for _ in self._connection.notifies(timeout=within, stop_after=1):
                return
        except psycopg.Error as error:
            raise ConnectionError(str(error)) from error


@asynccontextmanager
async def watching(database: Database, look_every: float | None = None) -> AsyncIterator[Watch]:
    """A watch over what is written from now on. Raises DatabaseError, OSError where the database is away.

    `look_every`: seconds between two looks at a file, for those who wait for something that is about to come.
    """
    if database.file is not None:
        with closing(
            sqlite3.connect(f"file:{database.file}?mode=ro", uri=True, isolation_level=None)
        ) as reading:
            yield _OfFile(reading, look_every)
        return
    async with database.driver_connection() as listening:
        await listening.execute(f"LISTEN {_CHANNEL}")
        yield _OfServer(listening)
