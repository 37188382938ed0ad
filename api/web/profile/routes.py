"""Profile: one's own sign-in; also open to who must first change a password that another has set."""

from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Annotated

from fastapi import Form, Request, Response
from fastapi.responses import RedirectResponse

from api.deps import Origin, People, Service
from api.router import Who
from api.web.pages import Pages
from api.web.session import AnyViewer
from api.web.shell.page import page
from calendar_rules.vocabulary import NoticeKind, Role
from service.access.errors import (
    ConflictError,
    ForbiddenError,
    InvalidInputError,
    NotSignedInError,
    TooBusyError,
    TooManyGuessesError,
)
from service.access.recorded_calls import Call
from service.notices import channel_addresses
from service.notices.channels import Trial
from store.people.persons import Lacking, SignedIn

router = Pages()


@router.get("/profile", recorded=Call.SIGN_INS_LIST, by=Who.ANY_SIGN_IN)
async def profile(
    request: Request, viewer: AnyViewer, service: Service, changed: bool = False, channels: bool = False
) -> Response:
    """Who one is, the password, the channels, and from where one is signed in."""
    return await show(request, viewer, service, changed=changed, channels_saved=channels)


@router.post("/profile/password", recorded=Call.PASSWORD_CHANGE, by=Who.ANY_SIGN_IN)
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
        await service.people.sign_in.change_password(viewer, origin, old, new)
    except InvalidInputError as error:
        return await show(request, viewer, service, wrong={error.field: error.detail})
    except (NotSignedInError, ConflictError, TooBusyError, TooManyGuessesError) as error:
        return await show(request, viewer, service, wrong={"old": error.detail})
    return RedirectResponse("/profile?changed=true", HTTPStatus.SEE_OTHER)


@router.post("/profile/sign-ins/{sign_in}/end", recorded=Call.SIGN_INS_END, by=Who.ANY_SIGN_IN)
async def end_sign_in(sign_in: str, viewer: AnyViewer, people: People) -> Response:
    """An open sign-in ends."""
    await people.sign_in.end(viewer.person.key, sign_in)
    return RedirectResponse("/profile", HTTPStatus.SEE_OTHER)


def _is_complete(viewer: SignedIn, service: Service) -> bool:
    try:
        service.people.sign_in.require_complete(viewer)
    except ForbiddenError:
        return False
    return True


async def show(
    request: Request,
    viewer: SignedIn,
    service: Service,
    *,
    changed: bool = False,
    channels_saved: bool = False,
    wrong: Mapping[str, str] | None = None,
    channel_wrong: Mapping[str, str] | None = None,
    typed: Mapping[str, str] | None = None,
    chosen: Sequence[NoticeKind] | None = None,
    trials: Sequence[Trial] = (),
) -> Response:
    """The page, with what became of a form; `chosen`: kinds in the form of a further channel, None: all."""
    person = viewer.person
    return page(
        request,
        person,
        "profile/profile.html",
        status=HTTPStatus.UNPROCESSABLE_ENTITY if wrong or channel_wrong else HTTPStatus.OK,
        roles=list(dict.fromkeys(Role(held.role) for held in person.roles if held.person == person.key)),
        complete=_is_complete(viewer, service),
        must_change=viewer.lacking is Lacking.OWN_PASSWORD,
        changed=changed,
        wrong=wrong or {},
        channels=await service.notices.channels.of(person.key),
        channels_saved=channels_saved,
        channel_wrong=channel_wrong or {},
        typed=typed or {},
        chosen=chosen,
        trials=trials,
        all_kinds=list(NoticeKind),
        obligatory=service.notices.channels.obligatory,
        address_examples=channel_addresses.examples(service.notices.channels.allowed),
        sign_ins=(await service.people.sign_in.open_of(person.key, viewer)).items,
        zone=service.rules.zone,
    )
