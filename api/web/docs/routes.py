"""Description of the API, shown by Swagger UI from the program's own files.

The library lies in `static/vendor`, and only this page loads it.
"""

from fastapi import Request, Response

from api.router import Router
from api.web.shell.page import page

router = Router("Страницы")


@router.get("/docs", include_in_schema=False)
@router.get("/redoc", include_in_schema=False)
async def docs(request: Request) -> Response:
    """The page; without scripts it leads to the description itself."""
    return page(request, None, "docs/docs.html")
