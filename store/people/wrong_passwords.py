"""Wrong passwords and codes, counted in the database so that every process of the API knows of them.

They are counted by the source they come from and by the sign-in that was tried: a stranger who guesses somebody's
password closes the way for themselves, not for its owner.
"""

import hashlib
from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import delete, func
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from store.people.tables import WrongPasswordRow

WINDOW = timedelta(days=1)


async def counted(
    session: AsyncSession, source: str, sign_in: str | None, now: datetime
) -> tuple[int, datetime | None]:
    """How many were tried from the source within the window, and when the last; None: none was.

    Without `sign_in` everything tried from the source counts, else only what was tried for this sign-in.
    """
    statement = select(func.count(), func.max(WrongPasswordRow.at)).where(
        WrongPasswordRow.source == source, col(WrongPasswordRow.at) > now - WINDOW
    )
    if sign_in is not None:
        statement = statement.where(WrongPasswordRow.sign_in == _digest(sign_in))
    return (await session.exec(statement)).one()


async def of_sign_in(session: AsyncSession, sign_in: str, now: datetime) -> Sequence[tuple[int, datetime]]:
    """How many were tried for this sign-in within the window, from each source, and when the last."""
    rows = await session.exec(
        select(func.count(), func.max(WrongPasswordRow.at))
        .where(WrongPasswordRow.sign_in == _digest(sign_in), col(WrongPasswordRow.at) > now - WINDOW)
        .group_by(col(WrongPasswordRow.source))
    )
    return rows.all()


async def note(session: AsyncSession, source: str, sign_in: str, now: datetime) -> None:
    """One more; those that count no longer are forgotten, whosever they were."""
    await session.exec(delete(WrongPasswordRow).where(col(WrongPasswordRow.at) <= now - WINDOW))
    session.add(WrongPasswordRow(source=source, sign_in=_digest(sign_in), at=now))


async def forget(session: AsyncSession, sign_in: str, source: str | None = None) -> None:
    """The right one was given from the source: what went before there was a slip. Without a source: everywhere."""
    statement = delete(WrongPasswordRow).where(col(WrongPasswordRow.sign_in) == _digest(sign_in))
    if source is not None:
        statement = statement.where(col(WrongPasswordRow.source) == source)
    await session.exec(statement)


def _digest(sign_in: str) -> str:
    return hashlib.sha256(sign_in.encode("utf-8", "surrogateescape")).hexdigest()
