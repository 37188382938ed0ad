"""Page about the installation: what runs here, and where to look, for whoever installs it or finds its address."""

from datetime import UTC, datetime

from fastapi import Request, Response

from api.deps import Settings
from api.router import Who
from api.web.pages import Pages
from api.web.shell.page import page
from calendar_rules import production_calendar

router = Pages()


@router.get("/about", recorded=None, by=Who.EVERYBODY)
async def about(request: Request, settings: Settings) -> Response:
    """The page; it asks neither the database nor Temporal, so it opens whatever is down."""
    return page(
        request,
        None,
        "about/about.html",
        version=request.app.version,
        ui_url=settings.ui_url,
        calendar=production_calendar.ending(datetime.now(UTC).date(), request.app.state.rules.production),
    )
