"""Bounds of a request's body: how much is read, and how slowly it may come.

A route reads its body only once it knows who asks (see `api.router`), so these bounds are for people who may ask.
"""

import asyncio
from collections import Counter
from collections.abc import Callable
from contextlib import AsyncExitStack
from http import HTTPStatus

from fastapi import HTTPException
from starlette.datastructures import Headers
from starlette.types import Message, Receive, Scope

from api import wording
from api.errors import ProblemError
from service.access import note as access_note

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
LEAST_RATE_OF_NETWORKS = 64 * KIB
"""The same of what networks send, whose servers wait for nobody's telephone."""

FILES_OF_A_PERSON = 256 * 1024 * KIB
"""Bytes of forms with files that one person may have on their way at a time: the largest form, and some to spare."""
FILES_OF_ALL = 512 * 1024 * KIB
"""The same of everybody, in this process: each lies in a temporary file until its request is answered."""
RETRY_AFTER = 10
"""Seconds after which files that found no room may be sent again."""

_CLOSE = {"Connection": "close"}

_on_their_way: Counter[str] = Counter()
"""Bytes of forms with files that are being received or looked at, by who sends them."""


def bounded(
    scope: Scope,
    receive: Receive,
    most: int,
    too_large: Callable[[], Exception],
    least_rate: int = LEAST_RATE,
) -> Receive:
    """`receive` for one request with a body of `most` bytes, at `least_rate` bytes a second.

    Raises `too_large()` for a body that is longer, before anything is read where its length is announced; and
    HTTPException 408 for one that comes too slowly. Only time spent waiting for the sender counts.
    """
    if _announced(scope, most) > most:
        raise too_large()
    got, waited = 0, 0.0

    async def receive_bounded() -> Message:
        nonlocal got, waited
        clock = asyncio.get_running_loop().time
        began = clock()
        try:
            async with asyncio.timeout(PATIENCE + got / least_rate - waited):
                message = await receive()
        except TimeoutError:
            raise HTTPException(HTTPStatus.REQUEST_TIMEOUT, headers=_CLOSE) from None
        waited += clock() - began
        got += len(message.get("body", b""))
        if got > most:
            raise too_large()
        return message

    return receive_bounded


def make_room_for_files(scope: Scope, most: int) -> None:
    """Keep room for a form with files, of `most` bytes where it does not say how long it is, until it is answered.

    Raises ProblemError 429 where whoever sends it has too much on its way already, 503 where all together have;
    nothing of the form is read then. Called once it is known who sends it.
    """
    note = access_note.CURRENT.get()
    sender, size = (note.person or note.address) if note else "", _announced(scope, most)
    if _on_their_way[sender] + size > FILES_OF_A_PERSON:
        raise _no_room(HTTPStatus.TOO_MANY_REQUESTS, wording.OWN_FILES_ON_THEIR_WAY)
    if _on_their_way.total() + size > FILES_OF_ALL:
        raise _no_room(HTTPStatus.SERVICE_UNAVAILABLE, wording.FILES_ON_THEIR_WAY)
    _on_their_way[sender] += size
    answered: AsyncExitStack = scope["fastapi_inner_astack"]
    answered.callback(_on_their_way.subtract, {sender: size})


def _no_room(status: HTTPStatus, detail: str) -> ProblemError:
    return ProblemError(status, detail, headers={"Retry-After": str(RETRY_AFTER)} | _CLOSE)


def _announced(scope: Scope, otherwise: int) -> int:
    announced = Headers(scope=scope).get("content-length", "")
    return int(announced[:20]) if announced.isascii() and announced.isdecimal() else otherwise


def too_large() -> HTTPException:
    """413; the connection ends, since what is left of the body is not read."""
    return HTTPException(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, headers=_CLOSE)
