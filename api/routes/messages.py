"""Registering, finding and reading messages."""

from typing import Annotated

from fastapi import Depends, Query, Response
from pydantic import BaseModel, Field

from api.answers import answer, response
from api.deps import Caller, Db, Service, requires
from api.errors import FieldError, problems
from api.paging import Before
from api.router import Router
from api.targets import Actions, Key, Visible
from calendar_rules.vocabulary import Role, Stage
from service.journal import JournalView
from service.message_view import MessageList, MessageView
from service.requests import Registration
from service.similar import SimilarList
from service.similar import similar as similar_to
from service.validation_wording import ZERO_CHARACTER
from store.listing import Filters
from store.people import Actor, storable

router = Router("Сообщения")

PAGE = 25

TAKEN = {202: {"description": "Принято и будет выполнено; повтор с тем же ключом сообщит результат."}}


class TakenView(BaseModel):
    """Действие, которое принято и будет выполнено."""

    command: str
    status: str = Field(examples=["taken"])


@router.post(
    "/api/messages",
    summary="Зарегистрировать сообщение",
    operation_id="register_message",
    status_code=201,
    response_model=MessageView,
    responses={
        200: {
            "model": MessageView,
            "description": "Публикация уже зарегистрирована: показано первое сообщение.",
        },
        202: {"model": TakenView, **TAKEN[202]},
        **problems(401, 403, 409, 422, 503),
    },
)
async def register(
    body: Registration,
    caller: Annotated[Actor, Depends(requires(Role.CURATOR))],
    actions: Actions,
    key: Key,
) -> Response:
    """Выявленное сообщение (п. 7). Срок ответа идёт с момента выявления `detected_at`."""
    return answer(await actions.register(caller, key, body))


@router.get(
    "/api/messages",
    summary="Список сообщений",
    operation_id="list_messages",
    response_model=MessageList,
    responses=problems(401, 422, 503),
)
async def listing(
    caller: Caller,
    service: Service,
    before: Before,
    stage: Stage | None = None,
    body: Annotated[
        str | None,
        Query(max_length=200, description="Ключ органа, в котором сообщение находится или находилось."),
    ] = None,
    overdue: bool | None = None,
    q: Annotated[str | None, Query(max_length=500, description="Слова из автора, текста или ссылки.")] = None,
    limit: Annotated[int, Query(ge=1, le=100)] = PAGE,
) -> Response:
    """Сначала зарегистрированные последними; только доступные вам."""
    for name, value in (("body", body), ("q", q)):
        if value is not None and not storable(value):
            raise FieldError(name, ZERO_CHARACTER)
    # A person who lists messages after a command finds what the command did.
    await service.outcomes.settled()
    filters = Filters(stage=stage, body=body, overdue=overdue, q=q)
    page = await service.lists.page(caller, filters, before=before, size=limit)
    return Response(page, media_type="application/json")


@router.get(
    "/api/messages/{message}",
    summary="Сообщение",
    operation_id="get_message",
    response_model=MessageView,
    responses=problems(401, 404, 422, 503),
)
async def read(target: Visible, service: Service) -> Response:
    """Сообщение после последнего действия с ним."""
    return response(await service.reader.current(target))


@router.get(
    "/api/messages/{message}/journal",
    summary="Журнал сообщения",
    operation_id="get_journal",
    responses=problems(401, 404, 422, 503),
)
async def journal(
    target: Visible,
    service: Service,
    before: Before,
    limit: Annotated[int, Query(ge=1, le=1000)] = 1000,
) -> JournalView:
    """Кто, когда и что сделал, с текстами на тот момент (п. 19). Сначала последние строки."""
    return await service.journals.page(target, before=before, limit=limit)


@router.get(
    "/api/messages/{message}/similar",
    summary="Похожие более ранние сообщения",
    operation_id="get_similar",
    responses=problems(401, 404, 422, 503),
)
async def similar(target: Visible, db: Db) -> SimilarList:
    """Вероятные более ранние сообщения по тому же вопросу (п. 16); решает куратор."""
    return await similar_to(db, target)
