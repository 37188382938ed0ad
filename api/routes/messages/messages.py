"""Registering and reading messages."""

from typing import Annotated

from fastapi import Query, Response
from pydantic import BaseModel, Field

from api.answers import answer, response
from api.deps import Caller, Db, Journal, Messages
from api.errors import problems
from api.only_known import OnlyKnown
from api.paging import Before
from api.router import Router, Who
from api.targets import Actions, Key, Visible
from calendar_rules.vocabulary import Role
from service.access.recorded_calls import Call
from service.commands.requests import Registration
from service.journal.reading import JournalView
from service.messages.earlier_answers import SHOWN_TO, EarlierAnswerList
from service.messages.similar import SimilarList
from service.messages.similar import similar as similar_to
from service.messages.view import MessageView

router = Router("Сообщения")

TAKEN = {202: {"description": "Принято и будет выполнено; повтор с тем же ключом сообщит результат."}}


class TakenView(BaseModel):
    """Действие, которое принято и будет выполнено."""

    command: str
    status: str = Field(examples=["taken"])


@router.post(
    "/api/messages",
    recorded=Call.MESSAGE_REGISTER,
    by=(Role.CURATOR,),
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
    caller: Caller,
    actions: Actions,
    key: Key,
) -> Response:
    """Выявленное сообщение (п. 7). Срок ответа идёт с момента выявления `detected_at`."""
    return answer(await actions.register(caller, key, body))


@router.get(
    "/api/messages/{message}",
    recorded=Call.MESSAGE_OPEN,
    by=Who.SEEING_IT,
    summary="Сообщение",
    operation_id="get_message",
    response_model=MessageView,
    responses=problems(401, 403, 404, 422, 503),
)
async def read(target: Visible, messages: Messages) -> Response:
    """Сообщение после последнего действия с ним."""
    return response(await messages.reader.current(target))


@router.get(
    "/api/messages/{message}/journal",
    recorded=Call.MESSAGE_JOURNAL,
    by=Who.SEEING_IT,
    summary="Журнал сообщения",
    operation_id="get_journal",
    responses=problems(401, 403, 404, 422, 503),
)
async def journal(
    target: Visible,
    only_known: OnlyKnown,
    journal: Journal,
    before: Before,
    limit: Annotated[int, Query(ge=1, le=1000)] = 1000,
) -> JournalView:
    """Кто, когда и что сделал, с текстами на тот момент (п. 19). Сначала последние строки."""
    return await journal.page(target, before=before, limit=limit)


@router.get(
    "/api/messages/{message}/similar",
    recorded=Call.MESSAGE_SIMILAR,
    by=Who.SEEING_IT,
    summary="Похожие более ранние сообщения",
    operation_id="get_similar",
    responses=problems(401, 403, 404, 422, 503),
)
async def similar(target: Visible, only_known: OnlyKnown, db: Db) -> SimilarList:
    """Вероятные более ранние сообщения по тому же вопросу (п. 16); решает куратор."""
    return await similar_to(db, target)


@router.get(
    "/api/messages/{message}/earlier-answers",
    recorded=Call.MESSAGE_EARLIER_ANSWERS,
    by=SHOWN_TO,
    summary="Как отвечали раньше",
    operation_id="get_earlier_answers",
    responses=problems(401, 403, 404, 422, 503),
)
async def earlier_answers(target: Visible, only_known: OnlyKnown, messages: Messages) -> EarlierAnswerList:
    """Размещённые ответы на похожие сообщения: до пяти, сначала того же органа.

    Номер такого сообщения передают в `taken_from` проекта, начатого с этого ответа.
    """
    return await messages.earlier_answers.listed(target, await messages.reader.current(target))
