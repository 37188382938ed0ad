"""The page «Отчёты»: any week, month, quarter, year or days, of the region or of one body, and what is behind it."""

from collections.abc import Sequence
from datetime import UTC, datetime
from http import HTTPStatus
from typing import Annotated, Any, Final
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from fastapi import Depends, Query, Request, Response
from fastapi.responses import RedirectResponse
from markupsafe import Markup

from api.deps import Db, Messages, Reports, Service
from api.errors import FieldError
from api.only_known import OnlyKnown
from api.routes.reports.reports import between, report_of
from api.routes.reports.weekly_documents import as_document
from api.web.pages import Pages
from api.web.reports.folding import rows_of
from api.web.reports.links import Links
from api.web.reports.weekly import shown_picture
from api.web.session import ElsewhereFirstError, Viewer
from api.web.shell.page import REPORTS, page
from api.web.titles import Titles
from calendar_rules.regulation import LimitName
from service.access.errors import NotFoundError
from service.access.recorded_calls import Call
from service.access.validation_wording import ZERO_CHARACTER
from service.assembly import Service as ServiceParts
from service.reports.weekly import contents, figure_titles, phrases, reports, wording
from service.reports.weekly.contents import picture_in_words
from service.reports.weekly.documents import Form
from service.reports.weekly.drilldown import Cell
from service.reports.weekly.layout import Picture, written
from service.reports.weekly.period import KINDS, Month, Period, Quarter, Week, Year
from store.people.persons import Actor, storable

router = Pages()

ADDRESS = "/reports"
SHOWN = 500
_LONGEST = 200


async def _tidy(request: Request) -> None:
    """A form sends every field of its: on to the address without those left empty. Raises ElsewhereFirstError."""
    given = request.query_params.multi_items()
    wanted = [item for item in given if item[1].strip()]
    if wanted != given:
        query = urlencode(wanted)
        raise ElsewhereFirstError(f"{request.url.path}?{query}" if query else request.url.path)


async def _asked_body(
    viewer: Viewer, body: Annotated[str | None, Query(max_length=_LONGEST)] = None
) -> str | None:
    """The body of the address; whoever has only bodies of theirs begins with the first."""
    if body is not None and not storable(body):
        raise FieldError("body", ZERO_CHARACTER)
    theirs = _theirs(viewer)
    if body is None and not _reads_region(viewer) and theirs:
        body = theirs[0]
    reports.require_reader(viewer, body)
    return body


OfBody = Annotated[str | None, Depends(_asked_body)]


def _reads_region(viewer: Actor) -> bool:
    return any(held.role in reports.READERS for held in viewer.capacities(datetime.now(UTC)))


def _theirs(viewer: Actor) -> list[str]:
    held = viewer.capacities(datetime.now(UTC))
    return sorted({one.body for one in held if one.role in reports.OF_BODIES and one.body})


async def _asked_period(
    request: Request,
    _: OfBody,
    named: Annotated[str | None, Query(alias="period", max_length=_LONGEST)] = None,
    first: Annotated[str | None, Query(alias="from", max_length=_LONGEST)] = None,
    last: Annotated[str | None, Query(alias="to", max_length=_LONGEST)] = None,
) -> Period:
    """The period of the address; the month that goes on where it names none."""
    zone = request.app.state.rules.zone
    if named is not None:
        found = next((one for kind in KINDS.values() if (one := kind.named(named))), None)
        if found is None:
            raise FieldError("period", wording.NO_SUCH_PERIOD)
        return found
    if first is None and last is None:
        return Month.of(datetime.now(UTC), zone)
    return between(first, last, zone)


OfPeriod = Annotated[Period, Depends(_asked_period)]


def _query(period: Period, body: str | None) -> str:
    return urlencode({"period": period.name, **({"body": body} if body else {})})


@router.get(ADDRESS, recorded=Call.REPORT_OPEN, by=REPORTS, dependencies=[Depends(_tidy)])
async def report(
    request: Request, viewer: Viewer, body: OfBody, period: OfPeriod, service: Service
) -> Response:
    """A report with what is to be chosen above it; of what there is none, why."""
    try:
        found = await report_of(period, body, service)
    except NotFoundError as error:
        return await _page(request, viewer, body, period, service, why=error.detail)
    zone, now = service.rules.zone, datetime.now(UTC)
    read = contents.of(found)
    drawn = service.reports.documents.drawn(found)
    later = period.later()
    return await _page(
        *(request, viewer, body, period, service),
        contents=read,
        earlier=period.later(-1),
        later=later if not found.preliminary or later.begins(zone) <= now else None,
        query=_query(period, body),
        links=Links(read),
        written=written,
        rows_of=rows_of,
        svg={one: Markup(svg) for one, svg in drawn.of_pages.items()} if drawn else None,  # noqa: S704
        words={one: picture_in_words(read, one) for one in Picture},
        pictures=(f"{ADDRESS}/pictures", f"?{_query(period, body)}"),
    )


