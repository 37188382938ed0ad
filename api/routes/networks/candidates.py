"""Candidates found in networks."""

from datetime import UTC, datetime
from http import HTTPStatus
from typing import Annotated

from fastapi import Depends, Query, Response

from api.answers import answer
from api.deps import Caller, Networks, Service, Settings
from api.errors import FieldError, problems
from api.only_known import OnlyKnown
from api.paging import Before
from api.router import Router
from api.routes.messages.messages import TAKEN, TakenView
from api.targets import Key
from calendar_rules.vocabulary import Network, Role
from service.access import wording
from service.access.recorded_calls import Call
from service.access.validation_wording import ZERO_CHARACTER
from service.access.values import number_of
from service.commands.requests import ErasureBody
from service.messages.view import MessageView
from service.networks.candidates import PAGE, READERS, CandidateList, CandidateView, DismissBody, TakeBody
from store.networks.candidates import Sought, State
from store.people.persons import storable

router = Router("Сети")


async def _known(candidate: str, service: Service) -> str:
    return await service.networks.candidates.known(candidate)


Known = Annotated[str, Depends(_known)]
"""The id of a candidate that is there; 403, then 404."""


async def _sought(
    state: Annotated[State | None, Query(description="Что с публикацией; без него — все.")] = None,
    network: Annotated[Network | None, Query(description="Сеть.")] = None,
    source: Annotated[str | None, Query(max_length=40, description="Идентификатор источника.")] = None,
    q: Annotated[
        str | None, Query(max_length=200, description="Что искать в тексте, авторе и ссылке.")
    ] = None,
) -> Sought:
    return sought(state, network, source, q)


def sought(state: State | None, network: Network | None, source: str | None, q: str | None) -> Sought:
    """What is asked for. Raises FieldError for what nothing can be found by."""
    if q is not None and not storable(q):
        raise FieldError("q", ZERO_CHARACTER)
    number = None if source is None else number_of(source)
    if source is not None and number is None:
        raise FieldError("source", wording.NO_SOURCE)
    return Sought(state, network, number, q or None)


@router.get(
    "/api/candidates",
    recorded=Call.CANDIDATES_LIST,
    by=READERS,
    summary="Найденное",
    operation_id="list_candidates",
    responses=problems(401, 403, 422, 503),
)
async def listing(
    only_known: OnlyKnown,
    networks: Networks,
    asked: Annotated[Sought, Depends(_sought)],
    before: Before,
    size: Annotated[int, Query(ge=1, le=500, description="Сколько на странице.")] = PAGE,
) -> CandidateList:
    """Публикации из источников и событий сетей, последние сверху, с подсказками; решает куратор."""
    return await networks.candidates.page(asked, before=before, size=size)


@router.post(
    "/api/candidates/{candidate}/take",
    recorded=Call.CANDIDATE_TAKE,
    by=READERS,
    summary="Взять в работу (п. 5, 7)",
    operation_id="take_candidate",
    status_code=HTTPStatus.CREATED,
    response_model=MessageView,
    responses={202: {"model": TakenView, **TAKEN[202]}, **problems(401, 403, 404, 409, 422, 503)},
)
async def take(
    candidate: Known, caller: Caller, key: Key, networks: Networks, body: TakeBody | None = None
) -> Response:
    """Публикация становится сообщением, выявленным сейчас. Если её уже взяли, `detail` называет кто и когда.

    Если в публикации одно изображение, его прикладывают: `attachments`.
    """
    return answer(await networks.candidates.take(caller, key, candidate, body))


@router.post(
    "/api/candidates/{candidate}/author-reply",
    recorded=Call.CANDIDATE_REPLY,
    by=READERS,
    summary="Ответ автора на запрос",
    operation_id="enter_author_reply",
    response_model=MessageView,
    responses={202: {"model": TakenView, **TAKEN[202]}, **problems(401, 403, 404, 409, 422, 503)},
)
async def author_reply(candidate: Known, caller: Caller, key: Key, networks: Networks) -> Response:
    """Написанное под запросом (уточнением) вносится в его сообщение: срок ответа начинается заново."""
    return answer(await networks.author_replies.enter(caller, key, candidate))


@router.post(
    "/api/candidates/{candidate}/dismiss",
    recorded=Call.CANDIDATE_DISMISS,
    by=READERS,
    summary="Отклонить",
    operation_id="dismiss_candidate",
    responses=problems(401, 403, 404, 409, 422, 503),
)
async def dismiss(candidate: Known, caller: Caller, body: DismissBody, networks: Networks) -> CandidateView:
    """Публикация не становится сообщением; её можно найти и вернуть."""
    return await networks.candidates.dismiss(caller, candidate, body)


@router.post(
    "/api/candidates/{candidate}/restore",
    recorded=Call.CANDIDATE_RESTORE,
    by=READERS,
    summary="Вернуть в найденное",
    operation_id="restore_candidate",
    responses=problems(401, 403, 404, 409, 422, 503),
)
async def restore(candidate: Known, caller: Caller, networks: Networks) -> CandidateView:
    """Решение отменяется. Взятое возвращает тот, кто взял: сообщение закрывается как зарегистрированное по ошибке."""
    return await networks.candidates.restore(caller, candidate)


@router.post(
    "/api/candidates/{candidate}/erasure",
    recorded=Call.CANDIDATE_ERASE,
    by=(Role.ADMIN,),
    summary="Стереть найденную публикацию (152-ФЗ)",
    operation_id="erase_candidate",
    status_code=HTTPStatus.NO_CONTENT,
    responses=problems(401, 403, 404, 409, 422, 503),
)
async def erase(
    candidate: Known, caller: Caller, body: ErasureBody, networks: Networks, settings: Settings
) -> None:
    """Автор, ссылка и текст удаляются; о том, что стёрто, составляется акт. Взятое стирают вместе с сообщением."""
    until = datetime.now(UTC) + settings.backups_kept
    await networks.candidates.erase(caller, candidate, body, until)
