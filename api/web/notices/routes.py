"""Notices of whoever looks, the newest first."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated

from fastapi import Query, Request, Response

from api.deps import Db, Notices, Service
from api.router import Who
from api.routes.notices.notices import After
from api.web import session
from api.web.message import form_body
from api.web.message.choices import Choices
from api.web.pages import Pages
from api.web.session import Viewer
from api.web.shell.page import page
from api.web.shell.renewals import lately, renewed
from service.access.recorded_calls import Call
from service.access.values import Instant
from service.notices.inbox import Thread
from service.notices.part import Notices as NoticesPart
from store.database.engines import Database
from store.notices.inbox import Place
from store.people.persons import Actor

router = Pages()

SHOWN = 40
"""Messages of a page."""


@router.get("/notices", recorded=Call.NOTICES, by=Who.SIGNED_IN)
async def notices(
    request: Request,
    viewer: Viewer,
    database: Db,
    notices: Notices,
    after: After,
    waiting: bool = False,
) -> Response:
    """The inbox, page by page; `waiting`: what is to be acknowledged yet."""
    return await renewed(
        request, viewer.key, lambda: _shown(request, viewer, database, notices, after, waiting=waiting)
    )


async def _shown(
    request: Request,
    viewer: Actor,
    database: Database,
    notices: NoticesPart,
    after: Place | None,
    *,
    waiting: bool,
) -> Response:
    if waiting:
        items: Sequence[Thread] = []
        following, to_acknowledge = None, await notices.inbox.all_waiting(viewer)
    else:
        threads = await notices.inbox.threads(viewer, after=after, limit=SHOWN)
        items, following, to_acknowledge = threads.items, threads.next, threads.waiting
    return page(
        request,
        viewer,
        "notices/notices.html",
        threads=items,
        to_acknowledge=to_acknowledge,
        until=_newest([*items, *to_acknowledge]),
        unread=await notices.inbox.unread(viewer),
        next=following,
        is_first=after is None,
        waiting=waiting,
        choices=await Choices.read(database, within=lately(request)),
    )


def _newest(threads: Sequence[Thread]) -> datetime | None:
    return max((notice.at for thread in threads for notice in thread.notices), default=None)


@router.get("/notices/{notice}", recorded=Call.NOTICES, by=Who.SIGNED_IN)
async def notice_page(request: Request, notice: str, viewer: Viewer, service: Service) -> Response:
    """One notice: where the link of a mail leads; with that it is read."""
    shown = await service.notices.inbox.one(viewer, notice)
    if shown.read_at is None:
        await service.notices.inbox.read(viewer, ids=[shown.id])
        await session.count_again(request, service, viewer)
    return page(
        request,
        viewer,
        "notices/notice.html",
        notice=shown,
        choices=await Choices.read(service.database),
    )


@router.post("/notices/read", recorded=Call.NOTICES_READ, by=Who.SIGNED_IN)
async def read(
    request: Request, viewer: Viewer, notices: Notices, until: Annotated[Instant, Query()]
) -> Response:
    """All that was there when the page was made is read."""
    await notices.inbox.read(viewer, until=until)
    return session.on_to(request, "/notices")


@router.post("/notices/{notice}/acknowledge", recorded=Call.NOTICE_ACKNOWLEDGE, by=Who.SIGNED_IN)
async def acknowledge(request: Request, notice: str, viewer: Viewer, notices: Notices) -> Response:
    """Acknowledge it, and stay on the page one is on."""
    await notices.inbox.acknowledge(viewer, notice)
    typed = await form_body.read(request, takes_files=False)
    back = f"/notices#notice-{notice}" if typed.one("back") == "notices" else f"/notices/{notice}"
    return session.on_to(request, back)
