"""The register of promises as a page: what is due, then what was not confirmed and what was kept."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime, time, timedelta
from typing import Annotated, NamedTuple
from urllib.parse import urlencode

from fastapi import Depends, Query, Request, Response
from pydantic import TypeAdapter, ValidationError

from api.deps import Service
from api.errors import FieldError
from api.only_known import OnlyKnown
from api.web.message.routes import PROMISE_TONES
from api.web.pages import Pages
from api.web.session import Viewer
from api.web.shell.page import page
from api.web.titles import Titles
from calendar_rules import titles as order
from calendar_rules.vocabulary import PromiseState
from service.access.recorded_calls import Call
from service.access.validation_wording import ZERO_CHARACTER, explain
from service.access.values import Instant
from service.promises.register import READERS, Line, Register
from store.people.persons import storable
from store.promises.rows import Sought

router = Pages()

MOST = 200
"""Promises of a group that are shown."""
_instant: TypeAdapter[datetime] = TypeAdapter(Instant)


class Wanted(NamedTuple):
    """What is looked for, the address that says so, and `due_before` as it was typed."""

    sought: Sought
    query: str
    due_before: str


class Group(NamedTuple):
    """Promises under a heading; `total`: how many there are."""

    title: str
    lines: Sequence[Line]
    total: int


async def _wanted(
    request: Request,
    body: Annotated[str, Query(max_length=200)] = "",
    state: Annotated[str, Query(max_length=40)] = "",
    due_before: Annotated[str, Query(max_length=40)] = "",
) -> Wanted:
    if not storable(body):
        raise FieldError("body", ZERO_CHARACTER)
    if state and state not in list(PromiseState):
        raise FieldError("state", "Укажите состояние из списка.")
    sought = Sought(
        body=body or None,
        state=PromiseState(state) if state else None,
        due_before=_moment(due_before, request) if due_before else None,
    )
    typed = {"body": body, "state": state, "due_before": due_before}
    return Wanted(sought, urlencode({name: value for name, value in typed.items() if value}), due_before)


def _moment(value: str, request: Request) -> datetime:
    """A moment, or the end of a day of the Department's zone, as a field for days sends it."""
    try:
        day = date.fromisoformat(value)
        return datetime.combine(day + timedelta(days=1), time(), request.app.state.rules.zone)
    except (ValueError, OverflowError):
        pass
    try:
        return _instant.validate_python(value)
    except ValidationError as error:
        raise FieldError("due_before", explain(error.errors())[0][1]) from None


@router.get("/promises", recorded=Call.PROMISES, by=tuple(sorted(READERS)))
async def promises_page(
    request: Request,
    reader: Viewer,
    only_known: OnlyKnown,
    wanted: Annotated[Wanted, Depends(_wanted)],
    service: Service,
) -> Response:
    """Running promises, the first due first, then those not confirmed and those kept, the last first."""
    found = await service.promises.read(reader, wanted.sought, MOST)
    return page(
        request,
        reader,
        "promises/promises.html",
        groups=list(_groups(found, datetime.now(service.rules.zone))),
        counts=found.counts,
        wanted=wanted,
        titles=await Titles.read(service.database),
        states=order.PROMISE_STATES,
        tones=PROMISE_TONES,
    )


def _groups(found: Register, now: datetime) -> Iterator[Group]:
    past = [line for line in found.running if line.view.by <= now]
    running = found.counts.get(PromiseState.GIVEN, 0) + found.counts.get(PromiseState.MOVED, 0)
    groups = (
        Group("Срок наступил", past, len(past)),
        Group("Предстоит", found.running[len(past) :], max(running, len(found.running)) - len(past)),
        *(
            Group(order.PROMISE_STATES[state], lines, found.counts.get(state, 0))
            for state, lines in ((PromiseState.BROKEN, found.broken), (PromiseState.KEPT, found.kept))
        ),
    )
    return (group for group in groups if group.lines)
