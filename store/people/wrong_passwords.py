"""Wrong passwords and codes, counted in the database so that every process of the API knows of them.

They are counted by the source they come from and by the sign-in that was tried: a stranger who guesses somebody's
password closes the way for themselves, not for its owner.
"""

import hashlib
from datetime import datetime, timedelta

from sqlalchemy import delete, func
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from store.people.tables import WrongPasswordRow

ALLOWED = 10
"""Wrong ones within the window, after which each further one has to be waited for."""
WINDOW = timedelta(days=1)
FIRST_WAIT = timedelta(minutes=1)
"""After that many; it doubles with each further one."""
LONGEST_WAIT = timedelta(minutes=30)


async def wait_for(
    session: AsyncSession, source: str, sign_in: str | None, now: datetime
) -> timedelta | None:
    """How long until the source may try again; None if it may be now.

    Without `sign_in` everything tried from the source counts, else only what was tried for this sign-in.
    """
    statement = select(func.count(), func.max(WrongPasswordRow.at)).where(
        WrongPasswordRow.source == source, col(WrongPasswordRow.at) > now - WINDOW
    )
    if sign_in is not None:
        statement = statement.where(WrongPasswordRow.sign_in == _digest(sign_in))
    wrong, last = (await session.exec(statement)).one()
    return _wait(wrong, last, now)


async def of_sign_in(session: AsyncSession, sign_in: str, now: datetime) -> tuple[int, list[timedelta]]:
    """How many were tried for this sign-in within the window, and how long each source of too many has to wait."""
    rows = await session.exec(
        select(func.count(), func.max(WrongPasswordRow.at))
        .where(WrongPasswordRow.sign_in == _digest(sign_in), col(WrongPasswordRow.at) > now - WINDOW)
        .group_by(col(WrongPasswordRow.source))
    )
    found = rows.all()
    waits = [wait for wrong, last in found if (wait := _wait(wrong, last, now)) is not None]
    return sum(wrong for wrong, _ in found), waits


def _wait(wrong: int, last: datetime | None, now: datetime) -> timedelta | None:
    if wrong < ALLOWED or last is None:
        return None
    doubled = min(wrong - ALLOWED, 16)  # longer than the longest by far
    wait = min(FIRST_WAIT * 2**doubled, LONGEST_WAIT)
    return last + wait - now if last + wait > now else None


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
