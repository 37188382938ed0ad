"""Queue of whoever looks: the first page after signing in."""

from typing import Annotated

from fastapi import Query, Request, Response

from api.deps import Db, Messages, Rules
from api.router import Who
from api.web.pages import Pages
from api.web.session import Viewer
from api.web.shell.page import page
from api.web.titles import Titles
from service.access.recorded_calls import Call

router = Pages()

SHOWN = 200
MOST_SHOWN = 1_000
"""A page of more would keep server and browser busy for longer than a look at it is worth."""


@router.get("/", recorded=Call.QUEUE, by=Who.SIGNED_IN)
async def queue(
    request: Request,
    viewer: Viewer,
    database: Db,
    messages: Messages,
    rules: Rules,
    rows: Annotated[int, Query(ge=SHOWN, le=MOST_SHOWN)] = SHOWN,
) -> Response:
    """The queue by the moment that comes first; more than fit into `rows` are counted."""
    # A person who comes here from a command finds what the command did.
    await messages.outcomes.settled()
    lines = await messages.lists.queue_lines(viewer, size=rows)
    next_due = None if lines.items else await messages.lists.next_due(viewer)
    duties = [line.duty for line in lines.items if line.duty]
    return page(
        request,
        viewer,
        "queue/queue.html",
        lines=lines.items,
        total=lines.total,
        rows=rows,
        here="/" if rows == SHOWN else f"/?rows={rows}",
        most_rows=MOST_SHOWN,
        late=sum(duty.is_late for duty in duties),
        soon=sum(duty.is_soon for duty in duties),
        next_due=next_due.astimezone(rules.zone) if next_due else None,
        titles=await Titles.read(database),
    )
