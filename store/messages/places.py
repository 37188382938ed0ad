"""Places that messages are about, as read of place and text: settlement, street and house, to be counted by."""

import asyncio
from dataclasses import asdict, dataclass

from sqlalchemy import delete
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from store.database.columns import ERASED
from store.database.statements import inserting
from store.messages import localities, streets
from store.messages.tables import MessagePlaceRow


@dataclass(frozen=True, slots=True)
class Place:
    """The columns of a `MessagePlaceRow`; each None where it is not named."""

    settlement: str | None = None
    spelled: str | None = None
    district: str | None = None
    street: str | None = None
    house: str | None = None


def read(place: str, text: str) -> Place:
    """What place and text say: the place goes first, and is what a curator corrects; takes a moment, for a thread.

    The settlement is that of the place alone: a text names others, too.
    """
    town = localities.settlement(place)
    street = streets.of_place(place)
    written = streets.of_text(text)
    if street is None or (street.house is None and written is not None and written.title == street.title):
        street = written
    return Place(
        settlement=town.name if town else None,
        spelled=town.spelled if town else None,
        district=town.district if town else None,
        street=street.title if street else None,
        house=street.house if street else None,
    )


async def keep(session: AsyncSession, message: int, place: str, text: str) -> None:
    """Keep what is read of a message that is routed; nothing before, and nothing of one that is erased."""
    if not place or ERASED in (place, text):
        await forget(session, message)
        return
    found = asdict(await asyncio.to_thread(read, place, text))
    connection = await session.connection()
    statement = inserting(MessagePlaceRow, connection.dialect.name).values(message=message, **found)
    await connection.execute(statement.on_conflict_do_update(index_elements=["message"], set_=found))


async def forget(session: AsyncSession, message: int) -> None:
    """Take away what was read."""
    await session.exec(delete(MessagePlaceRow).where(col(MessagePlaceRow.message) == message))
