"""Every request is answered in time: past it the person is told so, whatever the program still waits for.

What a hung database or server holds up cannot always be called off: so it is left behind, never waited for.
"""

import asyncio
import math
from collections.abc import Coroutine
from contextvars import ContextVar
from http import HTTPStatus
from typing import Any, TypeVar

import structlog
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from structlog.contextvars import bind_contextvars, get_contextvars

from api import wording
from api.errors import problem_response

log = structlog.get_logger(__name__)

ANSWER_WITHIN = 4.0
"""Seconds from the whole request's arrival; people are promised five."""
_TO_SAY_TAKEN = 0.5
"""Seconds before that, from which a command that is stored is answered as taken."""

T = TypeVar("T")

_running: set[asyncio.Task[Any]] = set()
"""Keeps what was left behind until it ends."""


class _Patience:
    """When the request of a context must be answered. The time in which its body arrives is the person's own."""

    def __init__(self) -> None:
        self._begin()

    def _begin(self) -> None:
        self._ends_at = asyncio.get_running_loop().time() + ANSWER_WITHIN

    def lift(self) -> None:
        self._ends_at = math.inf

    def receiving(self, receive: Receive) -> Receive:
        """`receive`, during which nobody waits for us until the body is here."""
        whole = False

        async def receive_on_their_time() -> Message:
            nonlocal whole
            if whole:
                return await receive()
            self.lift()
            try:
                message = await receive()
            finally:
                self._begin()
            whole = not message.get("more_body")
            return message

        return receive_on_their_time

    async def lasts(self, work: asyncio.Task[Any], short_of: float = 0.0) -> None:
        """Returns when `work` is done, or `short_of` seconds before the request must be answered."""
        while not work.done():
            left = self._ends_at - short_of - asyncio.get_running_loop().time()
            if left <= 0:
                return
            # The end may be moved meanwhile, but to no sooner than this.
            await asyncio.wait({work}, timeout=min(left, ANSWER_WITHIN - short_of))


_patience: ContextVar[_Patience | None] = ContextVar("patience", default=None)


async def outcome_in_time(work: Coroutine[Any, Any, T]) -> T:
    """What `work` gives. Raises TimeoutError when the request must be answered before; the work goes on by itself."""
    patience = _patience.get()
    if patience is None:
        return await work
    task = _keep(asyncio.create_task(work))
    await patience.lasts(task, short_of=_TO_SAY_TAKEN)
    if not task.done():
        raise TimeoutError
    return task.result()


def may_take_longer() -> None:
    """What follows in the request of this context has a bound of its own."""
    if (patience := _patience.get()) is not None:
        patience.lift()


class AnswerInTime:
    """Answers 503 when nothing was answered in time."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        patience, answered, given_up = _Patience(), False, False

        async def send_in_time(message: Message) -> None:
            nonlocal answered
            if not given_up:
                answered = True
                await send(message)

        bound: dict[str, Any] = {}
        before = _patience.set(patience)
        work = _keep(asyncio.create_task(self._run(scope, patience.receiving(receive), send_in_time, bound)))
        _patience.reset(before)
        try:
            await patience.lasts(work)
            if not work.done() and not answered:
                given_up = True
                log.warning("not answered in time", method=scope["method"], path=scope["path"])
                await _not_in_time(scope["method"])(scope, receive, send)
                return
            await asyncio.shield(work)
        finally:
            work.cancel()
            # A task has variables of its own: what its lines were bound to, the line about the whole request is too.
            bind_contextvars(**bound)

    async def _run(self, scope: Scope, receive: Receive, send: Send, bound: dict[str, Any]) -> None:
        try:
            await self.app(scope, receive, send)
        finally:
            bound.update(get_contextvars())


def _keep(task: asyncio.Task[T]) -> asyncio.Task[T]:
    _running.add(task)
    task.add_done_callback(_forget)
    return task


def _forget(task: asyncio.Task[Any]) -> None:
    _running.discard(task)
    if not task.cancelled():
        task.exception()  # seen: of what was left behind nobody waits for it


def _not_in_time(method: str) -> ASGIApp:
    detail = wording.NOT_IN_TIME if method in ("GET", "HEAD") else wording.NOT_KNOWN_IN_TIME
    return problem_response(HTTPStatus.SERVICE_UNAVAILABLE, detail, headers={"Retry-After": "5"})
