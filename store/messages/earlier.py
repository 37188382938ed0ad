"""Messages registered earlier that share something with one: its author, or a topic and a place (cl. 16)."""

from collections.abc import Sequence

from rapidfuzz import fuzz
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from store.database.columns import ERASED
from store.messages import texts
from store.messages.tables import MessageRow

_LOOKED_AT = 20_000
"""Messages, those registered last before it."""
_OF_TOPIC = 200
_SAME_PLACE = 88
"""From this ratio of words on, of 100: a house more or a comma less is the same street."""


async def of_author(session: AsyncSession, message: MessageRow, limit: int) -> Sequence[int]:
    """The last messages of the same author in the same network, the newest first."""
    if message.number is None or message.author == ERASED:
        return []
    found = await session.exec(
        select(MessageRow.number)
        .where(
            col(MessageRow.number) < message.number,
            col(MessageRow.number) >= message.number - _LOOKED_AT,
            MessageRow.network == message.network,
            MessageRow.author == message.author,
        )
        .order_by(col(MessageRow.number).desc())
        .limit(limit)
    )
    return [number for number in found if number is not None]


async def of_place(
    session: AsyncSession, message: MessageRow, topic: str, location: str, limit: int
) -> Sequence[int]:
    """The last messages of a topic whose place reads like this one, the newest first."""
    found = await session.exec(
        select(MessageRow.number, MessageRow.place)
        .where(MessageRow.topic == topic, col(MessageRow.number) < message.number)
        .order_by(col(MessageRow.number).desc())
        .limit(_OF_TOPIC)
    )
    named = {number: place for number, place in found.all() if number and place}
    ids = list(named.values())
    connection = await session.connection()
    places = await connection.run_sync(lambda own: texts.named(own, ids)) if ids else {}
    wanted = _plain(location)
    alike = [
        number
        for number, text in named.items()
        if text in places and fuzz.token_sort_ratio(wanted, _plain(places[text])) >= _SAME_PLACE
    ]
    return alike[:limit]


def _plain(place: str) -> str:
    return " ".join(place.lower().replace("ё", "е").replace(",", " ").split())
