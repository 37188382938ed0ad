"""Feed of candidates, gone through by keys: a row goes at once, the server is told behind it.

Without scripts the same are forms.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from typing import Annotated
from urllib.parse import urlencode
from uuid import uuid4

from fastapi import Depends, Query, Request, Response
from fastapi.responses import JSONResponse, RedirectResponse
from pydantic import ValidationError

from api.deps import Db, Networks, Service
from api.errors import ProblemError
from api.only_known import OnlyKnown
from api.paging import Before
from api.routes.networks.candidates import Known, sought
from api.web import session
from api.web.candidates.ready_reasons import READY_REASONS
from api.web.message import form_body
from api.web.message.suggested import why
from api.web.pages import Pages
from api.web.session import ElsewhereFirstError, Viewer
from api.web.shell.page import page
from api.web.titles import Titles, names_of
from calendar_rules.vocabulary import Network
from service.access import note as access_note
from service.access.errors import ConflictError
from service.access.recorded_calls import Call
from service.access.validation_wording import explain
from service.access.values import number_of
from service.assembly import Service as ServiceParts
from service.commands.intake import RequestKey
from service.commands.outcomes import Accepted, CommandResult, Refused
from service.messages import attachments
from service.networks.candidates import READERS, CandidateList, CandidateView, DismissBody, TakeBody
from service.networks.found_posts import has_no_text
from service.networks.source_edits import KIND_TITLES
from service.suggestions.learnt import Suggestion
from store.networks.candidates import Sought, State

router = Pages()

SHOWN = 60
"""Rows that come at once; the next come before these are gone through."""
_NEWS = 200
_LATELY = timedelta(minutes=2)
"""How far back a page that was away for a moment learns what others have decided."""
_ADDRESS = "/candidates"
STATE_TITLES: Mapping[State, str] = {
    State.NEW: "Новое",
    State.TAKEN: "Взято в работу",
    State.DISMISSED: "Отклонено",
}


async def _tidy(request: Request) -> None:
    """A form sends every field of its: on to the address without those left empty. Raises ElsewhereFirstError."""
    given = request.query_params.multi_items()
    wanted = [(name, value) for name, value in given if value.strip()]
    if wanted != given:
        raise ElsewhereFirstError(f"{request.url.path}?{urlencode(wanted)}" if wanted else request.url.path)


async def _asked(
    state: State = State.NEW,
    network: Network | None = None,
    source: Annotated[str | None, Query(max_length=40)] = None,
    q: Annotated[str | None, Query(max_length=200)] = None,
) -> Sought:
    return sought(state, network, source, q)


Asked = Annotated[Sought, Depends(_asked)]


@router.get("/candidates", recorded=Call.CANDIDATES_LIST, by=READERS, dependencies=[Depends(_tidy)])
async def feed(
    request: Request, viewer: Viewer, service: Service, only_known: OnlyKnown, asked: Asked, before: Before
) -> Response:
    """The feed, newest first."""
    found = await service.networks.candidates.page(asked, before=before, size=SHOWN)
    sources = (await service.networks.sources.listed()).items
    return page(
        request,
        viewer,
        "candidates/candidates.html",
        rows=await _rows(service, found, asked),
        new=await service.networks.candidates.count_new(),
        states=STATE_TITLES,
        networks=list(Network),
        sources=[(item.id, f"{item.called} — {KIND_TITLES[item.kind]}") for item in sources],
        reasons=READY_REASONS,
        older=_address(asked, cursor=found.next) if found.next else None,
        addresses={state: _address(Sought(state, asked.network, asked.source, asked.q)) for state in State},
        is_first=before is None,
    )


@router.get("/candidates/rows", recorded=Call.CANDIDATES_LIST, by=READERS)
async def rows(
    request: Request,
    viewer: Viewer,
    service: Service,
    only_known: OnlyKnown,
    asked: Asked,
    before: Before,
    after: Annotated[str, Query(max_length=40)] = "",
) -> Response:
    """Rows alone: what is older than `cursor`, or newer than `after`, and of which others have just decided."""
    newer = number_of(after) if after else None
    size = SHOWN if newer is None else _NEWS
    found = await service.networks.candidates.page(asked, before=before, after=newer, size=size)
    if not found.items:
        # An open page asks whenever something happens: where it is shown nothing, there is nothing to put on record.
        access_note.is_written(Call.CANDIDATES_LIST)
    lately = (
        [] if newer is None else await service.networks.candidates.decided_since(datetime.now(UTC) - _LATELY)
    )
    return page(
        request,
        viewer,
        "candidates/rows.html",
        rows=await _rows(service, found, asked),
        new=await service.networks.candidates.count_new(),
        decided=lately,
        older=found.next if newer is None else None,
    )


@router.post("/candidates/{candidate}/take", recorded=Call.CANDIDATE_TAKE, by=READERS)
async def take(
    request: Request, candidate: Known, viewer: Viewer, database: Db, networks: Networks
) -> Response:
    """Register the message; a script is told its number."""
    typed = await form_body.read(request, takes_files=True)
    key = RequestKey(typed.key, f"/api/candidates/{candidate}/take")
    pictures = [
        await attachments.add_loose(database, viewer, file.filename, await file.read(attachments.LARGEST + 1))
        for file in typed.files
    ]
    body = TakeBody(attachments=tuple(picture.id for picture in pictures))
    number = _message_of(await networks.candidates.take(viewer, key, candidate, body))
    if session.asked_by_script(request):
        return JSONResponse({"message": number})
    return RedirectResponse(f"/messages/{number}", HTTPStatus.SEE_OTHER)


@router.post("/candidates/{candidate}/author-reply", recorded=Call.CANDIDATE_REPLY, by=READERS)
async def author_reply(request: Request, candidate: Known, viewer: Viewer, networks: Networks) -> Response:
    """Enter it as the author's reply, and go on to its message."""
    typed = await form_body.read(request, takes_files=False)
    key = RequestKey(typed.key, f"/api/candidates/{candidate}/author-reply")
    number = _message_of(await networks.author_replies.enter(viewer, key, candidate))
    return session.on_to(request, f"/messages/{number}")


