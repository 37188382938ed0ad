"""Unsent texts: a row per person, message and command, and none once it is sent."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import bindparam, delete, func, tuple_
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from store.database.columns import UtcMoment
from store.database.session import Connection
from store.messages.tables import UnsentTextRow
from store.people.tables import PersonRow

KEPT = timedelta(days=7)
"""From when it was last touched."""

Place = tuple[str, int, str]
"""Whose it is, and of which message and command."""


class Writer(NamedTuple):
    """Somebody else who writes to the message: the person's name, the command, and when the text was last saved."""

    name: str
    command: str
    saved_at: datetime


_OF = (
    select(UnsentTextRow)
    .where(UnsentTextRow.person == bindparam("person"), UnsentTextRow.message == bindparam("message"))
    .order_by(col(UnsentTextRow.saved_at))
)
_WRITERS = (
    select(PersonRow.name, UnsentTextRow.command, UnsentTextRow.saved_at)
    .join(PersonRow, col(PersonRow.key) == col(UnsentTextRow.person))
    .where(
        UnsentTextRow.message == bindparam("message"),
        UnsentTextRow.person != bindparam("but"),
        col(UnsentTextRow.saved_at) > bindparam("since", type_=UtcMoment),
    )
    .order_by(col(UnsentTextRow.saved_at).desc())
)


async def of(session: AsyncSession, person: str, message: int) -> Sequence[UnsentTextRow]:
    """What the person has not sent of the message, the newest last."""
    return (await session.exec(_OF, params={"person": person, "message": message})).all()


async def at(session: AsyncSession, place: Place) -> UnsentTextRow | None:
    """What stands at this place now."""
    return await session.get(UnsentTextRow, place)


async def count(session: AsyncSession, person: str) -> int:
    """How many texts the person has not sent."""
    counted = select(func.count()).select_from(UnsentTextRow).where(UnsentTextRow.person == person)
    return (await session.exec(counted)).one()


async def save(
    session: AsyncSession, place: Place, fields: Mapping[str, Sequence[str]], moment: datetime
) -> None:
    """Keep these values in place of whatever stood there."""
    person, message, command = place
    kept = {name: list(values) for name, values in fields.items()}
    await session.merge(
        UnsentTextRow(person=person, message=message, command=command, fields=kept, saved_at=moment)
    )


async def writers(session: AsyncSession, message: int, but: str, since: datetime) -> Sequence[Writer]:
    """Who else has typed something to the message since a moment, the newest first."""
    asked = {"message": message, "but": but, "since": since}
    return [Writer(*row) for row in await session.exec(_WRITERS, params=asked)]


async def forget(session: AsyncSession, places: Collection[Place]) -> None:
    """These were sent."""
    if places:
        where = tuple_(col(UnsentTextRow.person), col(UnsentTextRow.message), col(UnsentTextRow.command)).in_(
            sorted(places)
        )
        await session.exec(delete(UnsentTextRow).where(where))


_FORGET = delete(UnsentTextRow).where(
    col(UnsentTextRow.person) == bindparam("whose"),
    col(UnsentTextRow.message) == bindparam("of_message"),
    col(UnsentTextRow.command) == bindparam("of_command"),
)


def forget_recorded(connection: Connection, place: Place) -> None:
    """This was sent, and its record is written."""
    person, message, command = place
    connection.execute(_FORGET, {"whose": person, "of_message": message, "of_command": command})


async def erase(session: AsyncSession, message: int) -> int:
    """Delete everybody's of a message; returns how many there were."""
    return (await session.exec(delete(UnsentTextRow).where(col(UnsentTextRow.message) == message))).rowcount
