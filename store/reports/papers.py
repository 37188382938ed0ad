"""Documents of the office as they were made.

Whoever makes one leaves an empty row first: where it is gone when the document is there, the texts in it were erased
meanwhile. All functions run in a session of the caller.
"""

from datetime import datetime

from sqlalchemy import delete, update
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from store.database.statements import new_rows, run
from store.reports.tables import PaperRow


async def content(session: AsyncSession, key: str) -> bytes | None:
    """The document; None where it has not been made."""
    return (await session.exec(select(PaperRow.content).where(PaperRow.key == key))).first()


async def begin(session: AsyncSession, key: str, now: datetime, message: int | None) -> datetime:
    """Leave the row, unless another maker has left one; returns when it was left."""
    row = {"key": key, "message": message, "begun_at": now}
    await run(session, new_rows(PaperRow, [row], session.get_bind().dialect.name))
    return (await session.exec(select(PaperRow.begun_at).where(PaperRow.key == key))).one()


async def keep(
    session: AsyncSession, key: str, begun_at: datetime, made_at: datetime, made: bytes
) -> bytes | None:
    """Keep what was made, unless another maker was quicker; returns what is kept, None where its row is gone."""
    row = col(PaperRow.key) == key, col(PaperRow.begun_at) == begun_at
    await session.exec(
        update(PaperRow).where(*row, col(PaperRow.content).is_(None)).values(content=made, made_at=made_at)
    )
    return (await session.exec(select(PaperRow.content).where(*row))).first()


async def forget(session: AsyncSession, message: int) -> int:
    """Delete every document with texts of a message, also those under way; returns how many there were (152-FZ)."""
    gone = await session.exec(delete(PaperRow).where(col(PaperRow.message) == message))
    return int(gone.rowcount)
