"""Workbooks: a short one is the answer to who asks for it, a long one has a page that says how far it is."""

from collections.abc import Mapping
from datetime import datetime
from http import HTTPStatus
from typing import Final, TypeVar

from fastapi import Request, Response
from fastapi.responses import RedirectResponse

from api.deps import Service
from api.router import Who
from api.web.pages import Pages
from api.web.session import Viewer
from api.web.shell.page import page
from service.access.recorded_calls import Call
from service.assembly import Service as ServiceParts
from service.reports.workbooks import Kind, Maker
from store.people.persons import Actor

router = Pages()

ADDRESS = "/workbooks"
_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_LISTS: Final[Mapping[Kind, tuple[str, str, str]]] = {
    Kind.MESSAGES: ("Сообщения", "/messages", "К сообщениям"),
    Kind.SHORTCOMINGS: ("Недостатки", "/shortcomings", "К недостаткам"),
}
"""Of each kind what its list is called, its address, and the link that leads back there."""

Asked = TypeVar("Asked")


async def answer(service: ServiceParts, reader: Actor, maker: Maker[Asked], asked: Asked) -> Response:
    """The file of what is asked for, or the way to the page on which it is waited for."""
    await service.messages.outcomes.settled()
    made = await service.reports.workbooks.made_or_asked(reader, maker, asked)
    if isinstance(made, str):
        return RedirectResponse(f"{ADDRESS}/{made}", HTTPStatus.SEE_OTHER)
    return _file(made, maker.kind, datetime.now(service.rules.zone))


@router.get(f"{ADDRESS}/{{workbook}}.xlsx", recorded=Call.EXPORT, by=Who.SIGNED_IN)
async def file(reader: Viewer, workbook: str, service: Service) -> Response:
    """The file, of whoever asked for it; 503 as long as it is being made."""
    found, content = await service.reports.workbooks.file(reader, workbook)
    return _file(content, found.kind, found.made_at or found.asked_at)


@router.get(f"{ADDRESS}/{{workbook}}", recorded=None, by=Who.SIGNED_IN)
async def progress(request: Request, reader: Viewer, workbook: str, service: Service) -> Response:
    """How far it is, asked again each second, and then where the file is."""
    found = await service.reports.workbooks.of(reader, workbook)
    title, address, back = _LISTS[found.kind]
    return page(
        request,
        reader,
        "workbooks/workbook.html",
        workbook=found,
        title=title,
        list=address,
        back=back,
        address=f"{ADDRESS}/{found.id}",
    )


def _file(content: bytes, kind: Kind, made_at: datetime) -> Response:
    name = f"{kind}-{made_at:%Y-%m-%d-%H%M}.xlsx"
    return Response(
        content, media_type=_XLSX, headers={"Content-Disposition": f'attachment; filename="{name}"'}
    )
