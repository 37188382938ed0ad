"""Signing in and out in the browser, by the same guard against guesses as the API."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from typing import Annotated

from fastapi import Form, Query, Request, Response
from fastapi.responses import JSONResponse, RedirectResponse
from pydantic import BaseModel

from api import wording
from api.deps import Origin, People, Service, Settings
from api.errors import problem_response
from api.router import Who
from api.routes.people.token import keep_device, known_device
from api.web import session
from api.web.pages import Pages
from api.web.session import AnyViewer
from api.web.shell.page import page
from api.web.sign_in.landing import landing
from api.web.templates import due
from service.access import wording as service_wording
from service.access.errors import NotSignedInError, TooBusyError, TooManyGuessesError
from service.access.recorded_calls import Call
from store.people.persons import SignedIn

router = Pages()

Next = Annotated[str | None, Query(max_length=2000)]
_STATUS = {
    NotSignedInError: HTTPStatus.UNAUTHORIZED,
    TooBusyError: HTTPStatus.SERVICE_UNAVAILABLE,
    TooManyGuessesError: HTTPStatus.TOO_MANY_REQUESTS,
}


class Signed(BaseModel):
    """Who has signed in, for the scripts of a page."""

    person: str
    name: str


@dataclass(frozen=True, slots=True)
class _Refusal:
    said: str
    status: HTTPStatus
    code_needed: bool
    """Whether it was the code of the second factor that lacked: its field is shown."""


@router.get("/session", recorded=None, by=Who.ANY_SIGN_IN)
async def whose(viewer: AnyViewer) -> Signed:
    """Whose sign-in the browser has now; it may have become another's in another tab."""
    return Signed(person=viewer.person.key, name=viewer.person.name)


@router.get("/sign-in", recorded=None, by=Who.EVERYBODY)
async def sign_in_page(request: Request, service: Service, next: Next = None) -> Response:  # noqa: A002
    """The form; whoever is signed in goes on."""
    if caller := await _signed_in(request, service):
        return RedirectResponse(landing(caller.person, next), HTTPStatus.SEE_OTHER)
    return _form(request, next)


@router.post("/sign-in", recorded=Call.SIGN_IN, by=Who.EVERYBODY)
async def sign_in(
    request: Request,
    origin: Origin,
    people: People,
    settings: Settings,
    username: Annotated[str, Form()] = "",
    password: Annotated[str, Form()] = "",
    code: Annotated[str, Form()] = "",
    next: Annotated[str | None, Form(max_length=2000)] = None,  # noqa: A002
) -> Response:
    """On to where one was going; a refusal says what to do, and one password is as good as another for that.

    A script, which lets people sign in over the page they are on, is told who they are.
    """
    by_script = session.asked_by_script(request)
    device = known_device(request, username)
    try:
        opened = await people.sign_in.by_password(origin, username, password, code or None, device)
    except (NotSignedInError, TooBusyError, TooManyGuessesError) as error:
        refusal = _refusal(error, request)
        if by_script:
            return problem_response(refusal.status, refusal.said)
        return _form(request, next, username, refusal)
    signed = await people.sign_in.of_token(opened.token)
    assert signed is not None  # noqa: S101  it was opened a moment ago
    response: Response = RedirectResponse(landing(signed.person, next), HTTPStatus.SEE_OTHER)
    if by_script:
        response = JSONResponse({"person": signed.person.key, "name": signed.person.name})
    session.open_session(response, opened, settings)
    keep_device(response, username, opened, settings, path=session.SIGN_IN)
    return response


@router.post("/sign-out", recorded=Call.SIGN_OUT, by=Who.EVERYBODY)
async def sign_out(request: Request, service: Service) -> Response:
    """This sign-in ends, whatever it lacks; without one there is nothing to end."""
    if caller := await _signed_in(request, service):
        await service.people.sign_in.end_this(caller)
    response = RedirectResponse(session.SIGN_IN, HTTPStatus.SEE_OTHER)
    session.close_session(response)
    return response


async def _signed_in(request: Request, service: Service) -> SignedIn | None:
    token = request.cookies.get(session.COOKIE)
    return await service.people.sign_in.of_token(token) if token else None


def _refusal(error: NotSignedInError | TooBusyError | TooManyGuessesError, request: Request) -> _Refusal:
    said, code_needed = error.detail, error.detail == service_wording.CODE_NEEDED
    if code_needed:
        said = wording.GIVE_CODE
    elif isinstance(error, TooManyGuessesError) and error.wait > timedelta(seconds=1):
        now = datetime.now(UTC).astimezone(request.app.state.rules.zone)
        # To whole minutes as clocks show them, and not a second too soon.
        until = (now + error.wait + timedelta(seconds=59, microseconds=999_999)).replace(
            second=0, microsecond=0
        )
        said = wording.TOO_MANY_GUESSES_UNTIL.format(until=due(until, now))
    return _Refusal(said, _STATUS[type(error)], code_needed or error.detail == service_wording.WRONG_CODE)


def _form(
    request: Request, next_: str | None, username: str = "", refusal: _Refusal | None = None
) -> Response:
    return page(
        request,
        None,
        "sign_in/sign_in.html",
        status=refusal.status if refusal else HTTPStatus.OK,
        username=username,
        next=session.local(next_),
        refusal=refusal,
    )
