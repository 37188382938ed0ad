"""Likely earlier messages about the same (cl. 16); the curator decides."""

from datetime import UTC, datetime

from pydantic import BaseModel, Field

from calendar_rules.vocabulary import Network, Outcome, Stage
from service.access import note as access_note
from service.messages import likeness
from service.messages.targets import Target
from store.database.engines import Database
from store.messages import finding

_AT_MOST = 10


class SimilarView(BaseModel):
    """Более раннее похожее сообщение."""

    id: str
    similarity: int = Field(description="Сходство текста, проценты.")
    network: Network
    author: str
    text: str
    detected_at: datetime
    stage: Stage
    outcome: Outcome | None


class SimilarList(BaseModel):
    """Похожие сообщения, самые похожие сначала."""

    items: list[SimilarView]
    next: str | None = None


async def similar(database: Database, target: Target) -> SimilarList:
    """Of the messages registered earlier that the caller may see, those most like this one."""
    items: list[SimilarView] = []
    now = datetime.now(UTC)
    async with database.read() as session:
        for found in await likeness.earlier_like(session, target.row, limit=_AT_MOST):
            row = await finding.by_number(session, found.message)
            turns = await finding.turns(session, found.message)
            if row is None or not finding.sees(
                target.caller.capacities(finding.message_now(row, now)), turns
            ):
                continue
            items.append(
                SimilarView(
                    id=str(row.number),
                    similarity=found.percent,
                    network=Network(row.network),
                    author=row.author,
                    text=row.text,
                    detected_at=row.detected_at,
                    stage=Stage(row.stage),
                    outcome=Outcome(row.outcome) if row.outcome else None,
                )
            )
    access_note.shows(int(item.id) for item in items)
    return SimilarList(items=items)
