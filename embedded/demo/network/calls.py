"""Calls of programs to the invented network: what townsmen wrote, and an answer of a body's account."""

import asyncio
from collections.abc import Sequence
from http import HTTPStatus
from typing import Annotated, Final

from fastapi import Depends, Query, Request
from fastapi.exceptions import RequestValidationError
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from pydantic import ValidationError
from starlette.datastructures import UploadFile
from starlette.exceptions import HTTPException

from api import request_body
from api.router import Router, Who
from embedded.demo import wording
from embedded.demo.network import PATH
from embedded.demo.network.adapter import MOST_FILES
from embedded.demo.network.served import Town
from embedded.demo.network.town import DemoAnswer, DemoPost, DemoPosts
from service.access.errors import InvalidInputError, NotSignedInError
from service.messages import attachments
from service.messages.attachments import StoredFile
from service.networks.platforms.placing import MOST_BYTES

router = Router("Страницы")

_API = f"{PATH}/api"
_bearer = HTTPBearer(auto_error=False)
_MULTIPART = "multipart/form-data"
_LARGEST: Final = MOST_BYTES + 2**20
"""Bytes of an answer, its files and what is beside them."""
_IN_MEMORY = asyncio.Semaphore(2)
"""Answers whose files are whole in memory at a time; the others wait on disk."""


async def _account(
    town: Town, given: Annotated[HTTPAuthorizationCredentials | None, Depends(_bearer)]
) -> str:
    if given is None:
        raise NotSignedInError(wording.NO_DEMO_KEY)
    return await town.whose(given.credentials)


Account = Annotated[str, Depends(_account)]
"""The body whose account asks."""


@router.get(f"{_API}/entries", recorded=None, by=Who.EVERYBODY, include_in_schema=False)
async def written(town: Town, after: Annotated[int, Query(ge=0)] = 0) -> DemoPosts:
    """What townsmen wrote behind a number, the oldest first."""
    return await town.written(after)


@router.get(f"{_API}/entries/{{post}}/answers", recorded=None, by=_account, include_in_schema=False)
async def answers(account: Account, town: Town, post: int) -> DemoPosts:
    """What the account wrote under a post."""
    return await town.answers(account, post)


@router.post(
    f"{_API}/entries/{{post}}/answers",
    recorded=None,
    by=_account,
    include_in_schema=False,
    status_code=HTTPStatus.CREATED,
)
async def answer(request: Request, account: Account, town: Town, post: int) -> DemoPost:
    """An answer of the account, as JSON, or as a form where photos and videos go with it; of one name the first is
    given again.
    """
    if not request.headers.get("content-type", "").lower().startswith(_MULTIPART):
        receive = request_body.bounded(
            request.scope, request.receive, request_body.OF_JSON, request_body.too_large
        )
        given = _valid(await Request(request.scope, receive).body())
        return await town.answer(account, post, given)
    request_body.make_room_for_files(request.scope, _LARGEST)
    receive = request_body.bounded(request.scope, request.receive, _LARGEST, _bad_files)
    form = Request(request.scope, receive).form(max_files=MOST_FILES, max_part_size=request_body.OF_FORM)
    try:
        async with form as parts, _IN_MEMORY:
            given = _valid({name: value for name, value in parts.items() if isinstance(value, str)})
            files = await _files([part for _, part in parts.multi_items() if isinstance(part, UploadFile)])
            return await town.answer(account, post, given, files)
    except HTTPException as error:
        if error.status_code != HTTPStatus.BAD_REQUEST:
            raise
        raise _bad_files() from None


def _valid(given: object) -> DemoAnswer:
    """Raises RequestValidationError."""
    try:
        if isinstance(given, bytes):
            return DemoAnswer.model_validate_json(given)
        return DemoAnswer.model_validate(given)
    except ValidationError as error:
        raise RequestValidationError(error.errors()) from None


async def _files(parts: Sequence[UploadFile]) -> Sequence[StoredFile]:
    """What the parts hold, each known by its contents. Raises InvalidInputError."""
    return [attachments.by_content(part.filename, await part.read(attachments.LARGEST + 1)) for part in parts]


def _bad_files() -> Exception:
    return InvalidInputError("file", wording.DEMO_FILES.format(most=MOST_FILES, size=MOST_BYTES // 2**20))


@router.get(f"{_API}/comments/{{comment}}", recorded=None, by=Who.EVERYBODY, include_in_schema=False)
async def comment(town: Town, comment: int) -> DemoPost:
    """A comment as it stands."""
    return await town.comment(comment)
