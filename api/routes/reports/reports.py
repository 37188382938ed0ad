"""Reports of any period, of the region or of one body (cl. 21): as JSON and as documents."""

from collections.abc import Awaitable, Callable
from datetime import date, datetime
from enum import StrEnum
from typing import Annotated, NamedTuple
from zoneinfo import ZoneInfo

from fastapi import Depends, Path, Query, Request, Response
from pydantic import TypeAdapter, ValidationError

from api.deps import Caller, Service
from api.errors import FieldError, a_file, problems
from api.only_known import OnlyKnown
from api.router import Router
from api.routes.personal_data.destructions import DOCX
from api.routes.reports.report_readers import OfBody, reader
from api.routes.reports.weekly_documents import PDF, XLSX, document
from service.access.recorded_calls import Call
from service.access.values import Instant
from service.assembly import Service as ServiceParts
from service.reports.weekly import reports, wording
from service.reports.weekly.period import Period, Unit
from service.reports.weekly.summary import WeeklySummary
from store.people.persons import Actor

router = Router("Доклады и сводки")

_LONGEST = 40
_instant: TypeAdapter[datetime] = TypeAdapter(Instant)


class Kind(StrEnum):
    """Какой период назван."""

    MONTHLY = "monthly"
    QUARTERLY = "quarterly"
    YEARLY = "yearly"


UNITS = {Kind.MONTHLY: Unit.MONTH, Kind.QUARTERLY: Unit.QUARTER, Kind.YEARLY: Unit.YEAR}


async def _between(
    request: Request,
    first: Annotated[
        str | None,
        Query(
            alias="from",
            max_length=_LONGEST,
            description="Первый день; без него — первое число месяца, в котором последний.",
            examples=["2026-11-01"],
        ),
    ] = None,
    last: Annotated[
        str | None,
        Query(
            alias="to",
            max_length=_LONGEST,
            description="Последний день, включительно; без него — сегодня. Вместо дней принимаются и моменты, тогда "
            "этот — первый после периода.",
            examples=["2026-11-30"],
        ),
    ] = None,
) -> Period:
    return between(first, last, request.app.state.rules.zone)


def between(first: str | None, last: str | None, zone: ZoneInfo) -> Period:
    """The period from one day to another as an address says them. Raises FieldError, InvalidInputError."""
    until = datetime.now(zone).date() if last is None else _day("to", last, zone, is_end=True)
    since = until.replace(day=1) if first is None else _day("from", first, zone, is_end=False)
    return reports.period_between(since, until)


def _day(name: str, value: str, zone: ZoneInfo, *, is_end: bool) -> date:
    try:
        return date.fromisoformat(value)
    except ValueError:
        pass
    try:
        moment = _instant.validate_python(value).astimezone(zone)
    except (ValidationError, OverflowError):
        raise FieldError(name, wording.NO_DAY) from None
    # A period ends before the moment that is named.
    return (moment - datetime.resolution).date() if is_end else moment.date()


async def _named(
    kind: Annotated[Kind, Path(description="Месяц, квартал или год.")],
    name: Annotated[
        str,
        Path(
            max_length=_LONGEST,
            description="Какой именно: год и месяц, год и квартал, год.",
            examples=["2026-11", "2026-Q4", "2026"],
        ),
    ],
) -> Period:
    return reports.period_named(UNITS[kind], name)


async def report_of(period: Period, body: str | None, service: ServiceParts) -> WeeklySummary:
    """The report, with what was answered before."""
    await service.messages.outcomes.settled()
    return await service.reports.weekly.report(period, body)


def _name(report: WeeklySummary) -> str:
    whose = f"-{report.body}" if report.body and report.body.isascii() else ""
    return f"otklik-{report.period}{whose}"


async def as_docx(caller: Actor, period: Period, body: str | None, service: ServiceParts) -> Response:
    """In Word."""
    report = await report_of(period, body, service)
    return document(await service.reports.documents.docx(report), DOCX, f"{_name(report)}.docx")


async def as_xlsx(caller: Actor, period: Period, body: str | None, service: ServiceParts) -> Response:
    """In Excel."""
    report = await report_of(period, body, service)
    return document(await service.reports.documents.xlsx(report), XLSX, f"{_name(report)}.xlsx")


async def as_pdf(caller: Actor, period: Period, body: str | None, service: ServiceParts) -> Response:
    """On paper."""
    report = await report_of(period, body, service)
    return document(await service.reports.documents.pdf(report), PDF, f"{_name(report)}.pdf")


class _Document(NamedTuple):
    """A form in which a report is had: what it is called, what of, and what makes it."""

    ending: str
    kind: str
    named: str
    what: str
    says: str
    made: Callable[[Actor, Period, str | None, ServiceParts], Awaitable[Response]]


_DOCUMENTS = (
    _Document("docx", DOCX, "Word", "Документ для подписи.", "Те же числа.", as_docx),
    _Document("xlsx", XLSX, "Excel", "Книга Excel.", "Те же таблицы, числами.", as_xlsx),
    _Document("pdf", PDF, "PDF", "PDF/UA-1.", "С разметкой для программ экранного доступа.", as_pdf),
)


def _serve_json(
    address: str, key: str, title: str, says: str, of_period: Callable[..., Awaitable[Period]]
) -> None:
    async def made(
        caller: Caller,
        body: OfBody,
        period: Annotated[Period, Depends(of_period)],
        only_known: OnlyKnown,
        service: Service,
    ) -> WeeklySummary:
        return await report_of(period, body, service)

    for ending, described in (("json", "То же, что без `.json`."), ("", says)):
        router.add_api_route(
            f"{address}.{ending}".rstrip("."),
            made,
            recorded=Call.REPORT_OPEN,
            by=reader,
            methods=["GET"],
            summary=title,
            description=described,
            operation_id=f"{key}_{ending}".rstrip("_"),
            responses=problems(401, 403, 404, 409, 422, 503),
        )


def _serve(
    document: _Document, address: str, key: str, title: str, of_period: Callable[..., Awaitable[Period]]
) -> None:
    @router.get(
        f"{address}.{document.ending}",
        recorded=Call.EXPORT,
        by=reader,
        summary=f"{title} в {document.named}",
        description=document.says,
        operation_id=f"{key}_{document.ending}",
        response_class=Response,
        responses=a_file(document.kind, document.what, 401, 403, 404, 409, 422, 503),
    )
    async def made(
        caller: Caller,
        body: OfBody,
        period: Annotated[Period, Depends(of_period)],
        only_known: OnlyKnown,
        service: Service,
    ) -> Response:
        return await document.made(caller, period, body, service)


for _address, _key, _title, _says, _of_period in (
    (
        "/api/reports",
        "get_report",
        "Отчёт за период",
        "Числа за дни от `from` до `to` включительно; `previous` — за столько же дней перед ними.",
        _between,
    ),
    (
        "/api/reports/{kind}/{name}",
        "get_named_report",
        "Отчёт за месяц, квартал или год",
        "Числа за месяц, квартал или год; `previous` — за такой же период перед ним.",
        _named,
    ),
):
    for _document in _DOCUMENTS:
        _serve(_document, _address, _key, _title, _of_period)
    _serve_json(_address, _key, _title, _says, _of_period)
