"""Weekly summaries as JSON (cl. 21); documents and pages are made of the same numbers."""

from typing import Annotated

from fastapi import Depends, Path, Query

from api import wording
from api.deps import Caller, Messages, Reports, Service
from api.errors import FieldError, problems
from api.only_known import OnlyKnown
from api.router import Router
from api.routes.reports.report_readers import OfBody, reader
from service.access.recorded_calls import Call
from service.assembly import Service as ServiceParts
from service.reports.weekly import reports
from service.reports.weekly.period import Unit
from service.reports.weekly.period import Week as IsoWeek
from service.reports.weekly.reports import WeekList
from service.reports.weekly.summary import WeeklySummary

router = Router("Доклады и сводки")

_LONGEST = 20  # characters


async def _before(
    cursor: Annotated[
        str | None, Query(max_length=_LONGEST, description="`next` предыдущей страницы.")
    ] = None,
) -> str | None:
    if cursor is not None and IsoWeek.named(cursor) is None:
        raise FieldError("cursor", wording.BAD_CURSOR)
    return cursor


Week = Annotated[
    str,
    Path(
        max_length=_LONGEST, description="Неделя по ИСО 8601, по времени Департамента.", examples=["2026-W47"]
    ),
]


@router.get(
    "/api/reports/weekly",
    recorded=Call.WEEKLY_LIST,
    by=reports.READERS,
    summary="Составленные сводки за неделю",
    operation_id="list_weekly_summaries",
    responses=problems(401, 403, 422, 503),
)
async def listing(
    before: Annotated[str | None, Depends(_before)], only_known: OnlyKnown, reports: Reports
) -> WeekList:
    """Недели, за которые сводка составлена, последние первыми, с последней версией каждой."""
    return await reports.weekly.weeks(before=before)


@router.get(
    "/api/reports/weekly/{week}.json",
    recorded=Call.WEEKLY_OPEN,
    by=reader,
    summary="Сводка за неделю",
    operation_id="get_weekly_summary_json",
    responses=problems(401, 403, 404, 409, 422, 503),
)
async def as_json(
    caller: Caller, week: Week, body: OfBody, only_known: OnlyKnown, service: Service
) -> WeeklySummary:
    """То же, что без `.json`."""
    return await summary_of(week, body, service)


@router.get(
    "/api/reports/weekly/{week}",
    recorded=Call.WEEKLY_OPEN,
    by=reader,
    summary="Сводка за неделю",
    operation_id="get_weekly_summary",
    responses=problems(401, 403, 404, 409, 422, 503),
)
async def one(
    caller: Caller, week: Week, body: OfBody, only_known: OnlyKnown, service: Service
) -> WeeklySummary:
    """Последняя составленная версия; пока её нет — числа на этот момент, `version` 0 (п. 21).

    С `body` — отчёт за неделю об одном органе, на этот момент.
    """
    return await summary_of(week, body, service)


@router.post(
    "/api/reports/weekly/{week}",
    recorded=Call.WEEKLY_MAKE,
    by=reports.MAKERS,
    summary="Составить сводку за неделю заново",
    operation_id="make_weekly_summary",
    responses=problems(401, 403, 404, 409, 422, 503),
)
async def make(maker: Caller, week: Week, messages: Messages, reports: Reports) -> WeeklySummary:
    """Следующая версия по данным на этот момент; прежние сохраняются. Для начальника Департамента и заместителя."""
    await messages.outcomes.settled()
    made = await reports.weekly.make(week, maker.key)
    reports.documents.begin(made)
    return made


async def summary_of(week: str, body: str | None, service: ServiceParts) -> WeeklySummary:
    """The summary as it was made; of one body, what is there now. With what was answered before."""
    await service.messages.outcomes.settled()
    if body is None:
        return await service.reports.weekly.read(week)
    return await service.reports.weekly.report(reports.period_named(Unit.WEEK, week), body)
