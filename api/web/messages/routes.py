"""All messages that whoever looks may see, by the same parameters as the API's list."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from http import HTTPStatus

from fastapi import Request, Response
from fastapi.responses import RedirectResponse

from api.deps import Db, Service
from api.only_known import OnlyKnown
from api.routes.messages.lists import Beginning, Begins, Narrowed
from api.web.list_workbook import answer
from api.web.message import form_body
from api.web.message.choices import Choices
from api.web.messages.address import Tidy, at, days, left, without
from api.web.messages.conditions import VERDICTS, Condition, conditions
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
from service.reports.list_workbook import MOST_ROWS
from store.messages.finding import SEES_ANY
from store.messages.listing import Filters, most_counted
from store.people.persons import Actor

router = Pages()

SHOWN = 50


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
    database, lists, rules = service.database, service.messages.lists, service.rules
    made = list_workbook.made(database, lists, rules, reader, filters, begins.sort)
    return await answer(service, "messages", made)


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
async def remove_view(request: Request, view: str, reader: Viewer, database: Db) -> Response:
    """Forget a saved list of one's own, and stay where one is."""
    await saved_views.remove(database, reader, view)
    return RedirectResponse(at(saved_views.conditions(request.url.query)), HTTPStatus.SEE_OTHER)


async def _page(
    request: Request,
    reader: Actor,
    filters: Filters,
    begins: Begins,
    service: Service,
    refused: Refused | None = None,
) -> Response:
    await service.messages.outcomes.settled()
    lines = await service.messages.lists.page_lines(
        reader, filters, size=SHOWN, sort=begins.sort, after=begins.after
    )
    titles, choices = await Titles.read(service.database), await Choices.read(service.database)
    now = datetime.now(service.rules.zone)
    in_force = conditions(filters, titles, choices.persons, now)
    views = await saved_views.of_person(service.database, reader)
    return page(
        request,
        reader,
        "messages/messages.html",
        status=refused.status if refused else HTTPStatus.OK,
        lines=lines.items,
        found=lines.found,
        most_counted=most_counted,
        next=without(request, cursor=list_places.written(lines.next)) if lines.next else None,
        first=without(request, "cursor") if begins.after else None,
        conditions=in_force,
        to_drop=[] if lines.found else await _to_drop(in_force, filters, reader, service),
        filters=filters,
        sort=begins.sort,
        days=days(request, service.rules.zone),
        titles=titles,
        choices=choices,
        order=order_titles,
        left=partial(left, request),
        without=partial(without, request),
        verdicts=VERDICTS,
        views=views,
        query=saved_views.conditions(request.url.query),
        most_rows=MOST_ROWS,
        refused=refused,
    )


async def _to_drop(
    in_force: Sequence[Condition], filters: Filters, reader: Actor, service: Service
) -> Sequence[tuple[Condition, int]]:
    """Which one condition keeps everything away, and how many messages there are without it, most first."""
    alone = await service.messages.lists.counts(reader, [one.left_out(filters) for one in in_force])
    found = [(one, count) for one, count in zip(in_force, alone, strict=True) if count]
    return sorted(found, key=lambda pair: -pair[1])
