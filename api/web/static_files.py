"""The files that pages load: our own, and those copied from npm at set-up. Each is kept by the browser for good."""

import asyncio
import gzip
from functools import cache
from http import HTTPStatus

from fastapi import Request, Response

from api.errors import ProblemError
from api.response_headers import OF_SCRIPTS
from api.router import Who
from api.web import templates
from api.web.pages import Pages
from api.wording import OF_THE_FRAMEWORK

router = Pages()

_TYPES = {
    "css": "text/css; charset=utf-8",
    "js": "text/javascript; charset=utf-8",
    "svg": "image/svg+xml",
    "woff2": "font/woff2",
    "txt": "text/plain; charset=utf-8",
}
_PACKED = ("css", "js", "svg", "txt")
_FOR_GOOD = "public, max-age=31536000, immutable"


@router.get("/static/{version}/{name:path}", recorded=None, by=Who.EVERYBODY)
async def static_file(version: str, name: str, request: Request) -> Response:
    """A file by the address that `templates.static` gives; of another version than there is now, it is not kept."""
    kind = name.rpartition(".")[2]
    try:
        if kind not in _TYPES or ".." in name.split("/"):
            raise FileNotFoundError
        content = templates.content(name)
    except (FileNotFoundError, IsADirectoryError, ValueError):
        detail = OF_THE_FRAMEWORK[404].format(path=request.url.path)
        raise ProblemError(HTTPStatus.NOT_FOUND, detail) from None
    current = version == templates.version()
    headers = {"Cache-Control": _FOR_GOOD if current else "no-cache", "Vary": "Accept-Encoding"}
    if kind == "js":
        headers["Content-Security-Policy"] = OF_SCRIPTS
    if kind in _PACKED and "gzip" in request.headers.get("accept-encoding", ""):
        # The first time a large one takes a tenth of a second, in which others are answered.
        content, headers["Content-Encoding"] = await asyncio.to_thread(_packed, name), "gzip"
    return Response(content, media_type=_TYPES[kind], headers=headers)


@cache
def _packed(name: str) -> bytes:
    return gzip.compress(templates.content(name), mtime=0)