async def _page(
    request: Request, viewer: Actor, body: str | None, period: Period, service: ServiceParts, **more: Any
) -> Response:
    zone = service.rules.zone
    titles = await Titles.read(service.database)
    reads_region = _reads_region(viewer)
    theirs = titles.short.keys() if reads_region else _theirs(viewer)
    return page(
        request,
        viewer,
        "reports/reports.html",
        **{"contents": None, "why": "", **more},
        period=period,
        body=body,
        offered=_offered(datetime.now(UTC), zone),
        address_of=lambda one: f"{ADDRESS}?{_query(one, body)}",
        over=phrases.over,
        days=phrases.days,
        first_day=period.first_day.isoformat(),
        last_day=period.last_day.isoformat(),
        bodies=[(key, titles.short_body(key)) for key in theirs],
        reads_region=reads_region,
        reads_weekly=reads_region,
    )


_OFFERED: Final[Sequence[tuple[type[Period], str, str]]] = (
    (Week, "Эта неделя", "Прошлая неделя"),
    (Month, "Этот месяц", "Прошлый месяц"),
    (Quarter, "Этот квартал", "Прошлый квартал"),
    (Year, "Этот год", "Прошлый год"),
)


def _offered(now: datetime, zone: ZoneInfo) -> Sequence[tuple[Period, str]]:
    """The periods that are asked for most: this one and the one before of each kind."""
    return [
        found
        for kind, this, last in _OFFERED
        for one in [kind.of(now, zone)]
        for found in ((one, this), (one.later(-1), last))
    ]


def _serve(form: Form) -> None:
    @router.get(f"{ADDRESS}.{form}", recorded=Call.EXPORT, by=REPORTS)
    async def made(
        viewer: Viewer, body: OfBody, period: OfPeriod, only_known: OnlyKnown, service: Service
    ) -> Response:
        return await as_document(await report_of(period, body, service), form, service)


for _form in Form:
    _serve(_form)


@router.get(f"{ADDRESS}/pictures/{{picture}}", recorded=None, by=REPORTS)
async def picture(
    viewer: Viewer, body: OfBody, period: OfPeriod, picture: Picture, only_known: OnlyKnown, service: Service
) -> Response:
    """A picture of the page, which comes after it: to draw the first one takes seconds, and it is asked for again."""
    found = await report_of(period, body, service)
    return await shown_picture(
        service, found, picture, f"{ADDRESS}/pictures/{picture}?{_query(period, body)}"
    )


async def _asked_cell(
    _: OfBody,
    table: Annotated[str, Query(max_length=_LONGEST)],
    column: Annotated[str, Query(max_length=_LONGEST)],
    row: Annotated[str | None, Query(max_length=_LONGEST)] = None,
    limit: LimitName | None = None,
) -> Cell:
    return Cell(table, column, row, limit)


@router.get(f"{ADDRESS}/list", recorded=Call.REPORT_OPEN, by=REPORTS)
async def listed(
    request: Request,
    viewer: Viewer,
    body: OfBody,
    period: OfPeriod,
    cell: Annotated[Cell, Depends(_asked_cell)],
    only_known: OnlyKnown,
    database: Db,
    messages: Messages,
    reports: Reports,
) -> Response:
    """What a number counts."""
    await messages.outcomes.settled()
    items = await reports.weekly.things(period, body, cell)
    shown = items[:SHOWN]
    title = figure_titles.of(cell)
    if title is None:
        return RedirectResponse(f"{ADDRESS}?{_query(period, body)}", HTTPStatus.SEE_OTHER)
    return page(
        request,
        viewer,
        "reports/list.html",
        title=title,
        items=items,
        shown=shown,
        subjects=await reports.weekly.subjects([item.message for item in shown]),
        titles=await Titles.read(database),
        report=f"Отчёт {phrases.over(period)}",
        back=f"{ADDRESS}?{_query(period, body)}",
    )
