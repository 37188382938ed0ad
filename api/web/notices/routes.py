"""Notices of whoever looks, the newest first."""

from typing import Annotated

from fastapi import Query, Request, Response

from api.deps import Db, Notices
from api.router import Who
from api.web import session
from api.web.message import form_body
from api.web.message.choices import Choices
from api.web.pages import Pages
from api.web.session import Viewer
from api.web.shell.page import page
from service.access.recorded_calls import Call

router = Pages()

SHOWN = 50


@router.get("/notices", recorded=Call.NOTICES, by=Who.SIGNED_IN)
async def notices(
    request: Request,
    viewer: Viewer,
    database: Db,
    notices: Notices,
    before: Annotated[int | None, Query(ge=1, le=2**63 - 1)] = None,
    waiting: bool = False,
) -> Response:
    """The inbox, page by page; `waiting`: what is to be acknowledged yet."""
    shown = await notices.inbox.page(viewer, message=None, before=before, limit=SHOWN, waiting=waiting)
    return page(
        request,
        viewer,
        "notices/notices.html",
        notices=shown.items,
        next=shown.next,
        before=before,
        waiting=waiting,
        choices=await Choices.read(database),
    )


@router.get("/notices/{notice}", recorded=Call.NOTICES, by=Who.SIGNED_IN)
async def notice_page(
    request: Request, notice: str, viewer: Viewer, database: Db, notices: Notices
) -> Response:
    """One notice: where the link of a mail leads."""
    shown = await notices.inbox.one(viewer, notice)
    return page(
        request,
        viewer,
        "notices/notice.html",
        notice=shown,
        choices=await Choices.read(database),
    )


@router.post("/notices/{notice}/acknowledge", recorded=Call.NOTICE_ACKNOWLEDGE, by=Who.SIGNED_IN)
async def acknowledge(request: Request, notice: str, viewer: Viewer, notices: Notices) -> Response:
    """Acknowledge it, and stay on the page one is on."""
    await notices.inbox.acknowledge(viewer, notice)
    typed = await form_body.read(request, takes_files=False)
    back = f"/notices#notice-{notice}" if typed.one("back") == "notices" else f"/notices/{notice}"
    return session.on_to(request, back)
