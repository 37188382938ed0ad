"""The page of the invented network: whoever comes may write there, as people of a town do. It needs no script."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from http import HTTPStatus
from typing import Annotated, Final

from fastapi import FastAPI, Form, Request, Response
from fastapi.responses import RedirectResponse

from api.deps import Service
from api.router import Who, add_routes
from api.web import templates
from api.web.pages import Pages
from api.web.shell.page import page
from embedded.demo.network import PATH
from embedded.demo.network.adapter import register
from embedded.demo.network.entries import MOST, Entries, Entry, FullError
from service.access.errors import InvalidInputError, NotFoundError
from store.networks import sources

router = Pages()

_LONGEST: Final = {"author": 60, "text": 2000}
"""Characters of what people write."""
_NO_POST: Final = f"Такой публикации в демонстрационной сети нет. Откройте ленту: {PATH}."
_AUTHOR: Final = f"Представьтесь любым вымышленным именем, не длиннее {_LONGEST['author']} знаков."
_TEXT: Final = f"Напишите, что случилось: не длиннее {_LONGEST['text']} знаков."
_FULL: Final = f"В демонстрационной сети уже {MOST} публикаций, больше она не принимает."


@dataclass(frozen=True, slots=True)
class Thread:
    """A post with what stands under it, the oldest first."""

    post: Entry
    comments: Sequence[Entry]


@dataclass(frozen=True, slots=True)
class Refused:
    """What was typed under a post, or as a new one (None), and what is wrong with it."""

    post: int | None
    author: str
    text: str
    error: InvalidInputError


@router.get(PATH, recorded=None, by=Who.EVERYBODY)
async def feed(request: Request) -> Response:
    """The posts, the newest first, and forms to write."""
    return await _page(request)


@router.get(f"{PATH}/{{post}}", recorded=None, by=Who.EVERYBODY)
async def thread(request: Request, post: int) -> Response:
    """The post of this number, or above the comment of this number, with all that was said there."""
    return await _page(request, only=post)


@router.post(PATH, recorded=None, by=Who.EVERYBODY)
async def write(
    request: Request,
    service: Service,
    author: Annotated[str, Form(max_length=1000)] = "",
    text: Annotated[str, Form(max_length=20_000)] = "",
    post: Annotated[int | None, Form()] = None,
) -> Response:
    """A post, or a comment under one; on to its page, or back to the form with what is wrong."""
    author, text = " ".join(author.split()), text.strip()
    try:
        entry = await _written(request, author, text, post)
    except InvalidInputError as error:
        return await _page(request, only=post, refused=Refused(post, author, text, error))
    # The installation looks at its source here at once, as where a network pushes.
    async with service.database.write() as session:
        known = await sources.all_of_them(session)
        here = [row.id for row in known if row.address.endswith(PATH) and row.id is not None]
        await sources.ask(session, here, datetime.now(UTC))
    return RedirectResponse(f"{PATH}/{entry.id}", HTTPStatus.SEE_OTHER)


async def _written(request: Request, author: str, text: str, post: int | None) -> Entry:
    """Raises InvalidInputError, and NotFoundError for a post that is not there."""
    if not 0 < len(author) <= _LONGEST["author"] or not author.isprintable():
        raise InvalidInputError("author", _AUTHOR)
    if not 0 < len(text) <= _LONGEST["text"]:
        raise InvalidInputError("text", _TEXT)
    entries = Entries(request.app.state.settings.data)
    if post is not None:
        _threads(await asyncio.to_thread(entries.all), post)
    try:
        return await asyncio.to_thread(entries.add, author, text, datetime.now(UTC), post=post)
    except FullError:
        raise InvalidInputError("text", _FULL) from None


async def _page(request: Request, only: int | None = None, refused: Refused | None = None) -> Response:
    entries = await asyncio.to_thread(Entries(request.app.state.settings.data).all)
    return page(
        request,
        None,
        "network/page.html",
        status=HTTPStatus.UNPROCESSABLE_ENTITY if refused else HTTPStatus.OK,
        threads=_threads(entries, only),
        only=only,
        refused=refused,
        longest=_LONGEST,
        zone=request.app.state.rules.zone,
    )


def _threads(entries: Sequence[Entry], only: int | None) -> Sequence[Thread]:
    """The threads, the newest first, or the one that this entry is of. Raises NotFoundError."""
    found = [
        Thread(post, [entry for entry in entries if entry.post == post.id])
        for post in reversed(entries)
        if post.post is None
    ]
    if only is None:
        return found
    one = [thread for thread in found if only in (thread.post.id, *(it.id for it in thread.comments))]
    if not one:
        raise NotFoundError(_NO_POST)
    return one


def add(app: FastAPI) -> None:
    """Serve the invented network, and let the application read and answer in it."""
    register()
    templates.find_also("embedded", "demo")
    add_routes(app, router)
