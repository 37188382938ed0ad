"""How much of a request's body is read, and how slowly it may come.

A route reads its body only once it knows who asks (see `api.router`), so these bounds are for people who may ask.
"""

import asyncio
from collections.abc import Callable
from http import HTTPStatus

from fastapi import HTTPException
from starlette.datastructures import Headers
from starlette.types import Message, Receive, Scope

KIB = 1024
OF_JSON = 2 * 1024 * KIB
"""Bytes; five texts of 20,000 characters, each written as `\\uXXXX`, take less."""
OF_FORM = 16 * KIB
"""Bytes of a sign-in, the only form without a file, and the only body that is read of somebody unknown."""
AROUND_A_FILE = 64 * KIB
"""Bytes of a form beside the file in it."""

PATIENCE = 10.0
"""Seconds in all for which a body may keep its reader waiting, beside what its length allows."""
LEAST_RATE = 4 * KIB
"""Bytes a second below which a body is too slow."""

_CLOSE = {"Connection": "close"}


def bounded(scope: Scope, receive: Receive, most: int, too_large: Callable[[], Exception]) -> Receive:
    """`receive` for one request with a body of `most` bytes.

    Raises `too_large()` for a body that is longer, before anything is read where its length is announced; and
    HTTPException 408 for one that comes too slowly. Only time spent waiting for the sender counts.
    """
    announced = Headers(scope=scope).get("content-length", "")
    if announced.isascii() and announced.isdecimal() and int(announced[:20]) > most:
        raise too_large()
    got, waited = 0, 0.0

    async def receive_bounded() -> Message:
        nonlocal got, waited
        clock = asyncio.get_running_loop().time
        began = clock()
        try:
            async with asyncio.timeout(PATIENCE + got / LEAST_RATE - waited):
                message = await receive()
        except TimeoutError:
            raise HTTPException(HTTPStatus.REQUEST_TIMEOUT, headers=_CLOSE) from None
        waited += clock() - began
        got += len(message.get("body", b""))
        if got > most:
            raise too_large()
        return message

    return receive_bounded


def too_large() -> HTTPException:
    """413; the connection ends, since what is left of the body is not read."""
    return HTTPException(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, headers=_CLOSE)
