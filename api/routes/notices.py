"""The inbox of notices."""

from datetime import datetime
from typing import Annotated

from fastapi import Query
from pydantic import BaseModel, Field
from sqlmodel import col, select

from api import wording
from api.deps import Caller, Db
from api.errors import FieldError, problems
from api.router import Router
from api.targets import Flows, Reading, Settling, number_of
from calendar_rules.regulation import LimitName
from calendar_rules.vocabulary import NoticeKind
from store import messages
from store.tables import NoticeRow

router = Router("Уведомления")


class NoticeView(BaseModel):
    """Уведомление одного человека об одном факте."""

    id: str
    kind: NoticeKind
    message: str | None
    limit: LimitName | None = Field(description="Срок, о котором речь.")
    at: datetime = Field(description="С этого момента уведомление можно доставлять и другими каналами.")
    text: str
    acting_for: str | None = Field(description="Кого получатель замещает.")


class NoticeList(BaseModel):
    items: list[NoticeView]
    next: str | None


@router.get(
    "/api/notices", summary="Мои уведомления", operation_id="list_notices", responses=problems(401, 422, 503)
)
async def notices(
    caller: Caller,
    db: Db,
    reader: Reading,
    settling: Settling,
    workflows: Flows,
    message: Annotated[str | None, Query(max_length=40, description="Номер сообщения.")] = None,
    cursor: Annotated[str | None, Query(max_length=40)] = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 100,
) -> NoticeList:
    """Сначала последние; видны сразу, как появились."""
    before = number_of(cursor) if cursor is not None else None
    if cursor is not None and before is None:
        raise FieldError("cursor", wording.BAD_CURSOR)
    statement = (
        select(NoticeRow)
        .where(NoticeRow.person == caller.key)
        .order_by(col(NoticeRow.id).desc())
        .limit(limit + 1)
    )
    if before is not None:
        statement = statement.where(col(NoticeRow.id) < before)
    if message is not None:
        number = number_of(message)
        if number is None:
            return NoticeList(items=[], next=None)
        statement = statement.where(NoticeRow.message == number)
        async with db.read() as session:
            row = await messages.by_number(session, number)
        if row is not None:
            await reader.caught_up(row, settling.state(number))
    async with db.read() as session:
        rows = (await session.exec(statement)).all()
    shown, zone = rows[:limit], workflows.rules.zone
    return NoticeList(
        items=[
            NoticeView(
                id=str(row.id),
                kind=NoticeKind(row.kind),
                message=str(row.message) if row.message is not None else None,
                limit=LimitName(row.limit_name) if row.limit_name else None,
                at=row.deliver_from.astimezone(zone),
                text=row.text,
                acting_for=row.acting_for,
            )
            for row in shown
        ],
        next=str(shown[-1].id) if len(rows) > limit else None,
    )
