"""Signing in through the region's identity provider, and out of it."""

from http import HTTPStatus
from typing import Annotated

from fastapi import Query, Request, Response
from fastapi.responses import RedirectResponse
from pydantic import BaseModel, Field

from api.deps import AnySignIn, Origin, People, Settings
from api.errors import problems
from api.router import Router, Who
from api.routes.people.token import TokenGiven, token_given
from service.access import wording
from service.access.errors import NotSignedInError
from service.access.recorded_calls import Call
from service.people.identity_provider import CALLBACK, PATH, STARTED_WITHIN

router = Router("Вход")

_COOKIE = "otklik-sign-in"


class WhereToLeave(BaseModel):
    """Где завершить вход у поставщика."""

    url: str | None = Field(description="Адрес, который нужно открыть; пусто, если завершать больше нечего.")


@router.get(
    PATH,
    recorded=None,
    by=Who.EVERYBODY,
    summary="Начать вход через систему входа региона",
    operation_id="begin_oidc_sign_in",
    status_code=HTTPStatus.FOUND,
    response_class=RedirectResponse,
    responses=problems(404, 503),
)
async def begin(people: People, settings: Settings) -> RedirectResponse:
    """Переводит браузер к поставщику идентификации (OpenID Connect)."""
    begun = await people.provider.begin()
    response = RedirectResponse(begun.url, HTTPStatus.FOUND)
    response.set_cookie(
        _COOKIE,
        begun.flow,
        max_age=int(STARTED_WITHIN.total_seconds()),
        path=PATH,
        secure=settings.public_url.startswith("https://"),
        httponly=True,
        samesite="lax",  # the browser comes back from another site
    )
    return response


@router.get(
    CALLBACK,
    recorded=Call.SIGN_IN,
    by=Who.EVERYBODY,
    summary="Завершить вход через систему входа региона",
    operation_id="finish_oidc_sign_in",
    responses=problems(401, 403, 404, 422, 503),
)
async def finish(
    request: Request,
    response: Response,
    origin: Origin,
    people: People,
    code: Annotated[str, Query(max_length=4000, description="Код, выданный поставщиком.")] = "",
    state: Annotated[str, Query(max_length=200, description="Значение, с которым вход начат.")] = "",
    error: Annotated[str, Query(max_length=200, description="Почему поставщик отказал.")] = "",
) -> TokenGiven:
    """Сюда браузер возвращается от поставщика; вход становится таким же, как по паролю."""
    if error and not code:
        raise NotSignedInError(wording.PROVIDER_REFUSED)
    opened = await people.provider.finish(origin, code=code, state=state, flow=request.cookies.get(_COOKIE))
    response.delete_cookie(_COOKIE, path=PATH)
    return token_given(opened)


@router.post(
    f"{PATH}/logout",
    recorded=Call.SIGN_OUT,
    by=Who.ANY_SIGN_IN,
    summary="Выйти и завершить вход у поставщика",
    operation_id="leave_oidc",
    responses=problems(401, 503),
)
async def leave(caller: AnySignIn, people: People) -> WhereToLeave:
    """Токен этого запроса перестаёт действовать; по адресу из ответа завершается и вход у поставщика."""
    return WhereToLeave(url=await people.provider.leave(caller))
