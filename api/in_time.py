"""Every request is answered in time: past it the person is told so, whatever the program still waits for.

What a hung database or server holds up cannot always be called off: so it is left behind, never waited for.
"""

import asyncio
from collections.abc import Coroutine
from contextvars import ContextVar
from http import HTTPStatus
from typing import Any, TypeVar

import structlog
from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api import wording
from api.errors import problem_response

log = structlog.get_logger(__name__)

ANSWER_WITHIN = 4.0
"""Seconds from the whole request's arrival; people are promised five."""
_TO_SAY_TAKEN = 0.5
"""Seconds before that, from which a command that is stored is answered as taken."""
_MAY_TAKE_LONGER = "/api/training/"
"""Moving a clock lets a message's whole road go by, and has a bound of its own."""

T = TypeVar("T")

_running: set[asyncio.Task[Any]] = set()
"""Keeps what was left behind until it ends."""


class _Patience:
    """When the request of a context must be answered; not known before it has arrived whole."""

    def __init__(self) -> None:
        self.arrived = asyncio.Event()
        self._ends_at = 0.0

    def begin(self) -> None:
        if not self.arrived.is_set():
            self._ends_at = asyncio.get_running_loop().time() + ANSWER_WITHIN
            self.arrived.set()

    @property
    def left(self) -> float:
        """Seconds, not below zero."""
        return max(0.0, self._ends_at - asyncio.get_running_loop().time())


_patience: ContextVar[_Patience | None] = ContextVar("patience", default=None)


async def outcome_in_time(work: Coroutine[Any, Any, T]) -> T:
    """What `work` gives. Raises TimeoutError when the request must be answered before; the work goes on by itself."""
    task = _keep(asyncio.create_task(work))
    patience = _patience.get()
    left = None if patience is None else max(0.0, patience.left - _TO_SAY_TAKEN)
    await asyncio.wait({task}, timeout=left)
    if not task.done():
        raise TimeoutError
    return task.result()


class AnswerInTime:
    """Answers 503 when nothing was answered in time."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["path"].startswith(_MAY_TAKE_LONGER):
            await self.app(scope, receive, send)
            return
        patience, answered, given_up = _Patience(), False, False
        if not _has_body(scope):
            patience.begin()

        async def receive_whole() -> Message:
            message = await receive()
            if not message.get("more_body"):
                patience.begin()
            return message

        async def send_in_time(message: Message) -> None:
            nonlocal answered
            if not given_up:
                answered = True
                await send(message)

        before = _patience.set(patience)
        work = _keep(asyncio.create_task(self._run(scope, receive_whole, send_in_time)))
        _patience.reset(before)
        try:
            await _until_done_or_late(work, patience)
            if not work.done() and not answered:
                given_up = True
                log.warning("not answered in time", method=scope["method"], path=scope["path"])
                await _not_in_time(scope["method"])(scope, receive, send)
                return
            await asyncio.shield(work)
        finally:
            work.cancel()

    async def _run(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self.app(scope, receive, send)


async def _until_done_or_late(work: asyncio.Task[None], patience: _Patience) -> None:
    arriving = asyncio.create_task(patience.arrived.wait())
    try:
        await asyncio.wait({work, arriving}, return_when=asyncio.FIRST_COMPLETED)
        await asyncio.wait({work}, timeout=patience.left)
    finally:
        arriving.cancel()


def _keep(task: asyncio.Task[T]) -> asyncio.Task[T]:
    _running.add(task)
    task.add_done_callback(_forget)
    return task


def _forget(task: asyncio.Task[Any]) -> None:
    _running.discard(task)
    if not task.cancelled():
        task.exception()  # seen: of what was left behind nobody waits for it


def _has_body(scope: Scope) -> bool:
    headers = Headers(scope=scope)
    return "transfer-encoding" in headers or headers.get("content-length", "0") != "0"


def _not_in_time(method: str) -> ASGIApp:
    detail = wording.NOT_IN_TIME if method in ("GET", "HEAD") else wording.NOT_KNOWN_IN_TIME
    return problem_response(HTTPStatus.SERVICE_UNAVAILABLE, detail, headers={"Retry-After": "5"})
