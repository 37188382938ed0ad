"""Values of the installation kept in its database, such as what working time was last applied."""

from datetime import datetime

from sqlalchemy import update
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from store.database.tables import SettingRow

_LAST_COPY = "last_copy"


async def value(session: AsyncSession, key: str) -> str | None:
    """The value; None if it has never been set."""
    found = await session.get(SettingRow, key)
    return found.value if found else None


async def replace(session: AsyncSession, key: str, known: str | None, new: str) -> bool:
    """Set the value where it still is what the caller knows it as; whether it was.

    Raises IntegrityError where two set it for the first time at once.
    """
    if known is None:
        session.add(SettingRow(key=key, value=new))
        await session.flush()
        return True
    done = await session.exec(
        update(SettingRow).where(col(SettingRow.key) == key, col(SettingRow.value) == known).values(value=new)
    )
    return bool(done.rowcount)


async def last_copy(session: AsyncSession) -> datetime | None:
    """When the last copy on record was taken; None if none ever was."""
    found = await value(session, _LAST_COPY)
    return datetime.fromisoformat(found) if found else None


async def copy_taken(session: AsyncSession, at: datetime) -> None:
    """Put on record that a copy of the database was taken at an aware moment; an earlier one changes nothing."""
    known = await last_copy(session)
    if known is None or known < at:
        await session.merge(SettingRow(key=_LAST_COPY, value=at.isoformat()))
