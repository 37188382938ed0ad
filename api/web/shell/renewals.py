"""Renewals of pages that stay open: what shows the same is read and made once, and what has not changed is not sent.

A page says by `Otklik-Shown` that it renews itself, and of which versions its rows are: those come back empty. With its
ETag they stand for all that it shows; where that is the same, the answer is 304.
"""

import gzip
import re
from collections.abc import Awaitable, Callable, Collection, Hashable
from dataclasses import dataclass
from datetime import datetime
from hashlib import blake2b
from http import HTTPStatus
from typing import TypeVar

from fastapi import Request, Response
from fastapi.responses import HTMLResponse

from calendar_rules.vocabulary import Role
from service.access import note as access_note
from service.access.note import AccessNote
from service.access.shared_reading import SharedReading
from service.messages.lists import always_sees_all
from store.people.persons import Actor

T = TypeVar("T")

SERVES = 2.0
"""Seconds for which what was made or read for one renewal serves others: of what it shows the clock alone moves."""
_SHOWN = "otklik-shown"
_QUICKLY = 4
"""A sixth more bytes than the smallest, in half the time."""
_OURSELVES = ("same-origin", "none")
"""Where a page is asked for from, as browsers say it: a page of this program, or the person."""
_ROW = re.compile(r'(<(tr|li) id="[^"]+" data-version="([^"]+)").*?</\2>', re.DOTALL)
"""As in `rows.js`."""


@dataclass(frozen=True, slots=True)
class _Made:
    """A renewal, packed too, what it is known by, the versions of its rows, and what it shows of which messages."""

    response: Response
    packed: bytes
    etag: str
    rows: str
    note: AccessNote


def renews(request: Request) -> bool:
    """Whether a page that is open asks for itself again, to show what has changed."""
    return _SHOWN in request.headers and request.method == "GET"


def shown_rows(request: Request) -> frozenset[str]:
    """The versions of the rows that the page has already."""
    return frozenset(request.headers.get(_SHOWN, "").split(",")) if renews(request) else frozenset()


def lately(request: Request) -> float:
    """Seconds for which what was read of the directory serves the request: none where somebody opens a page."""
    return SERVES if renews(request) else 0.0


def seen_alike(viewer: Actor, moment: datetime, *apart: Collection[Role]) -> Hashable:
    """For `renewed`: the same for all who see every message by a role of their own, whatever role that is.

    `apart`: the roles by which a page shows something else, to whoever holds one of them at this moment.
    """
    if viewer.edges or not always_sees_all(viewer):
        return viewer.key
    held = {capacity.role for capacity in viewer.capacities(moment)}
    return tuple(not held.isdisjoint(roles) for roles in apart)


def is_renewed(request: Request) -> bool:
    """Whether the page is made for `renewed`, which packs it."""
    return getattr(request.state, "is_renewed", False)


async def renewed(request: Request, whose: Hashable, make: Callable[[], Awaitable[Response]]) -> Response:
    """The page that `make` makes; for a renewal, one that was made for `whose` since the last change serves too.

    `whose` is the same for those alone who may see the same, and are shown it alike.
    """
    if not renews(request):
        return await make()
    request.state.is_renewed = True
    shared: SharedReading = request.app.state.renewals
    asked = (request.url.path, request.url.query, request.headers[_SHOWN])
    made = await shared.of((whose, asked, request.state.mark), lambda: _made(make), within=SERVES)
    # It may have been made for somebody else's request.
    access_note.shows(made.note.messages)
    if made.response.status_code != HTTPStatus.OK:
        return made.response
    headers = {
        **{name: made.response.headers[name] for name in ("Content-Security-Policy", "Vary")},
        "ETag": made.etag,
    }
    if request.headers.get("if-none-match") == made.etag and made.rows == request.headers[_SHOWN]:
        return Response(status_code=HTTPStatus.NOT_MODIFIED, headers=headers)
    if not may_be_packed(request):
        return HTMLResponse(made.response.body, headers=headers)
    return HTMLResponse(made.packed, headers={**headers, "Content-Encoding": "gzip"})


async def read_once(request: Request, what: Hashable, read: Callable[[], Awaitable[T]]) -> T:
    """What `read` reads; for a renewal, what was read under this name since the last change serves too.

    `what` is the same for those alone who get the same, whoever they are. Raises what `read` does.
    """
    if not renews(request):
        return await read()
    shared: SharedReading = request.app.state.renewals
    return await shared.of((what, request.state.mark), read, within=SERVES)


async def _made(make: Callable[[], Awaitable[Response]]) -> _Made:
    note = AccessNote()
    access_note.CURRENT.set(note)  # of this reading's own context
    response = await make()
    text = bytes(response.body).decode()
    rows = ",".join(found[3] for found in _ROW.finditer(text))
    etag = blake2b(_ROW.sub(r"\1", text).encode(), digest_size=12).hexdigest()
    return _Made(response, packed(text), f'"{etag}"', rows, note)


def packed(text: str) -> bytes:
    """A page as it goes over the line."""
    return gzip.compress(text.encode(), _QUICKLY, mtime=0)


def may_be_packed(request: Request) -> bool:
    """Whether the page may go gzipped.

    Its length would tell a site that has browsers ask for pages, and listens in on the line, how much of what it put
    into the address stands on the page too (BREACH): so what another site asks for goes as it is.
    """
    return (
        "gzip" in request.headers.get("accept-encoding", "")
        and request.headers.get("sec-fetch-site", "none") in _OURSELVES
    )
