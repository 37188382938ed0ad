"""The pages a person opens first: what runs here, and what can be asked of it.

Nothing on them is loaded from elsewhere, so they work in a closed network.
"""

from datetime import UTC, datetime
from functools import cache
from importlib import resources

from fastapi import Request, Response
from fastapi.responses import HTMLResponse
from jinja2 import Environment, PackageLoader, select_autoescape

from api import operations
from api.deps import Settings
from api.response_headers import OF_PAGES
from api.router import Router
from calendar_rules import production_calendar

router = Router("Страницы")

_HEADERS = {"Content-Security-Policy": OF_PAGES}
_STYLE = "pages.css"


@cache
def _templates() -> Environment:
    return Environment(
        loader=PackageLoader("api", "web"),
        autoescape=select_autoescape(),
        trim_blocks=True,
        lstrip_blocks=True,
    )


def _page(template: str, **values: object) -> HTMLResponse:
    return HTMLResponse(_templates().get_template(template).render(**values), headers=_HEADERS)


@router.get(f"/{_STYLE}", include_in_schema=False)
async def style() -> Response:
    """How the pages look; asked for again after an hour, so that an update shows."""
    return Response(
        _style(), media_type="text/css; charset=utf-8", headers={"Cache-Control": "public, max-age=3600"}
    )


@cache
def _style() -> bytes:
    return resources.files("api").joinpath("web", _STYLE).read_bytes()


@router.get("/about", include_in_schema=False)
async def start(settings: Settings) -> HTMLResponse:
    """What runs here, and where to look."""
    today = datetime.now(UTC).date()
    return _page(
        "start.html",
        ui_url=settings.ui_url,
        training=settings.training,
        demo=settings.demo,
        calendar=production_calendar.ending(today),
    )


@router.get("/docs", include_in_schema=False)
@router.get("/redoc", include_in_schema=False)
async def docs(request: Request) -> HTMLResponse:
    """The list of operations, rendered here: FastAPI's own page loads scripts from elsewhere."""
    openapi = request.app.openapi()
    return _page("docs.html", about=openapi["info"]["summary"], groups=operations.groups(openapi))
