"""Documents of the office as they were made, each by one maker however many ask for it.

Whoever makes one claims it first, and renews the claim while at work; one that nobody renews, since its process is
gone, passes to the next who asks. All functions run in a session of the caller.
"""

from datetime import datetime

from sqlalchemy import delete, insert, update
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from store.reports.tables import PaperRow


async def content(session: AsyncSession, key: str) -> bytes | None:
    """The document; None where it has not been made."""
    return (await session.exec(select(PaperRow.content).where(PaperRow.key == key))).first()


async def claim(session: AsyncSession, key: str, now: datetime, until: datetime, message: int | None) -> bool:
    """Whether the caller is its maker from now on; raises IntegrityError where another was quicker to be the first."""
    row = await session.get(PaperRow, key)
    if row is None:
        await (await session.connection()).execute(
            insert(PaperRow).values(key=key, message=message, claimed_until=until)
        )
        return True
    if row.content is not None:
        return False
    taken = await session.exec(
        update(PaperRow)
        .where(
            col(PaperRow.key) == key,
            col(PaperRow.content).is_(None),
            col(PaperRow.claimed_until) < now,
        )
        .values(claimed_until=until)
    )
    return bool(taken.rowcount)


async def renew(session: AsyncSession, key: str, until: datetime) -> None:
    """The maker is still at work."""
    await session.exec(
        update(PaperRow)
        .where(col(PaperRow.key) == key, col(PaperRow.content).is_(None))
        .values(claimed_until=until)
    )


async def keep(session: AsyncSession, key: str, made_at: datetime, content: bytes) -> bool:
    """Keep what was made; not where the texts in it were erased meanwhile, and with them the claim."""
    kept = await session.exec(
        update(PaperRow)
        .where(col(PaperRow.key) == key, col(PaperRow.content).is_(None))
        .values(content=content, made_at=made_at, claimed_until=None)
    )
    return bool(kept.rowcount)


async def give_up(session: AsyncSession, key: str) -> None:
    """It could not be made: the next who asks tries again."""
    await session.exec(delete(PaperRow).where(col(PaperRow.key) == key, col(PaperRow.content).is_(None)))


async def forget(session: AsyncSession, message: int) -> int:
    """Delete every document with texts of a message, also those under way; returns how many there were (152-FZ)."""
    gone = await session.exec(delete(PaperRow).where(col(PaperRow.message) == message))
    return int(gone.rowcount)
