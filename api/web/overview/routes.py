"""What is late, what soon will be, who holds it, and what was broken lately, for those who oversee."""

from typing import Annotated

from fastapi import Depends, Request, Response

from api.deps import Service
from api.router import Router
from api.web.message.choices import Choices
from api.web.session import Viewer
from api.web.shell.page import OVERVIEW, page
from api.web.titles import Titles
from calendar_rules import titles as order_titles
from service import overview
from service.targets import require_role
from store.people import Actor

router = Router("Страницы")


async def _looks(viewer: Viewer) -> Actor:
    require_role(viewer, *OVERVIEW)
    return viewer


@router.get("/overview", include_in_schema=False)
async def overview_page(
    request: Request, viewer: Annotated[Actor, Depends(_looks)], service: Service
) -> Response:
    """Three numbers, each of which opens the list it counts; a line for each body; the last breaches."""
    await service.outcomes.settled()
    found = await overview.read(service.lists, service.rules, viewer)
    return page(
        request,
        viewer,
        "overview/overview.html",
        overview=found,
        titles=await Titles.read(service.database),
        choices=await Choices.read(service.database),
        limits=order_titles.LIMITS,
    )
