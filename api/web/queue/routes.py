"""Queue of whoever looks: the first page after signing in, with a preview of the row that is chosen."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Annotated
from urllib.parse import urlencode

from fastapi import Query, Request, Response

from api.deps import Service
from api.router import Who
from api.web.message.forms import FORMS
from api.web.message.suggested import SuggestedRouting, offered_routing
from api.web.message.targets import Seen
from api.web.pages import Pages
from api.web.queue.groups import grouped
from api.web.session import Viewer
from api.web.shell.page import page
from api.web.shell.renewals import lately, renewed, renews
from api.web.titles import Titles
from calendar_rules.vocabulary import Role, Stage
from service.access.recorded_calls import Call
from service.assembly import Service as ServiceParts
from service.messages.lines import MessageLine
from service.messages.lists import QueueLines
from service.messages.similar import SimilarView, similar
from service.messages.targets import Target
from service.messages.to_assign import to_assign
from service.messages.view import MessageView
from store.people.persons import Actor
from workflows.stages import STEPS
from workflows.vocabulary import Command

router = Pages()

SHOWN = 200
MOST_SHOWN = 1_000
"""A page of more would keep server and browser busy for longer than a look at it is worth."""
ROOMY = 25
"""Up to so many rows each has 32 px; of more each has 24, which is what a finger may still hit."""
_SIMILAR = 3


@dataclass(frozen=True, slots=True)
class Preview:
    """A message as it is looked at beside the queue; `act`: the title of what it waits for, if that is the viewer's."""

    message: MessageView
    similar: list[SimilarView]
    offered: SuggestedRouting | None
    act: str | None


@router.get("/", recorded=Call.QUEUE, by=Who.SIGNED_IN)
async def queue(
    request: Request,
    viewer: Viewer,
    service: Service,
    rows: Annotated[int, Query(ge=SHOWN, le=MOST_SHOWN)] = SHOWN,
    step: Stage | None = None,
) -> Response:
    """The queue by the moment that comes first, or what of it waits for one step; what does not fit is counted."""
    # A person who comes here from a command finds what the command did.
    if not renews(request):
        await service.messages.outcomes.settled()
    return await renewed(request, viewer.key, lambda: _shown(request, viewer, service, rows, step))


async def _shown(
    request: Request, viewer: Actor, service: ServiceParts, rows: int, step: Stage | None
) -> Response:
    lists = service.messages.lists
    lines = await lists.queue_lines(viewer, size=rows, stage=step)
    next_due = None if lines.total else await lists.next_due(viewer)
    duties = [line.duty for line in lines.items if line.duty]
    titles = await Titles.read(service.database, within=lately(request))
    # What renews the rows leaves the preview as it is.
    by_script = "hx-request" in request.headers
    chosen = (
        None if by_script or not lines.items else await _first(viewer, service, lines.items[0].number, titles)
    )
    of_step: dict[str, str | int] = {"step": step.value} if step else {}
    return page(
        request,
        viewer,
        "queue/queue.html",
        lines=lines,
        groups=grouped(lines.items, at_work=service.rules.department.is_open(datetime.now(UTC))),
        roomy=len(lines.items) <= ROOMY,
        rows=rows,
        step=step,
        here=_address(of_step if rows == SHOWN else of_step | {"rows": rows}),
        everything=_address({}),
        whole=_address(of_step | {"rows": MOST_SHOWN}),
        most_rows=MOST_SHOWN,
        late=sum(duty.is_late for duty in duties),
        unassigned=await _unassigned(service, viewer, lines),
        next_due=next_due.astimezone(service.rules.zone) if next_due else None,
        titles=titles,
        preview=chosen,
    )


@router.get("/queue/{message}", recorded=Call.MESSAGE_OPEN, by=Who.SEEING_IT)
async def preview(request: Request, target: Seen, service: Service) -> Response:
    """What stands in «Просмотр» once the row of this message is chosen."""
    titles = await Titles.read(service.database)
    return page(
        request,
        target.caller,
        "queue/preview.html",
        preview=await _preview(target, service, titles),
        titles=titles,
    )


async def _unassigned(service: ServiceParts, viewer: Actor, shown: QueueLines) -> list[MessageLine]:
    """What the bodies whose work the viewer distributes have, and nobody was given; without what the queue shows."""
    now = datetime.now(UTC)
    if not any(held.role is Role.RESPONSIBLE for held in viewer.capacities(now)):
        return []
    rules, known = service.rules, {line.number for line in shown.items}
    found = await service.messages.lists.read(lambda connection: to_assign(connection, rules, viewer, now))
    return [line for line in found if line.assignee is None and line.number not in known]


async def _first(viewer: Actor, service: ServiceParts, number: int, titles: Titles) -> Preview:
    return await _preview(await service.messages.targets.find(str(number), viewer), service, titles)


async def _preview(target: Target, service: ServiceParts, titles: Titles) -> Preview:
    message = await service.messages.reader.listed(target)
    likely = await similar(service.database, target)
    offered = await offered_routing(target, message, titles, service)
    awaited = (command for command in STEPS[message.stage].commands if command in message.allowed)
    return Preview(message, likely.items[:_SIMILAR], offered, _title(next(awaited, None)))


def _title(command: Command | None) -> str | None:
    return FORMS[command].title if command else None


def _address(asked: Mapping[str, str | int]) -> str:
    return f"/?{urlencode(asked)}" if asked else "/"
