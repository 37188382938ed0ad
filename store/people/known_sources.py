"""Sources that people have signed in from, for as long as that says something of who signs in from there."""

from datetime import datetime, timedelta

from sqlalchemy import delete
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from store.people.persons import storable
from store.people.tables import KnownSourceRow

REMEMBERED = timedelta(days=90)


async def knows(session: AsyncSession, person: str, source: str, now: datetime) -> bool:
    """Whether the person has signed in from this source within the time that is remembered."""
    if not storable(person):
        return False
    found = await session.get(KnownSourceRow, (person, source))
    return found is not None and found.last_at > now - REMEMBERED


async def note(session: AsyncSession, person: str, source: str, now: datetime) -> None:
    """The person has just signed in from there; what is too old is forgotten, whosever it was."""
    await session.exec(delete(KnownSourceRow).where(col(KnownSourceRow.last_at) <= now - REMEMBERED))
    await session.merge(KnownSourceRow(person=person, source=source, last_at=now))
