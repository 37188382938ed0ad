"""The channels of whoever looks: a further one, other kinds, a trial."""

from http import HTTPStatus
from typing import Annotated

from fastapi import Form, Request, Response
from fastapi.responses import RedirectResponse

from api.deps import Notices, Service
from api.router import Who
from api.web.pages import Pages
from api.web.profile.routes import show
from api.web.session import Session
from api.web.shell.form import PageForm, refusal
from calendar_rules.vocabulary import NoticeKind
from service.access import wording
from service.access.errors import ConflictError, InvalidInputError, NotFoundError
from service.access.recorded_calls import Call
from service.notices.channels import GivenChannel

router = Pages()

Kinds = Annotated[list[NoticeKind] | None, Form()]
_LONGEST = 1000
_LARGEST = 2**31 - 1
_HERE = "/profile?channels=true#channels"


@router.post("/profile/channels", recorded=Call.CHANNELS_CHANGE, by=Who.SIGNED_IN)
async def add(
    request: Request,
    viewer: Session,
    service: Service,
    url: Annotated[str, Form()] = "",
    kinds: Kinds = None,
) -> Response:
    """A further channel; a mail address alone is one, too."""
    given = url.strip()
    if "@" in given and ":" not in given:
        given = f"mailto:{given}"

    async def added() -> None:
        if not given or len(given) > _LONGEST:
            raise InvalidInputError("url", wording.FIELD_IS_EMPTY if not given else wording.ADDRESS_IS_LONG)
        await service.notices.channels.add(viewer.person, GivenChannel(url=given, kinds=_chosen(kinds)))

    if refused := await refusal(added(), {"url": [url]}):
        return await show(request, viewer, service, channel=refused, chosen=_chosen(kinds))
    return RedirectResponse(_HERE, HTTPStatus.SEE_OTHER)


@router.post("/profile/channels/test", recorded=Call.CHANNELS_TEST, by=Who.SIGNED_IN)
async def test(request: Request, viewer: Session, service: Service) -> Response:
    """A word to each of them, and what became of it."""
    try:
        trials = await service.notices.channels.trial(viewer.person)
    except ConflictError as error:
        return await show(request, viewer, service, channel=PageForm(refused=error.detail))
    return await show(request, viewer, service, trials=trials)


@router.post("/profile/channels/{channel}", recorded=Call.CHANNELS_CHANGE, by=Who.SIGNED_IN)
async def choose(channel: str, viewer: Session, notices: Notices, kinds: Kinds = None) -> Response:
    """Other kinds for one of them."""
    await notices.channels.choose(viewer.person, _number(channel), _chosen(kinds))
    return RedirectResponse(_HERE, HTTPStatus.SEE_OTHER)


@router.post("/profile/channels/{channel}/remove", recorded=Call.CHANNELS_CHANGE, by=Who.SIGNED_IN)
async def remove(channel: str, viewer: Session, notices: Notices) -> Response:
    """Nothing more goes there."""
    await notices.channels.remove(viewer.person, _number(channel))
    return RedirectResponse(_HERE, HTTPStatus.SEE_OTHER)


def _chosen(kinds: list[NoticeKind] | None) -> list[NoticeKind] | None:
    """Kinds as they are kept: to take all of them is not a choice, so that a new one comes too."""
    chosen = kinds or []
    return None if set(chosen) == set(NoticeKind) else chosen


def _number(channel: str) -> int:
    if not channel.isdecimal() or int(channel) > _LARGEST:
        raise NotFoundError(wording.NO_CHANNEL)
    return int(channel)
