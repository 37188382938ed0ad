"""Wrong passwords, counted in the database so that every process of the API knows of them.

Guessing is stopped by the sign-in, not by the address it comes from: a whole department sits behind one address.
"""

import hashlib
from datetime import datetime, timedelta

from sqlalchemy import delete
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from store.tables import WrongPasswordRow

ALLOWED = 10
"""Wrong passwords of one sign-in within the window; after them even the right one is not asked."""
WINDOW = timedelta(minutes=5)


async def wait_for(session: AsyncSession, sign_in: str, now: datetime) -> timedelta | None:
    """How long until this sign-in may be tried again; None if it may be now."""
    rows = await session.exec(
        select(WrongPasswordRow.at)
        .where(WrongPasswordRow.sign_in == _digest(sign_in), col(WrongPasswordRow.at) > now - WINDOW)
        .order_by(col(WrongPasswordRow.at).desc())
        .limit(ALLOWED)
    )
    latest = rows.all()
    return latest[-1] + WINDOW - now if len(latest) == ALLOWED else None


async def note(session: AsyncSession, sign_in: str, now: datetime) -> None:
    """One more; those that count no longer are forgotten, whosever they were."""
    await session.exec(delete(WrongPasswordRow).where(col(WrongPasswordRow.at) <= now - WINDOW))
    session.add(WrongPasswordRow(sign_in=_digest(sign_in), at=now))


async def forget(session: AsyncSession, sign_in: str) -> None:
    """The right password was given: what went before was a slip."""
    await session.exec(delete(WrongPasswordRow).where(col(WrongPasswordRow.sign_in) == _digest(sign_in)))


def _digest(sign_in: str) -> str:
    return hashlib.sha256(sign_in.encode("utf-8", "surrogateescape")).hexdigest()
