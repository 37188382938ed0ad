"""Registering, finding and reading messages."""

from datetime import UTC, datetime, tzinfo
from functools import partial
from typing import Annotated, Any

from fastapi import Depends, Query, Request, Response
from pydantic import BaseModel, ConfigDict, Field
from sqlmodel import col, select

from api import wording
from api.commanding import asked
from api.deps import Caller, Db, requires
from api.errors import FieldError, problems
from api.message_view import MessageList, MessageView, response
from api.requests import Registration
from api.router import Router
from api.targets import Flows, IdempotencyKey, Listing, Reading, Settling, Taking, Visible, number_of
from api.workflow_access import Workflows
from calendar_rules import CalendarError
from calendar_rules.vocabulary import Network, Outcome, Role, Stage
from store import likeness, messages, tables, texts
from store.listing import Filters
from store.people import Actor, storable

router = Router("Сообщения")

PAGE = 25

TAKEN = {202: {"description": "Принято и будет выполнено; повтор с тем же ключом сообщит исход."}}


class TakenView(BaseModel):
    """A command that is stored and will be applied."""

    command: str
    status: str = Field(examples=["taken"])


class JournalRowView(BaseModel):
    """Строка журнала сообщения."""

    model_config = ConfigDict(from_attributes=True)

    number: int
    at: datetime
    kind: str
    person: str | None
    acting_for: str | None
    data: dict[str, Any]


class JournalView(BaseModel):
    items: list[JournalRowView]
    next: str | None


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
    items: list[SimilarView]
    next: str | None = None


@router.post(
    "/api/messages",
    summary="Зарегистрировать сообщение",
    operation_id="register_message",
    status_code=201,
    response_model=MessageView,
    responses={
        200: {"model": MessageView, "description": "Эта ссылка уже зарегистрирована: первое сообщение."},
        202: {"model": TakenView, **TAKEN[202]},
        **problems(401, 403, 409, 422, 503),
    },
)
async def register(
    body: Registration,
    request: Request,
    caller: Annotated[Actor, Depends(requires(Role.CURATOR))],
    taking: Taking,
    workflows: Flows,
    key: IdempotencyKey = None,
) -> Response:
    """Пункт 7: сообщение выявлено. Срок ответа идёт с `detected_at`."""
    return await taking.register(
        caller, asked(key, request.url.path, body), partial(_draw_up, body, caller, workflows)
    )


async def _draw_up(body: Registration, caller: Actor, workflows: Workflows) -> tables.MessageRow:
    """The message as it will be written; 422 for moments it cannot have."""
    registered_at = _start(body, datetime.now(UTC), training=workflows.training is not None)
    detected_at = body.detected_at or registered_at
    if detected_at > registered_at:
        raise FieldError("detected_at", wording.NOT_IN_THE_FUTURE)
    try:
        # What falls outside the loaded calendar is refused here, not in a workflow that could not begin.
        workflows.rules.calendars(detected_at)
        workflows.rules.answer_due(detected_at)
    except CalendarError as error:
        given = "starts_at" if body.starts_at and not body.detected_at else "detected_at"
        raise FieldError(given, str(error)) from error
    return tables.MessageRow(
        network=body.network,
        url=body.url,
        url_key=messages.url_key(body.url),
        author=body.author,
        text=body.text,
        search_text=messages.searchable(body.author, body.text, body.url),
        lemmas=await likeness.lemmas_of(body.text),
        detected_at=detected_at,
        registered_at=registered_at,
        registered_by=caller.key,
    )


def _start(body: Registration, now: datetime, *, training: bool) -> datetime:
    if body.starts_at is None:
        return now
    if not training:
        raise FieldError("starts_at", wording.ONLY_IN_TRAINING)
    if body.starts_at <= now:
        raise FieldError("starts_at", wording.IN_THE_FUTURE)
    return body.starts_at


