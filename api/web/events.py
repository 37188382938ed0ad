"""The stream by which open pages hear that something has changed; what, they ask for themselves."""

import asyncio
import json
import random
from collections.abc import AsyncIterator
from dataclasses import asdict
from typing import Annotated

from fastapi import Query, Request
from fastapi.responses import JSONResponse, StreamingResponse

from api.deps import Messages, Service
from api.router import Who
from api.web import session
from api.web.pages import Pages
from api.web.session import Session
from service.assembly import Service as ServiceParts
from store.database.session import DatabaseError
from store.people.persons import SignedIn

router = Pages()

_HEARTBEAT = 5.0  # seconds
_LOOK = 15.0  # seconds after which it is looked whether the sign-in is still open
_SPREAD = 5.0  # seconds
_AGAIN = "retry: 1000\n\n"
"""Milliseconds after which a browser opens a stream again that has ended."""
_LATER = 60_000
"""Milliseconds after which a page whose stream gave way to another one is to open it again, at the earliest."""


@router.get("/events", recorded=None, by=Who.SIGNED_IN)
async def events(request: Request, viewer: Session, service: Service) -> StreamingResponse:
    """Server-sent events: `change` with the number of a message; `signed-out` is the last of a sign-in that ended,
    `later` that of a stream which gave way to another one, with the milliseconds after which there may be room again.
    """
    token = request.cookies.get(session.COOKIE, "")
    headers = {"X-Accel-Buffering": "no", "Cache-Control": "no-store"}
    return StreamingResponse(_stream(viewer, token, service), media_type="text/event-stream", headers=headers)


@router.get("/events/missed", recorded=None, by=Who.SIGNED_IN)
async def missed_events(
    viewer: Session, messages: Messages, after: Annotated[str, Query(max_length=100)]
) -> JSONResponse:
    """What a page missed between the moment it was made, of this mark, and the one it began to listen.

    `null`: that is not known, by this process, and the page is to renew itself.
    """
    missed = messages.live.missed(viewer.person, after)
    return JSONResponse(None if missed is None else [asdict(event) for event in missed])


async def _stream(viewer: SignedIn, token: str, service: ServiceParts) -> AsyncIterator[str]:
    clock = asyncio.get_running_loop().time
    async with service.messages.live.subscribed(viewer.person) as subscription:
        yield _AGAIN
        looked = clock()
        while True:
            try:
                async with asyncio.timeout(_HEARTBEAT):
                    event = await subscription.events.get()
            except TimeoutError:
                # Scripts do not hear comments, and are to notice a connection that has only fallen silent.
                yield "event: here\ndata: {}\n\n"
            else:
                if event is None:
                    if subscription.gave_way:
                        yield f"retry: {_LATER}\nevent: later\ndata: {json.dumps({'after': _LATER})}\n\n"
                    return
                yield f"event: change\ndata: {json.dumps(asdict(event))}\n\n"
            if clock() - looked > _LOOK:
                # Those that were opened together do not look together for ever.
                looked = clock() + random.uniform(-_SPREAD, 0)  # noqa: S311
                try:
                    found = await service.people.sign_in.of_token(token)
                except DatabaseError:
                    # What there is to be heard is nothing by itself: each page is asked for under a sign-in of its own.
                    continue
                if found is None:
                    yield "event: signed-out\ndata: {}\n\n"
                    return
                subscription.viewer = found.person
