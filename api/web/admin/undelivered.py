"""Undelivered notices, and what to do about them."""

from http import HTTPStatus

from fastapi import Request, Response
from fastapi.responses import RedirectResponse

from api.deps import Notices, Rules
from api.web.pages import Pages
from api.web.session import Viewer
from api.web.shell.page import page
from calendar_rules.vocabulary import Role
from service.access import wording
from service.access.errors import NotFoundError
from service.access.recorded_calls import Call

router = Pages()

_LARGEST = 2**31 - 1


@router.get("/admin/undelivered", recorded=Call.UNDELIVERED_LIST, by=(Role.ADMIN,))
async def undelivered(request: Request, admin: Viewer, notices: Notices, rules: Rules) -> Response:
    """Channels with notices that failed, or have waited for long."""
    found, figures = await notices.undelivered.read()
    return page(
        request,
        admin,
        "admin/undelivered.html",
        undelivered=found,
        figures=figures,
        mail_is_set=notices.undelivered.mail_is_set,
        zone=rules.zone,
    )


@router.post("/admin/undelivered/{channel}/again", recorded=Call.UNDELIVERED_AGAIN, by=(Role.ADMIN,))
async def again(channel: str, admin: Viewer, notices: Notices) -> Response:
    """What has failed in a channel is tried once more."""
    if not channel.isdecimal() or int(channel) > _LARGEST:
        raise NotFoundError(wording.NO_CHANNEL)
    await notices.undelivered.again(int(channel))
    return RedirectResponse("/admin/undelivered", HTTPStatus.SEE_OTHER)
