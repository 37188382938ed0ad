"""Weekly summaries as documents (cl. 21): the same numbers as JSON has."""

from typing import Final

from fastapi import Response

from api.deps import Caller, Service
from api.errors import a_file
from api.only_known import OnlyKnown
from api.router import Router
from api.routes.personal_data.destructions import DOCX
from api.routes.reports.report_readers import OfBody, reader
from api.routes.reports.weekly import Week, summary_of
from service.access.recorded_calls import Call
from service.assembly import Service as ServiceParts
from store.people.persons import Actor

router = Router("Доклады и сводки")

XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
PDF: Final = "application/pdf"


def document(content: bytes, kind: str, name: str) -> Response:
    """A file to be kept under this name."""
    return Response(
        content, media_type=kind, headers={"Content-Disposition": f'attachment; filename="{name}"'}
    )


async def as_docx(caller: Actor, week: str, body: str | None, service: ServiceParts) -> Response:
    """In Word."""
    content = await service.reports.documents.docx(await summary_of(week, body, service))
    return document(content, DOCX, f"{_name(week, body)}.docx")


async def as_xlsx(caller: Actor, week: str, body: str | None, service: ServiceParts) -> Response:
    """In Excel."""
    content = await service.reports.documents.xlsx(await summary_of(week, body, service))
    return document(content, XLSX, f"{_name(week, body)}.xlsx")


async def as_pdf(caller: Actor, week: str, body: str | None, service: ServiceParts) -> Response:
    """On paper."""
    content = await service.reports.documents.pdf(await summary_of(week, body, service))
    return document(content, PDF, f"{_name(week, body)}.pdf")


def _name(week: str, body: str | None) -> str:
    return f"otklik-{week}-{body}" if body and body.isascii() else f"otklik-{week}"


@router.get(
    "/api/reports/weekly/{week}.docx",
    recorded=Call.EXPORT,
    by=reader,
    summary="Сводка за неделю в Word",
    operation_id="get_weekly_docx",
    response_class=Response,
    responses=a_file(DOCX, "Документ для подписи.", 401, 403, 404, 409, 422, 503),
)
async def docx(caller: Caller, week: Week, body: OfBody, only_known: OnlyKnown, service: Service) -> Response:
    """По шаблону установки, если он есть, иначе по исходному; 409, если в шаблоне ошибка."""
    return await as_docx(caller, week, body, service)


@router.get(
    "/api/reports/weekly/{week}.xlsx",
    recorded=Call.EXPORT,
    by=reader,
    summary="Сводка за неделю в Excel",
    operation_id="get_weekly_xlsx",
    response_class=Response,
    responses=a_file(XLSX, "Книга Excel.", 401, 403, 404, 409, 422, 503),
)
async def xlsx(caller: Caller, week: Week, body: OfBody, only_known: OnlyKnown, service: Service) -> Response:
    """Те же таблицы, числами."""
    return await as_xlsx(caller, week, body, service)


@router.get(
    "/api/reports/weekly/{week}.pdf",
    recorded=Call.EXPORT,
    by=reader,
    summary="Сводка за неделю в PDF",
    operation_id="get_weekly_pdf",
    response_class=Response,
    responses=a_file(PDF, "PDF/UA-1.", 401, 403, 404, 409, 422, 503),
)
async def pdf(caller: Caller, week: Week, body: OfBody, only_known: OnlyKnown, service: Service) -> Response:
    """С разметкой для программ экранного доступа."""
    return await as_pdf(caller, week, body, service)
