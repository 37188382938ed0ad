"""Past routings, from which suggestions are made (service/suggestions)."""

from dataclasses import dataclass

import sqlalchemy as sa
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from calendar_rules.vocabulary import Outcome, Stage
from store.database.columns import ERASED
from store.messages.tables import MessageRow, MessageTextRow


@dataclass(frozen=True, slots=True)
class Routing:
    """A message that was routed. `body` is the one that answers: the last of those it was routed to."""

    message: int
    lemmas: str
    topic: str
    body: str
    importance: str
    place: str | None


async def newest(session: AsyncSession, at_most: int) -> list[Routing]:
    """The messages registered last of those that are routed, with what they are routed to by now; newest first.

    Erased ones and those registered by mistake are left out.
    """
    statement = (
        sa.select(
            col(MessageRow.number),
            col(MessageRow.lemmas),
            col(MessageRow.topic),
            col(MessageRow.routed_to),
            col(MessageRow.importance),
            col(MessageTextRow.content),
        )
        .outerjoin(
            MessageTextRow,
            sa.and_(col(MessageTextRow.id) == col(MessageRow.place), col(MessageTextRow.content) != ERASED),
        )
        .where(
            col(MessageRow.topic).is_not(None),
            col(MessageRow.routed_to).is_not(None),
            col(MessageRow.lemmas) != "",
            # One that was returned waits for another body than its last one.
            col(MessageRow.stage) != Stage.ROUTING,
            sa.or_(col(MessageRow.outcome).is_(None), col(MessageRow.outcome) != Outcome.VOID),
        )
        .order_by(col(MessageRow.number).desc())
        .limit(at_most)
    )
    found = await (await session.connection()).execute(statement)
    return [
        Routing(number or 0, lemmas, topic or "", body or "", importance or "", place)
        for number, lemmas, topic, body, importance, place in found
    ]
