"""Bounds of a request's head: how long it may be, and which names of the server it may be for."""

import socket
from collections.abc import Iterable
from http import HTTPStatus
from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from api import wording
from api.errors import problem_response
from settings import Settings

LONGEST_ADDRESS = 8 * 1024
"""Bytes of path and query together; the longest list a person can ask for takes half of it."""
LARGEST_HEADERS = 32 * 1024
"""Bytes of all headers together."""
MOST_HEADERS = 100

_NOT_IN_A_NAME = frozenset("@/\\?#")
"""Signs of an address that stand in no name of a server."""
_LOOPBACK = ("localhost", "127.0.0.1", "::1")


def known_hosts(settings: Settings) -> frozenset[str]:
    """The names this installation is asked by, in lower case: its own, what it is told of, and the machine's."""
    public = urlsplit(settings.public_url).hostname if settings.public_url else None
    machine = socket.gethostname()
    names: Iterable[str | None] = (
        *_LOOPBACK,
        *settings.hosts,
        public,
        settings.host,
        machine,
        machine.partition(".")[0],
    )
    return frozenset(name.lower().strip("[]") for name in names if name)


class RequestHead:
    """Refuses what is too long (414, 431), and what is for another server (421), before anything is done with it."""

    def __init__(self, app: ASGIApp, hosts: frozenset[str]) -> None:
        self.app = app
        self._hosts = hosts

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        refused = self._refused(scope) if scope["type"] == "http" else None
        if refused is None:
            await self.app(scope, receive, send)
            return
        status, detail = refused
        await problem_response(status, detail, headers={"Connection": "close"})(scope, receive, send)

    def _refused(self, scope: Scope) -> tuple[HTTPStatus, str] | None:
        if len(scope.get("raw_path") or scope["path"]) + len(scope["query_string"]) > LONGEST_ADDRESS:
            return HTTPStatus.REQUEST_URI_TOO_LONG, wording.TOO_LONG_ADDRESS
        headers: list[tuple[bytes, bytes]] = scope["headers"]
        size = sum(len(name) + len(value) for name, value in headers)
        if len(headers) > MOST_HEADERS or size > LARGEST_HEADERS:
            return HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE, wording.TOO_LARGE_HEADERS
        if not self._is_for_us(scope):
            return HTTPStatus.MISDIRECTED_REQUEST, wording.UNKNOWN_HOST
        return None

    def _is_for_us(self, scope: Scope) -> bool:
        """The name is known, or is the very address the connection came in by, which no other site can pretend."""
        given = Headers(scope=scope).getlist("host")
        if len(given) != 1 or not _NOT_IN_A_NAME.isdisjoint(given[0]):
            return False
        try:
            name = urlsplit(f"//{given[0]}").hostname
        except ValueError:
            return False
        server = scope.get("server")
        return name is not None and (
            name in self._hosts or (server is not None and name == server[0].lower())
        )
