"""Settlements that messages are about, as read of their places, to be counted by."""

from dataclasses import dataclass

from sqlalchemy import delete
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from store.database.statements import inserting
from store.messages.tables import MessagePlaceRow


@dataclass(frozen=True, slots=True)
class Settlement:
    """A town or village: its name without «ё», how it is written, and the district where that was typed.

    `spelled` is «Плёс», «с. Решма Кинешемского района»; `district` «Кинешемский район».
    """

    name: str
    spelled: str
    district: str | None


async def keep(session: AsyncSession, message: int, found: Settlement | None) -> None:
    """Keep what the place of a message names, in the place of what was read before."""
    values = {
        "settlement": found.name if found else None,
        "spelled": found.spelled if found else None,
        "district": found.district if found else None,
    }
    connection = await session.connection()
    statement = inserting(MessagePlaceRow, connection.dialect.name).values(message=message, **values)
    await connection.execute(statement.on_conflict_do_update(index_elements=["message"], set_=values))


async def forget(session: AsyncSession, message: int) -> None:
    """Take away what was read."""
    await session.exec(delete(MessagePlaceRow).where(col(MessagePlaceRow.message) == message))
