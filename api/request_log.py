"""A line for every request, and the name that binds its other lines: `X-Request-ID`, taken over or made."""

import re
import time
from uuid import uuid4

import structlog
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from structlog.contextvars import bind_contextvars, clear_contextvars, get_contextvars

from telemetry import traces

log = structlog.get_logger(__name__)

REQUEST_ID = "X-Request-ID"

_USABLE = re.compile(r"[A-Za-z0-9._-]{1,64}")
_PROBES = frozenset({"/healthz", "/readyz", "/metrics"})
HUNG_UP = 499
"""The status of a request whose sender went away before it was whole: counted, and got by nobody."""


def current_request() -> str:
    """The name of the request under way."""
    return str(get_contextvars().get("request", ""))


class LogRequests:
    """Names each request and logs how it went, by the template of its route: addresses and queries may be personal.

    What it binds stays bound after an exception, for the handler outside that logs it; the task ends with the request.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        given = Headers(scope=scope).get(REQUEST_ID, "")
        name = given if _USABLE.fullmatch(given) else uuid4().hex
        clear_contextvars()
        bind_contextvars(request=name)
        traces.note_request(name)
        status, started = 500, time.perf_counter()

        async def watch(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                MutableHeaders(scope=message)[REQUEST_ID] = name
            await send(message)

        try:
            await self.app(scope, receive, watch)
        finally:
            route = getattr(scope.get("route"), "path_format", "unknown")
            tell = log.debug if route in _PROBES or status == HUNG_UP else log.info
            tell(
                "request",
                method=scope["method"],
                route=route,
                status=status,
                seconds=round(time.perf_counter() - started, 4),
            )
