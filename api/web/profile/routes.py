"""Profile: one's own sign-in; also open to who must first change a password that another has set."""

from collections.abc import Sequence
from http import HTTPStatus
from typing import Annotated

from fastapi import Form, Request, Response
from fastapi.responses import RedirectResponse

from api.deps import Origin, People, Service
from api.router import Who
from api.web.pages import Pages
from api.web.session import AnyViewer
from api.web.shell.form import PageForm, refusal
from api.web.shell.page import page
from calendar_rules.vocabulary import NoticeKind, Role
from service.access.errors import ForbiddenError
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
    change = service.people.sign_in.change_password(viewer, origin, old, new)
    if refused := await refusal(change, {}):
        return await show(request, viewer, service, password=refused)
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


_BLANK = PageForm()


async def show(
    request: Request,
    viewer: SignedIn,
    service: Service,
    *,
    changed: bool = False,
    channels_saved: bool = False,
    password: PageForm = _BLANK,
    channel: PageForm = _BLANK,
    chosen: Sequence[NoticeKind] | None = None,
    trials: Sequence[Trial] = (),
) -> Response:
    """The page, with what became of a form; `chosen`: kinds in the form of a further channel, None: all."""
    person = viewer.person
    status = max(password.status, channel.status)
    return page(
        request,
        person,
        "profile/profile.html",
        status=status,
        is_refused=status is not HTTPStatus.OK,
        roles=list(dict.fromkeys(Role(held.role) for held in person.roles if held.person == person.key)),
        complete=_is_complete(viewer, service),
        must_change=viewer.lacking is Lacking.OWN_PASSWORD,
        changed=changed,
        password=password,
        channels=await service.notices.channels.of(person.key),
        channels_saved=channels_saved,
        channel_form=channel,
        chosen=chosen,
        trials=trials,
        all_kinds=list(NoticeKind),
        obligatory=service.notices.channels.obligatory,
        address_examples=channel_addresses.examples(service.notices.channels.allowed),
        sign_ins=(await service.people.sign_in.open_of(person.key, viewer)).items,
        zone=service.rules.zone,
    )
