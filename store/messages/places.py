"""Places that messages are about, as read of place and text: settlement, street and house, to be counted by."""

from dataclasses import asdict, dataclass

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


@dataclass(frozen=True, slots=True)
class Place:
    """The columns of a `MessagePlaceRow`; each None where it is not named."""

    settlement: str | None = None
    spelled: str | None = None
    district: str | None = None
    street: str | None = None
    house: str | None = None


async def keep(session: AsyncSession, message: int, place: Place) -> None:
    """Keep what was read of a message, in the place of what was read before."""
    found = asdict(place)
    connection = await session.connection()
    statement = inserting(MessagePlaceRow, connection.dialect.name).values(message=message, **found)
    await connection.execute(statement.on_conflict_do_update(index_elements=["message"], set_=found))


async def forget(session: AsyncSession, message: int) -> None:
    """Take away what was read."""
    await session.exec(delete(MessagePlaceRow).where(col(MessagePlaceRow.message) == message))
