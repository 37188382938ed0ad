"""Every request goes on the record of access at the border, whatever its route does (152-FZ).

An answer leaves only when its row is accepted, and for all but everyday reading and commands, written.
"""

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from http import HTTPStatus
from typing import Any, Final
from urllib.parse import parse_qsl

from starlette.datastructures import Headers
from starlette.routing import BaseRoute
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api import wording
from api.errors import problem_response
from service.access import note as access_note
from service.access.note import AccessNote
from service.access.record import GATHER, GATHER_COMMANDS, AccessRecord
from service.access.recorded_calls import COMMANDS, NOT_WAITED_FOR, AccessOutcome, Call
from service.access.request_source import origin
from service.access.values import number_of
from settings import Settings
from store.access.record import Access

_PROBES = frozenset({"/healthz", "/readyz", "/metrics"})
_OUTCOMES: Final[Mapping[int, AccessOutcome]] = {
    HTTPStatus.UNAUTHORIZED: AccessOutcome.NOT_SIGNED_IN,
    HTTPStatus.FORBIDDEN: AccessOutcome.FORBIDDEN,
    HTTPStatus.NOT_FOUND: AccessOutcome.NOT_FOUND,
}
_FILTERS = frozenset(
    {
        *("stage", "body", "overdue", "network", "topic", "importance", "outcome", "curator", "assignee"),
        *(
            "detected_from",
            "detected_to",
            "published_from",
            "published_to",
            "breached_from",
            "breached_to",
            "due_before",
            "open",
            "surge",
            "void",
            "sort",
            "person",
            "message",
            "call",
            "from",
            "to",
            "limit",
        ),
        *(
            "verdict",
            "measures",
            "period",
        ),
        *("table", "column", "row", "source", "candidate"),
    }
)
"""Parameters of lists whose values are keys, numbers and moments."""
_WORDS = "q"
"""What is searched for by words is not kept: it may be a citizen's name. The messages that were found are."""
OF_PATH: Final = frozenset(
    {
        *(
            "key",
            "absence",
            "promise",
            "attachment",
            "draft",
            "contribution",
            "sign_in",
            "week",
            "shortcoming",
            "notice",
            "act",
        ),
        *("candidate", "source", "account", "channel", "kind", "name", "schedule"),
    }
)
"""Parts of addresses that say what it was about, beside the message."""
_KEPT = re.compile(r"[A-Za-z0-9_.:+-]{1,64}")
_NOT_KEPT = "…"


class RecordAccess:
    """Writes a row for each request of a route that shows or changes something."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["path"] in _PROBES:
            await self.app(scope, receive, send)
            return
        state = scope["app"].state
        record: AccessRecord = state.service.access
        if record.is_full:
            detail = wording.ACCESS_NOT_RECORDED
            answer = problem_response(HTTPStatus.SERVICE_UNAVAILABLE, detail, headers={"Retry-After": "5"})
            await answer(scope, receive, send)
            return
        note = AccessNote(address=_address(scope, state.settings))
        before = access_note.CURRENT.set(note)
        is_told = False

        async def send_recorded(message: Message) -> None:
            nonlocal is_told
            if message["type"] == "http.response.start":
                is_told = True
                await _told(record, scope, note, message["status"])
            await send(message)

        try:
            await self.app(scope, receive, send_recorded)
        finally:
            access_note.CURRENT.reset(before)
            if not is_told and (row := _row(scope, note, HTTPStatus.INTERNAL_SERVER_ERROR)):
                # An error, or whoever asked is gone: nothing was shown, and nobody waits.
                record.add(row)


async def _told(record: AccessRecord, scope: Scope, note: AccessNote, status: int) -> None:
    row = _row(scope, note, status)
    if row is None:
        return
    if note.person is None and not (row.call == Call.SIGN_IN_FAILED and status == HTTPStatus.UNAUTHORIZED):
        record.add_of_stranger(row)
    elif row.call in NOT_WAITED_FOR:
        stands_elsewhere = row.call in COMMANDS and row.outcome == AccessOutcome.OK
        record.add(row, within=GATHER_COMMANDS if stands_elsewhere else GATHER)
    else:
        await record.keep(row)


def _row(scope: Scope, note: AccessNote, status: int) -> Access | None:
    """The row of a request; None for what is not recorded, or is already."""
    route = scope.get("route")
    call = _call(scope, route)
    if call is None:
        return None
    outcome = _outcome(note, status)
    if note.written is call and outcome is AccessOutcome.OK:
        return None
    if call is Call.SIGN_IN and outcome is not AccessOutcome.OK:
        call = Call.SIGN_IN_FAILED
    return Access(
        datetime.now(UTC),
        call,
        outcome,
        person=note.person or note.tried,
        address=note.address,
        messages=tuple(note.messages) or _message_of_path(scope),
        details=_details(scope, note),
        candidates=tuple(note.candidates),
    )


def _call(scope: Scope, route: BaseRoute | None) -> Call | None:
    """None also for an address, or a method of it, that there is not."""
    if route is None or scope["method"] not in (getattr(route, "methods", None) or ()):
        return None
    if scope["path"] == scope["app"].openapi_url:
        return None
    recorded: Call | None = getattr(route, "recorded", Call.UNDECLARED)
    return recorded


def _outcome(note: AccessNote, status: int) -> AccessOutcome:
    if status in _OUTCOMES:
        return _OUTCOMES[status]
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        return AccessOutcome.FAILED
    if status >= HTTPStatus.BAD_REQUEST:
        return AccessOutcome.REFUSED
    # A page sends those who have not signed in to where they can.
    is_redirect = status >= HTTPStatus.MULTIPLE_CHOICES
    return AccessOutcome.NOT_SIGNED_IN if is_redirect and note.person is None else AccessOutcome.OK


def _message_of_path(scope: Scope) -> tuple[int, ...]:
    number = number_of(scope.get("path_params", {}).get("message", ""))
    return () if number is None else (number,)


def _details(scope: Scope, note: AccessNote) -> dict[str, Any]:
    details = dict(note.details)
    path = scope.get("path_params", {})
    details |= {name: _kept(path[name]) for name in OF_PATH if name in path}
    if asked := scope["query_string"]:
        filters = {
            name: _kept(value) if name in _FILTERS else _NOT_KEPT
            for name, value in parse_qsl(asked.decode("latin-1"))
            if name in _FILTERS or name == _WORDS
        }
        if filters:
            details["filters"] = filters
    return details


def _kept(value: str) -> str:
    return value if _KEPT.fullmatch(value) else _NOT_KEPT


def _address(scope: Scope, settings: Settings) -> str:
    client = scope.get("client")
    forwarded = ",".join(Headers(scope=scope).getlist("x-forwarded-for"))
    return origin(client[0] if client else "", forwarded, "", settings.trusted_proxies).address
