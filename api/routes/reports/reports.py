"""Reports of any period, of the region or of one body (cl. 21): as JSON and as documents."""

from collections.abc import Awaitable, Callable
from datetime import date, datetime
from enum import StrEnum
from typing import Annotated
from zoneinfo import ZoneInfo

from fastapi import Depends, Path, Query, Request
from pydantic import TypeAdapter, ValidationError

from api.deps import Caller, Service
from api.errors import FieldError, problems
from api.only_known import OnlyKnown
from api.router import Router
from api.routes.reports.report_readers import OfBody, reader
from api.routes.reports.weekly_documents import Asked, serve
from service.access.recorded_calls import Call
from service.access.values import Instant
from service.assembly import Service as ServiceParts
from service.reports.weekly import reports, wording
from service.reports.weekly.period import Period, Unit
from service.reports.weekly.summary import WeeklySummary

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


def _serve_json(
    address: str, key: str, title: str, says: str, asked_by: Callable[..., Awaitable[Asked]]
) -> None:
    async def made(
        caller: Caller, asked: Annotated[Asked, Depends(asked_by)], only_known: OnlyKnown
    ) -> WeeklySummary:
        return await asked()

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


async def _asked_between(
    period: Annotated[Period, Depends(_between)], body: OfBody, service: Service
) -> Asked:
    return lambda: report_of(period, body, service)


async def _asked_named(period: Annotated[Period, Depends(_named)], body: OfBody, service: Service) -> Asked:
    return lambda: report_of(period, body, service)


for _address, _key, _title, _says, _asked_by in (
    (
        "/api/reports",
        "get_report",
        "Отчёт за период",
        "Числа за дни от `from` до `to` включительно; `previous` — за столько же дней перед ними.",
        _asked_between,
    ),
    (
        "/api/reports/{kind}/{name}",
        "get_named_report",
        "Отчёт за месяц, квартал или год",
        "Числа за месяц, квартал или год; `previous` — за такой же период перед ним.",
        _asked_named,
    ),
):
    serve(router, _address, _key, _title, _asked_by)
    _serve_json(_address, _key, _title, _says, _asked_by)
