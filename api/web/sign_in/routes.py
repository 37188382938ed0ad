"""Signing in and out in the browser, by the same guard against guesses as the API."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from typing import Annotated

from fastapi import Form, Query, Request, Response
from fastapi.responses import JSONResponse, RedirectResponse
from pydantic import BaseModel

from api import wording
from api.deps import Origin, Service, Settings
from api.errors import ProblemError, problem_response
from api.router import Who
from api.routes.people.token import keep_device, known_device
from api.web import session
from api.web.pages import Pages
from api.web.session import AnyViewer
from api.web.shell.page import page
from api.web.sign_in.landing import landing
from calendar_rules.moments import As, moment_text
from service.access import wording as service_wording
from service.access.errors import NotSignedInError, TooBusyError, TooManyGuessesError
from service.access.recorded_calls import Call
from service.assembly import Service as ServiceParts
from settings import Settings as SettingsValues
from store.directory import rows as directory
from store.people.persons import SignedIn

router = Pages()

Next = Annotated[str | None, Query(max_length=2000)]
_STATUS = {
    NotSignedInError: HTTPStatus.UNAUTHORIZED,
    TooBusyError: HTTPStatus.SERVICE_UNAVAILABLE,
    TooManyGuessesError: HTTPStatus.TOO_MANY_REQUESTS,
}


_OF_THE_DEMO = (
    ("curator", "куратор"),
    ("executor-roads", "исполнитель"),
    ("responsible-roads", "ответственный в органе"),
    ("deputy", "заместитель Председателя Правительства"),
    ("head", "начальник Департамента"),
    ("deputy-policy", "заместитель по внутренней политике"),
    ("governor", "Губернатор"),
    ("admin", "администратор"),
)
"""One person of the demo for each role: the sign-in, and in what role."""


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
    return await _form(request, service, next)


@router.post("/sign-in/demo", recorded=Call.SIGN_IN, by=Who.EVERYBODY)
async def sign_in_to_demo(
    request: Request,
    origin: Origin,
    service: Service,
    settings: Settings,
    username: Annotated[str, Form()],
    next: Annotated[str | None, Form(max_length=2000)] = None,  # noqa: A002
) -> Response:
    """As a person of the demo, whose password is no secret; where there is no demo there is no such address (404)."""
    if not _demo_people(settings) or username not in dict(_OF_THE_DEMO):
        raise ProblemError(HTTPStatus.NOT_FOUND, wording.OF_THE_FRAMEWORK[404].format(path=request.url.path))
    try:
        opened = await service.people.sign_in.by_password(
            origin, username, settings.demo_password or "", None, known_device(request, username)
        )
    except (NotSignedInError, TooBusyError, TooManyGuessesError) as error:
        return await _form(request, service, next, username, _refusal(error, request))
    signed = await _whose(opened.token, service)
    response = RedirectResponse(landing(signed.person, next), HTTPStatus.SEE_OTHER)
    session.open_session(response, opened, settings)
    return response


def _demo_people(settings: SettingsValues) -> Sequence[tuple[str, str]]:
    return _OF_THE_DEMO if settings.demo and settings.demo_password else ()


async def _whose(token: str, service: ServiceParts) -> SignedIn:
    """Who has signed in a moment ago, by the token that this opened."""
    signed = await service.people.sign_in.of_token(token)
    assert signed is not None  # noqa: S101
    return signed


@router.post("/sign-in", recorded=Call.SIGN_IN, by=Who.EVERYBODY)
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
    """On to where one was going; a refusal says what to do, and one password is as good as another for that.

    A script, which lets people sign in over the page they are on, is told who they are.
    """
    by_script = session.asked_by_script(request)
    device = known_device(request, username)
    try:
        opened = await service.people.sign_in.by_password(origin, username, password, code or None, device)
    except (NotSignedInError, TooBusyError, TooManyGuessesError) as error:
        refusal = _refusal(error, request)
        if by_script:
            return problem_response(refusal.status, refusal.said)
        return await _form(request, service, next, username, refusal)
    signed = await _whose(opened.token, service)
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
        said = wording.TOO_MANY_GUESSES_UNTIL.format(
            until=moment_text(until, As.WEEKDAY, beside=now, now=now)
        )
    return _Refusal(said, _STATUS[type(error)], code_needed or error.detail == service_wording.WRONG_CODE)


async def _form(
    request: Request,
    service: ServiceParts,
    next_: str | None,
    username: str = "",
    refusal: _Refusal | None = None,
) -> Response:
    settings = request.app.state.settings
    async with service.database.lookup() as reading:
        department = await directory.department(reading)
    return page(
        request,
        None,
        "sign_in/sign_in.html",
        status=refusal.status if refusal else HTTPStatus.OK,
        username=username,
        next=session.local(next_),
        refusal=refusal,
        department=department,
        contact=settings.help_contact,
        people=_demo_people(settings),
    )
