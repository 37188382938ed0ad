"""The register of shortcomings (cl. 20): by body and person, with what was done about each."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from http import HTTPStatus
from typing import Annotated, Literal
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from fastapi import Depends, Query, Request, Response
from pydantic import TypeAdapter, ValidationError

from api.deps import Service
from api.errors import FieldError
from api.only_known import OnlyKnown
from api.routes.oversight.shortcomings import After, memo
from api.web import session
from api.web.list_workbook import answer
from api.web.message import form_body
from api.web.message.choices import Choices
from api.web.pages import Pages
from api.web.session import ElsewhereFirstError, Viewer
from api.web.shell.page import page
from api.web.titles import Titles
from calendar_rules import titles as order_titles
from calendar_rules.regulation import LimitName
from service.access.errors import ConflictError
from service.access.recorded_calls import Call
from service.access.validation_wording import ZERO_CHARACTER, explain
from service.access.values import Instant
from service.assembly import Service as ServiceParts
from service.oversight import shortcomings, shortcomings_workbook
from service.oversight.shortcomings import MeasuresGiven
from service.reports.papers import unacknowledged
from store.oversight.shortcomings import Place, Shortcoming, Sought
from store.people.persons import Actor, storable

router = Pages()

SHOWN = 50
_REGISTER = "/shortcomings"
_DAYS = ("from", "to")
_PERIOD = "period"
_NAMES = ("body", "person", "limit", "measures", *_DAYS, _PERIOD)
_instant: TypeAdapter[datetime] = TypeAdapter(Instant)


async def _tidy(request: Request) -> None:
    """A form sends every field of its: on to the address without those left empty; no days are all of them.

    Raises ElsewhereFirstError.
    """
    given = request.query_params.multi_items()
    wanted = [item for item in given if item[1].strip()]
    left = {name for name, _ in wanted}
    if left.isdisjoint((*_DAYS, _PERIOD)) and any(name in _DAYS for name, _ in given):
        wanted.append((_PERIOD, "all"))
    if wanted != given:
        query = urlencode(wanted)
        raise ElsewhereFirstError(f"{request.url.path}?{query}" if query else request.url.path)


async def _reader(viewer: Viewer) -> Actor:
    shortcomings.require_reader(viewer)
    return viewer


Reader = Annotated[Actor, Depends(_reader)]


@dataclass(frozen=True, slots=True)
class Asked:
    """What is looked for, as the address says it, and the days of the period for the fields of the form.

    Days are whole ones of the Department's zone; an address may also have moments. An address that says nothing of the
    period means this quarter, from its beginning on: `of_quarter`; one may say that it is all time: `of_all_time`.
    """

    sought: Sought
    query: str
    first_day: str
    last_day: str
    of_quarter: bool
    of_all_time: bool


async def _asked(
    request: Request,
    body: Annotated[str | None, Query(max_length=200)] = None,
    person: Annotated[str | None, Query(max_length=200)] = None,
    limit: LimitName | None = None,
    since: Annotated[str | None, Query(alias="from", max_length=40)] = None,
    to: Annotated[str | None, Query(max_length=40)] = None,
    period: Literal["all"] | None = None,
    measures: bool | None = None,
) -> Asked:
    for name, key in (("body", body), ("person", person)):
        if key is not None and not storable(key):
            raise FieldError(name, ZERO_CHARACTER)
    zone: ZoneInfo = request.app.state.rules.zone
    begins, ends = _moment("from", since, zone, 0), _moment("to", to, zone, 1)
    says_nothing = begins is None and ends is None
    of_quarter = says_nothing and period is None
    if of_quarter:
        begins = _quarter(datetime.now(zone))
    given = [item for item in request.query_params.multi_items() if item[0] in _NAMES]
    return Asked(
        Sought(body=body, person=person, since=begins, to=ends, limit=limit, measures=measures),
        urlencode(given),
        begins.astimezone(zone).date().isoformat() if begins else "",
        (ends.astimezone(zone) - timedelta(microseconds=1)).date().isoformat() if ends else "",
        of_quarter,
        says_nothing and not of_quarter,
    )


def _quarter(now: datetime) -> datetime:
    """The beginning of the quarter that a moment is in, by its zone."""
    return datetime(now.year, now.month - (now.month - 1) % 3, 1, tzinfo=now.tzinfo)


def _moment(name: str, value: str | None, zone: ZoneInfo, later: int) -> datetime | None:
    """The moment of an address, or the beginning of its day, `later` days on."""
    if value is None:
        return None
    try:
        return datetime.combine(date.fromisoformat(value) + timedelta(days=later), time(), zone)
    except (ValueError, OverflowError):
        pass
    try:
        return _instant.validate_python(value)
    except ValidationError as error:
        raise FieldError(name, explain(error.errors())[0][1]) from None


Conditions = Annotated[Asked, Depends(_asked)]


@dataclass(frozen=True, slots=True)
class Refused:
    """What was typed about a shortcoming and could not be kept, and why."""

    id: str
    typed: str
    why: str
    status: HTTPStatus


@router.get("/shortcomings", recorded=Call.SHORTCOMINGS, by=_reader, dependencies=[Depends(_tidy)])
async def register(
    request: Request, reader: Reader, asked: Conditions, after: After, service: Service
) -> Response:
    """The register with its conditions; the address says all of them."""
    return await _page(request, reader, asked, after, service)


@router.get("/shortcomings.xlsx", recorded=Call.EXPORT, by=_reader)
async def workbook(reader: Reader, only_known: OnlyKnown, asked: Conditions, service: Service) -> Response:
    """All that is found, as a workbook."""
    database, lists, rules = service.database, service.messages.lists, service.rules
    made = shortcomings_workbook.made(database, lists, rules, reader, asked.sought)
    return await answer(service, "shortcomings", made)


@router.get("/shortcomings/unacknowledged.docx", recorded=Call.EXPORT, by=unacknowledged.READERS)
async def memo_docx(only_known: OnlyKnown, asked: Conditions, service: Service) -> Response:
    """What the head tells of escalations that nobody acknowledged, to be signed."""
    return await memo(service, asked.sought)


async def _noted(shortcoming: str, viewer: Viewer, service: Service) -> Shortcoming:
    return await service.oversight.shortcomings.found(viewer, shortcoming)


@router.post("/shortcomings/{shortcoming}/measures", recorded=Call.SHORTCOMING_MEASURES, by=_noted)
async def note(
    request: Request,
    shortcoming: str,
    found: Annotated[Shortcoming, Depends(_noted)],
    viewer: Viewer,
    asked: Conditions,
    after: After,
    service: Service,
) -> Response:
    """Keep what was done about one, and go back to it; what is refused comes back with the reason."""
    typed = (await form_body.read(request, takes_files=False)).one("text")
    try:
        given = MeasuresGiven(text=typed)
        await service.oversight.shortcomings.note(viewer, found, given)
    except ValidationError as error:
        why = " ".join(detail for _, detail in explain(error.errors()))
        refused = Refused(shortcoming, typed, why, HTTPStatus.UNPROCESSABLE_ENTITY)
    except ConflictError as error:
        refused = Refused(shortcoming, typed, error.detail, HTTPStatus.CONFLICT)
    else:
        query = request.url.query
        return session.on_to(request, f"{_REGISTER}{'?' + query if query else ''}#shortcoming-{shortcoming}")
    return await _page(request, viewer, asked, after, service, refused)


async def _memo_query(reader: Actor, asked: Asked, service: ServiceParts) -> str | None:
    """What is asked of the paper on escalations that nobody acknowledged; None where there is none for the reader."""
    roles = {held.role for held in reader.capacities(datetime.now(UTC))}
    if roles.isdisjoint(unacknowledged.READERS) or not await service.reports.memos.is_any(asked.sought):
        return None
    return asked.query


async def _page(
    request: Request,
    reader: Actor,
    asked: Asked,
    after: Place | None,
    service: Service,
    refused: Refused | None = None,
) -> Response:
    await service.messages.outcomes.settled()
    found = await service.oversight.shortcomings.register(reader, asked.sought, size=SHOWN, after=after)
    return page(
        request,
        reader,
        "shortcomings/shortcomings.html",
        status=refused.status if refused else HTTPStatus.OK,
        found=found,
        memo_query=await _memo_query(reader, asked, service),
        asked=asked,
        next=_at(asked, cursor=found.next) if found.next else None,
        first=_at(asked) if after else None,
        titles=await Titles.read(service.database),
        choices=await Choices.read(service.database),
        limits=order_titles.LIMITS,
        query=request.url.query,
        refused=refused,
        everybody=_at(replace(asked, sought=replace(asked.sought, person=None))),
        narrowed=lambda **others: _at(asked, **others),
        all_time=_at(replace(asked, of_quarter=False, of_all_time=True)),
        quarter=_at(replace(asked, of_quarter=True, of_all_time=False)),
    )


def _at(asked: Asked, **others: str) -> str:
    """The address of the register with these conditions, and others in their place."""
    sought = asked.sought
    begins, ends = (None, None) if asked.of_quarter or asked.of_all_time else (sought.since, sought.to)
    kept: Sequence[tuple[str, str]] = [
        (name, value)
        for name, value in (
            ("body", sought.body),
            ("person", sought.person),
            ("limit", sought.limit),
            ("measures", None if sought.measures is None else str(sought.measures).lower()),
            ("from", begins.isoformat() if begins else None),
            ("to", ends.isoformat() if ends else None),
            (_PERIOD, "all" if asked.of_all_time else None),
        )
        if value is not None and name not in others
    ]
    query = urlencode([*kept, *others.items()])
    return f"{_REGISTER}?{query}" if query else _REGISTER