@router.get(
    "/api/messages",
    summary="Список сообщений",
    operation_id="list_messages",
    response_model=MessageList,
    responses=problems(401, 422, 503),
)
async def listing(
    caller: Caller,
    lists: Listing,
    settling: Settling,
    stage: Stage | None = None,
    body: Annotated[
        str | None, Query(max_length=200, description="Ключ органа, у которого было сообщение.")
    ] = None,
    overdue: bool | None = None,
    q: Annotated[str | None, Query(max_length=500, description="Слова из автора, текста или ссылки.")] = None,
    cursor: Annotated[str | None, Query(max_length=40)] = None,
    limit: Annotated[int, Query(ge=1, le=100)] = PAGE,
) -> Response:
    """Сначала зарегистрированные последними; каждый видит своё."""
    before = number_of(cursor) if cursor is not None else None
    if cursor is not None and before is None:
        raise FieldError("cursor", wording.BAD_CURSOR)
    for name, value in (("body", body), ("q", q)):
        if value is not None and not storable(value):
            raise FieldError(name, wording.ZERO_CHARACTER)
    # A person who lists messages after a command finds what the command did.
    await settling.settled()
    filters = Filters(stage=stage, body=body, overdue=overdue, q=q)
    page = await lists.page(caller, filters, before=before, size=limit)
    return Response(page, media_type="application/json")


@router.get(
    "/api/messages/{message}",
    summary="Сообщение",
    operation_id="get_message",
    response_model=MessageView,
    responses=problems(401, 404, 422, 503),
)
async def read(target: Visible, reader: Reading) -> Response:
    """Каким сообщение стало после последнего действия."""
    return response(await reader.current(target))


@router.get(
    "/api/messages/{message}/journal",
    summary="Журнал сообщения",
    operation_id="get_journal",
    responses=problems(401, 404, 422, 503),
)
async def journal(
    target: Visible,
    db: Db,
    reader: Reading,
    settling: Settling,
    workflows: Flows,
    cursor: Annotated[str | None, Query(max_length=40)] = None,
    limit: Annotated[int, Query(ge=1, le=1000)] = 1000,
) -> JournalView:
    """Пункт 19: кто, когда, что; тексты как они стояли. Сначала последние строки."""
    before = number_of(cursor) if cursor is not None else None
    if cursor is not None and before is None:
        raise FieldError("cursor", wording.BAD_CURSOR)
    await reader.caught_up(target.row, settling.state(target.number))
    statement = (
        select(tables.JournalRow)
        .where(tables.JournalRow.message == target.number)
        .order_by(col(tables.JournalRow.number).desc())
        .limit(limit + 1)
    )
    if before is not None:
        statement = statement.where(col(tables.JournalRow.number) < before)
    async with db.read() as session:
        rows = (await session.exec(statement)).all()
        known = await texts.contents(session, [target.number])
    shown = rows[:limit]
    return JournalView(
        items=[_row(row, known, workflows.rules.zone) for row in shown],
        next=str(shown[-1].number) if len(rows) > limit else None,
    )


def _row(row: tables.JournalRow, known: dict[str, str], zone: tzinfo) -> JournalRowView:
    data = dict(row.data)
    if named := data.get("texts"):
        # The ids stay beside the contents: they say which version of which text it was.
        data |= {field: known.get(text, tables.ERASED) for field, text in named.items()}
    return JournalRowView(
        number=row.number,
        at=row.at.astimezone(zone),
        kind=row.kind,
        person=row.person,
        acting_for=row.acting_for,
        data=data,
    )


@router.get(
    "/api/messages/{message}/similar",
    summary="Похожие более ранние сообщения",
    operation_id="get_similar",
    responses=problems(401, 404, 422, 503),
)
async def similar(target: Visible, db: Db) -> SimilarList:
    """Пункт 16: вероятные более ранние сообщения о том же; решает куратор."""
    items: list[SimilarView] = []
    now = datetime.now(UTC)
    async with db.read() as session:
        for found in await likeness.earlier_like(session, target.row, limit=10):
            row = await messages.by_number(session, found.message)
            turns = await messages.turns(session, found.message)
            if row is None or not messages.sees(
                target.caller.capacities(messages.message_now(row, now)), turns
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
    return SimilarList(items=items)
