"""What is past its term, found and deleted in small portions (docs/retention.md)."""

from datetime import datetime

from sqlalchemy import delete
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from store.tables import WrongPasswordRow


async def delete_wrong_passwords(session: AsyncSession, before: datetime, at_most: int) -> int:
    """Delete up to that many wrong passwords given before a moment; returns how many."""
    old = select(WrongPasswordRow.id).where(col(WrongPasswordRow.at) < before).limit(at_most)
    deleted = await session.exec(delete(WrongPasswordRow).where(col(WrongPasswordRow.id).in_(old)))
    return deleted.rowcount
