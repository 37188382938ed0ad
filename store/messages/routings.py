"""Past routings, from which suggestions are made (service/suggestions)."""

from dataclasses import dataclass

import sqlalchemy as sa
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from calendar_rules.vocabulary import Outcome, Stage
from store.database.columns import ERASED
from store.messages.tables import MessageRow, MessageTextRow

_AT_A_TIME = 2_000


@dataclass(frozen=True, slots=True)
class Routing:
    """A message that was routed. `body` is the one that answers: the last of those it was routed to."""

    message: int
    lemmas: str
    topic: str
    body: str
    importance: str
    place: str | None


_COUNTS = (
    col(MessageRow.topic).is_not(None),
    col(MessageRow.lemmas) != "",
    # One that was returned waits for another body than its last one.
    col(MessageRow.stage) != Stage.ROUTING,
    sa.or_(col(MessageRow.outcome).is_(None), col(MessageRow.outcome) != Outcome.VOID),
)


async def newest(session: AsyncSession, at_most: int) -> list[Routing]:
    """The messages registered last of those that are routed, with what they are routed to by now; newest first.

    Erased ones and those registered by mistake are left out.
    """
    found: list[Routing] = []
    before: int | None = None
    while len(found) < at_most:
        portion = await _portion(session, before)
        if not portion:
            break
        before = portion[-1].message
        found += [routing for routing in portion if routing.body]
    return found[:at_most]


async def _portion(session: AsyncSession, before: int | None) -> list[Routing]:
    earlier = [] if before is None else [col(MessageRow.number) < before]
    statement = (
        sa.select(
            col(MessageRow.number),
            col(MessageRow.lemmas),
            col(MessageRow.topic),
            col(MessageRow.importance),
            col(MessageRow.routed_to),
            col(MessageTextRow.content),
        )
        .outerjoin(
            MessageTextRow,
            sa.and_(col(MessageTextRow.id) == col(MessageRow.place), col(MessageTextRow.content) != ERASED),
        )
        .where(*_COUNTS, *earlier)
        .order_by(col(MessageRow.number).desc())
        .limit(_AT_A_TIME)
    )
    return [
        Routing(number or 0, lemmas, topic or "", body or "", importance or "", place)
        for number, lemmas, topic, importance, body, place in await (await session.connection()).execute(
            statement
        )
    ]
