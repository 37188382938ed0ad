"""What whoever looks has been notified of, the newest first."""

from typing import Annotated

from fastapi import Query, Request, Response

from api.deps import Service
from api.router import Router
from api.web.session import Viewer
from api.web.shell.page import page

router = Router("Страницы")

SHOWN = 50


@router.get("/notices", include_in_schema=False)
async def notices(
    request: Request,
    viewer: Viewer,
    service: Service,
    before: Annotated[int | None, Query(ge=1, le=2**63 - 1)] = None,
) -> Response:
    """The inbox, page by page."""
    shown = await service.inbox.page(viewer, message=None, before=before, limit=SHOWN)
    return page(request, viewer, "notices/notices.html", notices=shown.items, next=shown.next, before=before)
