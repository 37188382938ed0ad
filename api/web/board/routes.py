"""Open messages by stage and body, for those who distribute the work."""

from datetime import UTC, datetime

from fastapi import Request, Response

from api.deps import Service
from api.web.pages import Pages
from api.web.session import Viewer
from api.web.shell.page import BOARD, page
from api.web.shell.renewals import lately, renewed, renews, seen_alike
from api.web.shell.surges import going_on
from api.web.titles import Titles
from calendar_rules import titles as order_titles
from service.access.recorded_calls import Call
from service.assembly import Service as ServiceParts
from service.messages import board
from service.oversight import surges
from store.people.persons import Actor

router = Pages()


@router.get("/board", recorded=Call.MESSAGES_LIST, by=BOARD)
async def board_page(request: Request, viewer: Viewer, service: Service) -> Response:
    """The board, those who are late first; every number on it opens the list it counts."""
    if not renews(request):
        await service.messages.outcomes.settled()
    alike = seen_alike(viewer, datetime.now(UTC), surges.READERS)
    return await renewed(request, alike, lambda: _shown(request, viewer, service))


async def _shown(request: Request, viewer: Actor, service: ServiceParts) -> Response:
    everything, *bodies = await board.read(service.messages.lists, service.rules, viewer)
    titles = await Titles.read(service.database, within=lately(request))
    return page(
        request,
        viewer,
        "board/board.html",
        everything=everything,
        rows=sorted(bodies, key=lambda row: (-row.late, -row.messages, titles.brief(row.body).lower())),
        stages=board.STAGES,
        stage_titles=order_titles.STAGES,
        titles=titles,
        surges=await going_on(service, viewer),
    )
