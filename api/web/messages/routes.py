"""All messages that whoever looks may see, by the same parameters as the API's list."""

from dataclasses import dataclass
from datetime import datetime
from functools import partial
from http import HTTPStatus

from fastapi import Request, Response
from fastapi.responses import RedirectResponse

from api.deps import Db, Service
from api.only_known import OnlyKnown
from api.routes.messages.lists import Beginning, Begins, Narrowed
from api.web.message import form_body
from api.web.message.choices import Choices
from api.web.messages.address import LIST, Tidy, at, days, without
from api.web.pages import Pages
from api.web.session import Viewer
from api.web.shell.page import page
from api.web.titles import Titles
from calendar_rules import titles as order_titles
from service.access.errors import ConflictError, InvalidInputError
from service.access.recorded_calls import Call
from service.messages import list_places
from service.people import saved_views
from service.reports import list_workbook
from store.messages.finding import SEES_ANY
from store.messages.listing import Filters
from store.people.persons import Actor

router = Pages()

SHOWN = 50
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@dataclass(frozen=True, slots=True)
class Refused:
    """A name under which the list could not be saved, and why."""

    name: str
    why: str
    status: HTTPStatus


@router.get("/messages", recorded=Call.MESSAGES_LIST, by=SEES_ANY)
async def messages(
    request: Request,
    reader: Viewer,
    tidy: Tidy,
    filters: Narrowed,
    begins: Beginning,
    service: Service,
) -> Response:
    """The list with its filters; the address says all of them, and may be kept."""
    return await _page(request, reader, filters, begins, service)


@router.get("/messages.xlsx", recorded=Call.EXPORT, by=SEES_ANY)
async def workbook(
    reader: Viewer, only_known: OnlyKnown, filters: Narrowed, begins: Beginning, service: Service
) -> Response:
    """The whole list, all its pages, as a workbook."""
    await service.messages.outcomes.settled()
    content = await list_workbook.made(
        service.messages.lists,
        service.database,
        service.directory.editions,
        service.rules,
        reader,
        filters,
        begins.sort,
    )
    name = f"messages-{datetime.now(service.rules.zone):%Y-%m-%d-%H%M}.xlsx"
    return Response(
        content, media_type=XLSX, headers={"Content-Disposition": f'attachment; filename="{name}"'}
    )


@router.post("/messages/views", recorded=Call.MESSAGES_LIST, by=SEES_ANY)
async def save_view(
    request: Request, reader: Viewer, filters: Narrowed, begins: Beginning, service: Service
) -> Response:
    """Save the list whose conditions are in the address; where that is refused, the list comes back with the reason."""
    typed = await form_body.read(request, takes_files=False)
    name = typed.one("name")
    try:
        query = await saved_views.save(service.database, reader, name, request.url.query)
    except InvalidInputError as error:
        refused = Refused(name, error.detail, HTTPStatus.UNPROCESSABLE_ENTITY)
    except ConflictError as error:
        refused = Refused(name, error.detail, HTTPStatus.CONFLICT)
    else:
        return RedirectResponse(at(query), HTTPStatus.SEE_OTHER)
    return await _page(request, reader, filters, begins, service, refused)


@router.post("/messages/views/{view}/remove", recorded=None, by=SEES_ANY)
async def remove_view(view: str, reader: Viewer, database: Db) -> Response:
    """Forget a saved list of one's own."""
    await saved_views.remove(database, reader, view)
    return RedirectResponse(LIST, HTTPStatus.SEE_OTHER)


async def _page(
    request: Request,
    reader: Actor,
    filters: Filters,
    begins: Begins,
    service: Service,
    refused: Refused | None = None,
) -> Response:
    await service.messages.outcomes.settled()
    editions = {name: edition.act for name, edition in (await service.directory.editions.used()).items()}
    lines = await service.messages.lists.page_lines(
        reader, filters, size=SHOWN, sort=begins.sort, after=begins.after
    )
    return page(
        request,
        reader,
        "messages/messages.html",
        status=refused.status if refused else HTTPStatus.OK,
        lines=lines.items,
        next=without(request, "cursor", cursor=list_places.written(lines.next)) if lines.next else None,
        first=without(request, "cursor") if begins.after else None,
        filters=filters,
        sort=begins.sort,
        days=days(request, service.rules.zone),
        titles=await Titles.read(service.database),
        choices=await Choices.read(service.database),
        order=order_titles,
        without=partial(without, request),
        editions=editions,
        several_acts=len({act.key for act in editions.values()}) > 1,
        editions_offered={name: act.citation for name, act in editions.items()}
        | ({filters.edition: filters.edition} if filters.edition and filters.edition not in editions else {}),
        views=await saved_views.of_person(service.database, reader),
        query=saved_views.conditions(request.url.query),
        most_rows=list_workbook.MOST_ROWS,
        refused=refused,
    )
