"""Description of the API, shown by Swagger UI from the program's own files.

The library lies in `static/vendor`, and only this page loads it.
"""

from fastapi import Request, Response

from api.router import Who
from api.web.pages import Pages
from api.web.shell.page import page

router = Pages()


@router.get("/docs", recorded=None, by=Who.EVERYBODY)
@router.get("/redoc", recorded=None, by=Who.EVERYBODY)
async def docs(request: Request) -> Response:
    """The page; without scripts it leads to the description itself."""
    return page(request, None, "docs/docs.html")
