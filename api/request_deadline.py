"""Every request is answered in time: past it the person is told so, whatever the program still waits for.

What a hung database or server holds up cannot always be called off: so it is left behind, never waited for. The time of
a request that reads counts from its turn (`reading_turns`).
"""

import asyncio
from http import HTTPStatus
from typing import Any

import structlog
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from structlog.contextvars import bind_contextvars, get_contextvars

from api import wording
from api.errors import Shown, as_it_is, problem_response
from service.access import deadline
from service.access.deadline import Deadline
from service.access.reading_turns import ReadingTurns, Turn

_READ = ("GET", "HEAD")
_AT_ONCE_ANSWERED = ("/healthz", "/readyz", "/metrics", "/static/")
"""Beginnings of addresses that wait for no turn: what asks for the first has to know that the process is there."""

log = structlog.get_logger(__name__)


class RequestDeadline:
    """Answers 503 when nothing was answered in time; `shown`: how whoever waits gets a problem."""

    def __init__(self, app: ASGIApp, shown: Shown = as_it_is) -> None:
        self.app = app
        self._shown = shown
        self._turns = ReadingTurns()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        if scope["method"] not in _READ or scope["path"].startswith(_AT_ONCE_ANSWERED):
            await self._answer(scope, receive, send)
            return
        asked = asyncio.get_running_loop().time()
        turn = await self._turns.next()
        if turn is None:
            await self._refuse(scope, receive, send)
            return
        try:
            await self._answer(scope, receive, send, turn, max(asked, self._turns.moved))
        finally:
            turn.end(answered=False)

    async def _answer(
        self,
        scope: Scope,
        receive: Receive,
        send: Send,
        turn: Turn | None = None,
        since: float | None = None,
    ) -> None:
        until = Deadline(turn, since)
        answered, given_up = False, False

        async def send_in_time(message: Message) -> None:
            nonlocal answered
            if not given_up:
                answered = True
                if turn is not None:
                    # Whoever takes long to take the answer holds nobody up. That the database is away is no sign that
                    # those who wait will get what they ask for.
                    turn.end(answered=message.get("status", 0) != HTTPStatus.SERVICE_UNAVAILABLE)
                await send(message)

        bound: dict[str, Any] = {}
        before = deadline.CURRENT.set(until)
        work = deadline.keep(
            asyncio.create_task(self._run(scope, _on_their_time(receive, until), send_in_time, bound))
        )
        deadline.CURRENT.reset(before)
        try:
            await until.wait(work)
            if not work.done() and not answered:
                given_up = True
                await self._refuse(scope, receive, send)
                return
            await asyncio.shield(work)
        finally:
            work.cancel()
            # A task has variables of its own: what its lines were bound to, the line about the whole request is too.
            bind_contextvars(**bound)

    async def _refuse(self, scope: Scope, receive: Receive, send: Send) -> None:
        log.warning("not answered in time", method=scope["method"], path=scope["path"])
        answer = await self._shown(Request(scope), _not_in_time(scope["method"]))
        await answer(scope, receive, send)

    async def _run(self, scope: Scope, receive: Receive, send: Send, bound: dict[str, Any]) -> None:
        try:
            await self.app(scope, receive, send)
        finally:
            bound.update(get_contextvars())


def _on_their_time(receive: Receive, until: Deadline) -> Receive:
    """`receive`, during which nobody waits for the program until the body is here."""
    whole = False

    async def receive_on_their_time() -> Message:
        nonlocal whole
        if whole:
            return await receive()
        until.lift()
        try:
            message = await receive()
        finally:
            until.begin()
        whole = not message.get("more_body")
        return message

    return receive_on_their_time


def _not_in_time(method: str) -> JSONResponse:
    detail = wording.NOT_IN_TIME if method in ("GET", "HEAD") else wording.NOT_KNOWN_IN_TIME
    return problem_response(HTTPStatus.SERVICE_UNAVAILABLE, detail, headers={"Retry-After": "5"})
