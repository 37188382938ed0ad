"""The bar, by itself: so a page that stays open has its numbers renewed."""

from typing import Annotated

from fastapi import Query, Request, Response

from api.deps import Service
from api.router import Who
from api.web.pages import Pages
from api.web.session import Viewer
from api.web.shell import counts
from api.web.shell.page import page

router = Pages()


@router.get("/bar", recorded=None, by=Who.SIGNED_IN)
async def bar(
    request: Request, viewer: Viewer, service: Service, address: Annotated[str, Query(max_length=2000)]
) -> Response:
    """The bar of the page at `address`."""
    request.state.counts = await counts.read(service, viewer)
    return page(request, viewer, "shell/bar.html", shown_at=address)
