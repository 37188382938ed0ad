"""What people do with their own sign-in; also open to who must first change a password that another has set."""

from http import HTTPStatus
from typing import Annotated

from fastapi import Form, Request, Response
from fastapi.responses import RedirectResponse

from api.deps import Origin, Service
from api.router import Router
from api.web import session
from api.web.session import AnyViewer
from api.web.shell.page import page
from calendar_rules.vocabulary import Role
from service.errors import (
    ConflictError,
    InvalidInputError,
    NotSignedInError,
    TooBusyError,
    TooManyGuessesError,
)
from store.people import Lacking, SignedIn

router = Router("Страницы")


@router.get("/profile", include_in_schema=False)
async def profile(request: Request, viewer: AnyViewer, service: Service, changed: bool = False) -> Response:
    """Who one is, the password, and from where one is signed in."""
    return await _page(request, viewer, service, changed=changed)


@router.post("/profile/password", include_in_schema=False, dependencies=[session.FromHere])
async def change_password(
    request: Request,
    viewer: AnyViewer,
    origin: Origin,
    service: Service,
    old: Annotated[str, Form()] = "",
    new: Annotated[str, Form()] = "",
) -> Response:
    """A password of one's own; the other sign-ins end."""
    try:
        await service.sign_in.change_password(viewer, origin, old, new)
    except InvalidInputError as error:
        return await _page(request, viewer, service, wrong={error.field: error.detail})
    except (NotSignedInError, ConflictError, TooBusyError, TooManyGuessesError) as error:
        return await _page(request, viewer, service, wrong={"old": error.detail})
    return RedirectResponse("/profile?changed=true", HTTPStatus.SEE_OTHER)


@router.post("/profile/sign-ins/{sign_in}/end", include_in_schema=False, dependencies=[session.FromHere])
async def end_sign_in(sign_in: str, viewer: AnyViewer, service: Service) -> Response:
    """An open sign-in ends."""
    await service.sign_in.end(viewer.person.key, sign_in)
    return RedirectResponse("/profile", HTTPStatus.SEE_OTHER)


async def _page(
    request: Request,
    viewer: SignedIn,
    service: Service,
    *,
    changed: bool = False,
    wrong: dict[str, str] | None = None,
) -> Response:
    person = viewer.person
    return page(
        request,
        person,
        "profile/profile.html",
        status=HTTPStatus.UNPROCESSABLE_ENTITY if wrong else HTTPStatus.OK,
        roles=list(dict.fromkeys(Role(held.role) for held in person.roles if held.person == person.key)),
        must_change=viewer.lacking is Lacking.OWN_PASSWORD,
        changed=changed,
        wrong=wrong or {},
        sign_ins=(await service.sign_in.open_of(person.key, viewer)).items,
        zone=service.rules.zone,
    )
