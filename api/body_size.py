"""How much a request may carry: enough for every text and file of the contract, and bounded."""

from http import HTTPStatus

from fastapi import HTTPException
from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

_MIB = 1024 * 1024
# A file of 20 MB is the most that is taken; one that is larger is refused by its route, in the words of its field.
_WITH_FILES = 64 * _MIB
_WITHOUT = 8 * _MIB


class BoundBody:
    """Refuses to read on past the bound, with 413; what was not read is never held in memory."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        with_files = Headers(scope=scope).get("content-type", "").startswith("multipart/")
        left = _WITH_FILES if with_files else _WITHOUT

        async def receive_bounded() -> Message:
            nonlocal left
            message = await receive()
            left -= len(message.get("body", b""))
            if left < 0:
                raise HTTPException(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
            return message

        await self.app(scope, receive_bounded, send)
