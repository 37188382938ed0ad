"""The register of promises as a page: what is due, by day, then what was not kept and what was."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Annotated
from urllib.parse import urlencode

from fastapi import Depends, Query, Request, Response
from pydantic import TypeAdapter, ValidationError

from api.deps import Service
from api.errors import FieldError
from api.only_known import OnlyKnown
from api.web.list_workbook import answer
from api.web.message.promise_panel import TONES
from api.web.pages import Pages
from api.web.session import Viewer
from api.web.shell.page import page
from api.web.titles import Titles
from calendar_rules import titles as order
from calendar_rules.vocabulary import PromiseState
from service.access.recorded_calls import Call
from service.access.validation_wording import ZERO_CHARACTER, explain
from service.access.values import Instant
from service.promises import register
from service.promises.register import READERS, Line, Register
from service.reports import promises_workbook
from store.people.persons import storable
from store.promises.register import SHOWN
from store.promises.rows import Sought

router = Pages()

RUNNING, SETTLED = 200, 50
"""Promises of a group that are shown."""
_instant: TypeAdapter[datetime] = TypeAdapter(Instant)


@dataclass(frozen=True, slots=True)
class Asked:
    """What is looked for, and the address that says so; `due_before` as it was given."""

    sought: Sought
    query: str
    due_before: str


@dataclass(frozen=True, slots=True)
class Group:
    """Promises under a heading; `total`: how many there are; `state`, of settled ones, to list them alone."""

    title: str
    lines: Sequence[Line]
    total: int
    state: PromiseState | None = None


async def _asked(
    request: Request,
    body: Annotated[str, Query(max_length=200)] = "",
    state: Annotated[str, Query(max_length=40)] = "",
    due_before: Annotated[str, Query(max_length=40)] = "",
) -> Asked:
    if not storable(body):
        raise FieldError("body", ZERO_CHARACTER)
    if state and state not in SHOWN:
        raise FieldError("state", "Укажите состояние из списка.")
    sought = Sought(
        body=body or None,
        state=PromiseState(state) if state else None,
        due_before=_moment(due_before, request) if due_before else None,
    )
    given = {"body": body, "state": state, "due_before": due_before}
    return Asked(sought, urlencode({name: value for name, value in given.items() if value}), due_before)


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


Conditions = Annotated[Asked, Depends(_asked)]


@router.get("/promises", recorded=Call.PROMISES, by=tuple(sorted(READERS)))
async def promises_page(
    request: Request, reader: Viewer, only_known: OnlyKnown, asked: Conditions, service: Service
) -> Response:
    """Running promises by day, then broken and kept ones, the last first."""
    await service.messages.outcomes.settled()
    alone = asked.sought.state in (PromiseState.BROKEN, PromiseState.KEPT)
    found = await register.read(
        service.database,
        service.rules,
        reader,
        asked.sought,
        running=RUNNING,
        settled=RUNNING if alone else SETTLED,
    )
    return page(
        request,
        reader,
        "promises/promises.html",
        groups=list(_groups(found, datetime.now(service.rules.zone))),
        counts=found.counts,
        asked=asked,
        titles=await Titles.read(service.database),
        states={state: order.PROMISE_STATES[state] for state in SHOWN},
        tones=TONES,
    )


@router.get("/promises.xlsx", recorded=Call.EXPORT, by=tuple(sorted(READERS)))
async def workbook(reader: Viewer, only_known: OnlyKnown, asked: Conditions, service: Service) -> Response:
    """All that is found, as a workbook."""
    made = promises_workbook.made(service.database, service.rules, reader, asked.sought)
    return await answer(service, "promises", made)


def _groups(found: Register, now: datetime) -> Iterator[Group]:
    tomorrow = now.date() + timedelta(days=1)
    next_week = now.date() + timedelta(days=7 - now.weekday())
    past = [line for line in found.running if line.view.until <= now]
    coming = found.running[len(past) :]
    today = [line for line in coming if line.view.until.date() < tomorrow]
    this_week = [line for line in coming if tomorrow <= line.view.until.date() < next_week]
    further = [line for line in coming if max(tomorrow, next_week) <= line.view.until.date()]
    for title, lines in (
        ("Срок наступил", past),
        ("Сегодня", today),
        ("На этой неделе", this_week),
        ("Дальше", further),
    ):
        if lines:
            yield Group(title, lines, len(lines))
    for state, settled in ((PromiseState.BROKEN, found.broken), (PromiseState.KEPT, found.kept)):
        if settled:
            yield Group(order.PROMISE_STATES[state], settled, found.counts.get(state, 0), state)
