"""Overview for those who oversee: what is late, what soon will be, who holds it, what was broken lately."""

from collections.abc import Hashable, Sequence
from datetime import UTC, datetime
from uuid import uuid4

from fastapi import Request, Response

from api.deps import Service
from api.web.message.choices import Choices
from api.web.overview import standing, trend
from api.web.pages import Pages
from api.web.session import Viewer
from api.web.shell.page import OVERVIEW, page
from api.web.shell.renewals import lately, renewed, renews, seen_alike
from api.web.shell.surges import going_on
from api.web.titles import Titles
from calendar_rules.vocabulary import Role
from service.access.recorded_calls import Call
from service.assembly import Service as ServiceParts
from service.directory.forms import BodyView
from service.oversight import overview, surges
from service.oversight.shortcomings import READERS as SHORTCOMINGS
from service.oversight.surges import Report
from service.people import staff
from store.messages.finding import SEES_ALL
from store.people.persons import Actor
from store.people.staff import Member
from workflows.stages import OF_CURATORS

router = Pages()


@router.get("/overview", recorded=Call.MESSAGES_LIST, by=OVERVIEW)
async def overview_page(request: Request, viewer: Viewer, service: Service) -> Response:
    """Numbers, each of which opens the list it counts; what is late, by how much; the last breaches; the bodies."""
    if not renews(request):
        await service.messages.outcomes.settled()
    waiting = await service.notices.inbox.waiting(viewer)
    told = await surges.reports(service.messages.lists, service.rules, viewer)
    alike: Hashable = viewer.key
    # Whoever distributes work has forms, each with a key of its own.
    if not _distributes(viewer):
        seen = seen_alike(viewer, datetime.now(UTC), surges.READERS, SHORTCOMINGS)
        alike = seen, waiting, tuple(told)
    return await renewed(request, alike, lambda: _shown(request, viewer, service, waiting, told))


async def _shown(
    request: Request, viewer: Actor, service: ServiceParts, waiting: int, told: Sequence[Report]
) -> Response:
    found = await overview.read(service.messages.lists, service.rules, viewer)
    members = await staff.managed_by(service.database, viewer, "") if _distributes(viewer) else None
    titles = await Titles.read(service.database, within=lately(request))
    now = datetime.now(service.rules.zone)
    return page(
        request,
        viewer,
        "overview/overview.html",
        overview=found,
        trend=trend.of(found.weeks),
        sentence=standing.sentence(found),
        none_late_since=standing.since_when(found, now),
        not_done=standing.NOT_DONE,
        breaches_since=standing.since(found.breaches_from, now.date()),
        surges=await going_on(service, viewer),
        reports=told,
        of_curators=OF_CURATORS,
        titles=titles,
        idle=_idle(viewer, titles, found),
        choices=await Choices.read(service.database, within=lately(request)),
        executors=_executors(members.members) if members else {},
        away={
            member.key: members.away[member.key]
            for member in (members.members if members else ())
            if members and member.key in members.away
        },
        distributes=members is not None,
        waiting=waiting,
        reads_shortcomings=any(held.role in SHORTCOMINGS for held in viewer.capacities(datetime.now(UTC))),
        new_key=lambda: uuid4().hex,
    )


def _idle(viewer: Actor, titles: Titles, found: overview.Overview) -> list[BodyView]:
    """The bodies that have nothing to do, for whoever sees all of them."""
    if not any(held.role in SEES_ALL for held in viewer.capacities(datetime.now(UTC))):
        return []
    busy = {line.body for line in found.bodies}
    return [body for body in titles.directory.bodies if body.active and body.key not in busy]


def _distributes(viewer: Actor) -> bool:
    """Whether the person gives the work of a body to its people, and records their absences."""
    return any(held.role is Role.RESPONSIBLE for held in viewer.capacities(datetime.now(UTC)))


def _executors(members: Sequence[Member]) -> dict[str, list[Member]]:
    """The executors among them, by body."""
    found: dict[str, list[Member]] = {}
    for member in members:
        for body in dict.fromkeys(held.body for held in member.roles if held.role is Role.EXECUTOR):
            found.setdefault(body or "", []).append(member)
    return found
