"""All messages that whoever looks may see, by the same parameters as the API's list."""

from datetime import UTC, datetime
from functools import partial
from typing import Annotated

from fastapi import Depends, Request, Response

from api.deps import Service
from api.router import Router
from api.routes.lists import Beginning, Narrowed
from api.web.message.choices import Choices
from api.web.messages.address import Tidy, days, without
from api.web.session import Viewer
from api.web.shell.page import page
from api.web.titles import Titles
from calendar_rules import titles as order_titles
from calendar_rules.vocabulary import Role
from service import list_places
from service.targets import require_role
from store.people import Actor

router = Router("Страницы")

SHOWN = 50
MAY_LIST = (
    *(Role.CURATOR, Role.HEAD, Role.EXECUTOR, Role.RESPONSIBLE),
    *(Role.DEPUTY, Role.DEPUTY_POLICY, Role.GOVERNOR, Role.ADMIN),
)


async def _reader(viewer: Viewer) -> Actor:
    require_role(viewer, *MAY_LIST)
    return viewer


Reader = Annotated[Actor, Depends(_reader)]


@router.get("/messages", include_in_schema=False)
async def messages(
    request: Request,
    reader: Reader,
    tidy: Tidy,
    filters: Narrowed,
    begins: Beginning,
    service: Service,
) -> Response:
    """The list with its filters; the address says all of them, and may be kept."""
    await service.outcomes.settled()
    lines = await service.lists.page_lines(reader, filters, size=SHOWN, sort=begins.sort, after=begins.after)
    return page(
        request,
        reader,
        "messages/messages.html",
        lines=lines.items,
        next=without(request, "cursor", cursor=list_places.written(lines.next)) if lines.next else None,
        first=without(request, "cursor") if begins.after else None,
        filters=filters,
        sort=begins.sort,
        days=days(request, service.rules.zone),
        moment=datetime.now(UTC),
        titles=await Titles.read(service.database),
        choices=await Choices.read(service.database),
        order=order_titles,
        without=partial(without, request),
    )
