"""Undelivered notices, and what to do about them."""

from http import HTTPStatus

from fastapi import Request, Response
from fastapi.responses import RedirectResponse

from api.deps import Service
from api.router import Router
from api.web import session
from api.web.admin.viewer import Admin
from api.web.shell.page import page
from service.access import wording
from service.access.errors import NotFoundError

router = Router("Страницы")

_LARGEST = 2**31 - 1


@router.get("/admin/undelivered", include_in_schema=False)
async def undelivered(request: Request, admin: Admin, service: Service) -> Response:
    """Channels with notices that failed, or have waited for long."""
    found, figures = await service.undelivered.read()
    return page(
        request,
        admin,
        "admin/undelivered.html",
        undelivered=found,
        figures=figures,
        mail_is_set=service.undelivered.mail_is_set,
        zone=service.rules.zone,
    )


@router.post("/admin/undelivered/{channel}/again", include_in_schema=False, dependencies=[session.FromHere])
async def again(channel: str, admin: Admin, service: Service) -> Response:
    """What has failed in a channel is tried once more."""
    if not channel.isdecimal() or int(channel) > _LARGEST:
        raise NotFoundError(wording.NO_CHANNEL)
    await service.undelivered.again(int(channel))
    return RedirectResponse("/admin/undelivered", HTTPStatus.SEE_OTHER)
