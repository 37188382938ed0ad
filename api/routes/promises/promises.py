"""Promises of published texts: what a body said it would do, and what came of it."""

from typing import Annotated

from fastapi import Depends, Path, Query, Response

from api import wording
from api.answers import response
from api.deps import Caller, Commands, Service
from api.errors import FieldError, problems
from api.only_known import OnlyKnown
from api.paging import Before
from api.router import Router, Who
from api.targets import Key, Visible
from calendar_rules.vocabulary import PromiseState
from service.access.recorded_calls import Call
from service.access.validation_wording import ZERO_CHARACTER
from service.access.values import Instant, number_of
from service.commands.promises import PAGE, Promised, PromiseList
from service.commands.requests import GivenPromiseBody, KeptBody, MovedBody
from service.messages.promised import PromiseView
from service.messages.targets import OF_BODIES
from store.people.persons import storable
from store.promises.rows import Sought

router = Router("Обещания")


async def _sought(
    before: Before,
    body: Annotated[str | None, Query(max_length=200, description="Ключ органа.")] = None,
    state: Annotated[PromiseState | None, Query(description="Состояние.")] = None,
    due_before: Annotated[Instant | None, Query(description="Срок раньше этого момента.")] = None,
    message: Annotated[str | None, Query(max_length=40, description="Номер сообщения.")] = None,
) -> Sought:
    if body is not None and not storable(body):
        raise FieldError("body", ZERO_CHARACTER)
    number = None if message is None else number_of(message)
    if message is not None and number is None:
        raise FieldError("message", wording.NO_NUMBER)
    return Sought(body=body, state=state, due_before=due_before, message=number, before=before)


async def _found(
    promise: Annotated[str, Path(description="Идентификатор обещания.")], caller: Caller, service: Service
) -> Promised:
    return await service.commands.promises.found(caller, promise)


async def _own(found: Annotated[Promised, Depends(_found)]) -> Promised:
    found.require_own_body()
    return found


Own = Annotated[Promised, Depends(_own)]
"""A promise of the caller's own body: 404 where they may not see it, 403 where it is another body's."""


@router.get(
    "/api/promises",
    recorded=Call.PROMISES,
    by=Who.SIGNED_IN,
    summary="Обещания, данные в ответах",
    operation_id="list_promises",
    responses=problems(401, 403, 422, 503),
)
async def listing(
    caller: Caller,
    only_known: OnlyKnown,
    commands: Commands,
    sought: Annotated[Sought, Depends(_sought)],
    size: Annotated[int, Query(ge=1, le=500, description="Сколько на странице.")] = PAGE,
) -> PromiseList:
    """Последние сверху: исполнителям и ответственным — своего органа, заместителям — курируемых, остальным — все."""
    return await commands.promises.page(caller, sought, size)


@router.post(
    "/api/messages/{message}/promises",
    recorded=Call.MESSAGE_PROMISE,
    by=OF_BODIES,
    summary="Записать обещание",
    operation_id="give_promise",
    status_code=201,
    response_model=PromiseView,
    responses=problems(401, 403, 404, 409, 422, 503),
)
async def give(target: Visible, body: GivenPromiseBody, commands: Commands, key: Key) -> Response:
    """Что обещает проект или размещённый ответ. Действует с размещения; у размещённого — сразу."""
    return response(await commands.promises.give(target, key, body), 201)


@router.post(
    "/api/promises/{promise}/kept",
    recorded=Call.PROMISE_KEPT,
    by=_own,
    summary="Отметить исполнение обещания",
    operation_id="keep_promise",
    response_model=PromiseView,
    responses=problems(401, 403, 404, 409, 422, 503),
)
async def kept(found: Own, body: KeptBody, commands: Commands, key: Key) -> Response:
    """Сделано: нужен снимок или ссылка. Обещание, не исполненное в срок, остаётся таким, с отметкой о моменте."""
    return response(await commands.promises.kept(found, key, body))


@router.post(
    "/api/promises/{promise}/moved",
    recorded=Call.PROMISE_MOVED,
    by=_own,
    summary="Перенести обещание",
    operation_id="move_promise",
    response_model=PromiseView,
    responses=problems(401, 403, 404, 409, 422, 503),
)
async def moved(found: Own, body: MovedBody, commands: Commands, key: Key) -> Response:
    """Новый срок и причина; куратор получает уведомление, переносы учитываются."""
    return response(await commands.promises.moved(found, key, body))
