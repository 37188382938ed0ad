"""Pages of the invented network: whoever comes may write there, as townsmen do. They need no script."""

from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Annotated, Final
from urllib.parse import quote

from fastapi import Form, Request, Response
from fastapi.responses import RedirectResponse

from api.response_headers import OF_FILES
from api.router import Who
from api.web.pages import Pages
from api.web.shell.page import page
from embedded.demo.network import PATH
from embedded.demo.network.served import Town
from embedded.demo.network.town import LONGEST_NAME, LONGEST_TEXT, DemoNetwork
from service.access.errors import InvalidInputError

router = Pages()

Author = Annotated[str, Form(max_length=1000)]
Text = Annotated[str, Form(max_length=20_000)]


@dataclass(frozen=True, slots=True)
class _Refused:
    """What was typed into a form and why it was not taken; `reply_to`: into which of them."""

    typed: Mapping[str, str]
    error: InvalidInputError
    reply_to: int | None = None


_LIMITS: Final = {"author": LONGEST_NAME, "text": LONGEST_TEXT}


@router.get(PATH, recorded=None, by=Who.EVERYBODY)
async def feed(request: Request, town: Town) -> Response:
    """The newest posts, and a form for another."""
    return await _feed(request, town)


@router.post(f"{PATH}/entries", recorded=None, by=Who.EVERYBODY)
async def write(request: Request, town: Town, author: Author = "", text: Text = "") -> Response:
    """A post; on to its page, or back to the form with what is wrong."""
    try:
        written = await town.write(author, text)
    except InvalidInputError as error:
        return await _feed(request, town, _Refused({"author": author, "text": text}, error))
    return RedirectResponse(f"{PATH}/entries/{written.id}", HTTPStatus.SEE_OTHER)


@router.get(f"{PATH}/entries/{{post}}", recorded=None, by=Who.EVERYBODY)
async def post_page(request: Request, town: Town, post: int) -> Response:
    """One post with all that was said under it."""
    return await _post(request, town, post)


@router.post(f"{PATH}/entries/{{post}}/comments", recorded=None, by=Who.EVERYBODY)
async def comment(
    request: Request,
    town: Town,
    post: int,
    author: Author = "",
    text: Text = "",
    reply_to: Annotated[int | None, Form()] = None,
) -> Response:
    """A comment under a post, or a reply to another comment."""
    try:
        written = await town.write(author, text, post, reply_to)
    except InvalidInputError as error:
        refused = _Refused({"author": author, "text": text}, error, reply_to)
        return await _post(request, town, post, refused)
    return RedirectResponse(f"{PATH}/entries/{post}#comment-{written.id}", HTTPStatus.SEE_OTHER)


@router.post(f"{PATH}/comments/{{comment}}/removal", recorded=None, by=Who.EVERYBODY)
async def remove(town: Town, comment: int) -> Response:
    """A comment is taken away, to see what the program makes of it."""
    post = await town.remove(comment)
    return RedirectResponse(f"{PATH}/entries/{post}#comment-{comment}", HTTPStatus.SEE_OTHER)


@router.get(f"{PATH}/accounts/{{body}}", recorded=None, by=Who.EVERYBODY)
async def account(request: Request, town: Town, body: str) -> Response:
    """The official account of a body, with its answers."""
    title, answers = await town.account(body)
    return page(request, None, "network/account.html", title=title, answers=answers)


@router.get(f"{PATH}/files/{{file}}", recorded=None, by=Who.EVERYBODY)
async def file(town: Town, file: int) -> Response:
    """A photo or video of an answer: shown, never run."""
    found = await town.file(file)
    headers = {
        "Content-Disposition": f"inline; filename*=UTF-8''{quote(found.name)}",
        "Content-Security-Policy": OF_FILES,
    }
    return Response(found.content, media_type=found.type, headers=headers)


async def _feed(request: Request, town: DemoNetwork, refused: _Refused | None = None) -> Response:
    return page(
        request,
        None,
        "network/feed.html",
        status=_status(refused),
        posts=await town.feed(),
        refused=refused,
        longest=_LIMITS,
    )


async def _post(
    request: Request, town: DemoNetwork, number: int, refused: _Refused | None = None
) -> Response:
    return page(
        request,
        None,
        "network/post.html",
        status=_status(refused),
        post=await town.post(number),
        refused=refused,
        longest=_LIMITS,
    )


def _status(refused: _Refused | None) -> HTTPStatus:
    return HTTPStatus.UNPROCESSABLE_ENTITY if refused else HTTPStatus.OK