@router.post("/candidates/{candidate}/dismiss", recorded=Call.CANDIDATE_DISMISS, by=READERS)
async def dismiss(request: Request, candidate: Known, viewer: Viewer, networks: Networks) -> Response:
    """Nothing is to be done with it."""
    typed = await form_body.read(request, takes_files=False)
    try:
        body = DismissBody.model_validate({"reason": typed.one("reason")})
    except ValidationError as error:
        raise ProblemError(422, " ".join(detail for _, detail in explain(error.errors()))) from None
    await networks.candidates.dismiss(viewer, candidate, body)
    return _back(request)


@router.post("/candidates/{candidate}/restore", recorded=Call.CANDIDATE_RESTORE, by=READERS)
async def restore(request: Request, candidate: Known, viewer: Viewer, networks: Networks) -> Response:
    """A decision is taken back."""
    await networks.candidates.restore(viewer, candidate)
    return _back(request)


def _message_of(result: CommandResult) -> str:
    """The number of the message that was acted on. Raises ConflictError with why it was not."""
    if isinstance(result, Refused):
        raise ConflictError(result.detail)
    return result.message.id if isinstance(result, Accepted) else str(result.message)


def _back(request: Request) -> Response:
    if session.asked_by_script(request):
        return JSONResponse({})
    return RedirectResponse(_ADDRESS, HTTPStatus.SEE_OTHER)


@dataclass(frozen=True, slots=True)
class Rows:
    """What rows are made of."""

    found: Sequence[CandidateView]
    titles: Titles
    names: Mapping[str, str]
    sought: Sought
    awaited: frozenset[str]
    """Messages that wait for their author, so that what stands under their text may be the reply."""

    answered: frozenset[int]
    """Messages that were answered, so that what stands under their answer may be judged."""

    @staticmethod
    def has_no_text(text: str) -> bool:
        """Whether it is a picture alone."""
        return has_no_text(text)

    @staticmethod
    def why(suggestion: Suggestion) -> str:
        """How likely it is right, and by what."""
        return why(suggestion)

    @staticmethod
    def key() -> str:
        """A key for a form: what it asks for is done once."""
        return uuid4().hex


async def _rows(service: ServiceParts, found: CandidateList, sought: Sought) -> Rows:
    titles, names = await Titles.read(service.database), await names_of(service.database)
    replied_to = {int(item.reply_to) for item in found.items if item.reply_to and item.state is State.NEW}
    answered = await service.verdicts.answered(replied_to)
    awaited = await service.networks.author_replies.awaited(found.items)
    return Rows(found.items, titles, names, sought, awaited, answered)


def _address(sought: Sought, cursor: str | None = None) -> str:
    given = {
        "state": None if sought.state in (None, State.NEW) else sought.state.value,
        "network": sought.network.value if sought.network else None,
        "source": str(sought.source) if sought.source is not None else None,
        "q": sought.q,
        "cursor": cursor,
    }
    query = urlencode({name: value for name, value in given.items() if value})
    return f"{_ADDRESS}?{query}" if query else _ADDRESS
