"""Signing in and out in the browser, by the same guard against guesses as the API."""

from http import HTTPStatus
from typing import Annotated

from fastapi import Form, Query, Request, Response
from fastapi.responses import RedirectResponse

from api.deps import Origin, Service, Settings
from api.router import Router
from api.routes.token import keep_device, known_device
from api.web import session
from api.web.shell.page import page
from service.errors import NotSignedInError, TooBusyError, TooManyGuessesError
from store.people import SignedIn

router = Router("Страницы")

Next = Annotated[str | None, Query(max_length=2000)]
_STATUS = {
    NotSignedInError: HTTPStatus.UNAUTHORIZED,
    TooBusyError: HTTPStatus.SERVICE_UNAVAILABLE,
    TooManyGuessesError: HTTPStatus.TOO_MANY_REQUESTS,
}


@router.get("/sign-in", include_in_schema=False)
async def sign_in_page(request: Request, service: Service, next: Next = None) -> Response:  # noqa: A002
    """The form; whoever is signed in goes on."""
    if await _signed_in(request, service):
        return RedirectResponse(session.local(next), HTTPStatus.SEE_OTHER)
    return _form(request, next)


@router.post("/sign-in", include_in_schema=False, dependencies=[session.FromHere])
async def sign_in(
    request: Request,
    origin: Origin,
    service: Service,
    settings: Settings,
    username: Annotated[str, Form()] = "",
    password: Annotated[str, Form()] = "",
    code: Annotated[str, Form()] = "",
    next: Annotated[str | None, Form(max_length=2000)] = None,  # noqa: A002
) -> Response:
    """On to where one was going; a refusal says what to do, and one password is as good as another for that."""
    device = known_device(request, username)
    try:
        opened = await service.sign_in.by_password(origin, username, password, code or None, device)
    except (NotSignedInError, TooBusyError, TooManyGuessesError) as error:
        return _form(request, next, username, refused=error.detail, status=_STATUS[type(error)])
    response = RedirectResponse(session.local(next), HTTPStatus.SEE_OTHER)
    session.open_session(response, opened, settings)
    keep_device(response, username, opened, settings, path=session.SIGN_IN)
    return response


@router.post("/sign-out", include_in_schema=False, dependencies=[session.FromHere])
async def sign_out(request: Request, service: Service) -> Response:
    """This sign-in ends, whatever it lacks; without one there is nothing to end."""
    if caller := await _signed_in(request, service):
        await service.sign_in.end_this(caller)
    response = RedirectResponse(session.SIGN_IN, HTTPStatus.SEE_OTHER)
    session.close_session(response)
    return response


async def _signed_in(request: Request, service: Service) -> SignedIn | None:
    token = request.cookies.get(session.COOKIE)
    return await service.sign_in.of_token(token) if token else None


def _form(
    request: Request, next_: str | None, username: str = "", *, refused: str | None = None, status: int = 200
) -> Response:
    return page(
        request,
        None,
        "sign_in/sign_in.html",
        status=status,
        username=username,
        next=session.local(next_),
        refused=refused,
    )
