"""Reports as documents (cl. 21): the same numbers as JSON has."""

from collections.abc import Awaitable, Callable
from typing import Annotated, Final, NamedTuple

from fastapi import Depends, Response

from api.deps import Caller, Service
from api.errors import a_file
from api.only_known import OnlyKnown
from api.router import Router
from api.routes.personal_data.destructions import DOCX
from api.routes.reports.report_readers import OfBody, reader
from api.routes.reports.weekly import Week, summary_of
from service.access.recorded_calls import Call
from service.assembly import Service as ServiceParts
from service.reports.weekly.documents import Form
from service.reports.weekly.summary import WeeklySummary

router = Router("Доклады и сводки")

XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
PDF: Final = "application/pdf"

Asked = Callable[[], Awaitable[WeeklySummary]]
"""Counts the report that an address names."""


def document(content: bytes, kind: str, name: str) -> Response:
    """A file to be kept under this name."""
    return Response(
        content, media_type=kind, headers={"Content-Disposition": f'attachment; filename="{name}"'}
    )


class _Document(NamedTuple):
    """What a form of a report is called, and what is said of it."""

    kind: str
    named: str
    what: str
    says: str


_DOCUMENTS: Final = {
    Form.DOCX: _Document(
        DOCX,
        "Word",
        "Документ для подписи.",
        "По шаблону установки, если он есть, иначе по исходному; 409, если в шаблоне ошибка.",
    ),
    Form.XLSX: _Document(XLSX, "Excel", "Книга Excel.", "Те же таблицы, числами."),
    Form.PDF: _Document(PDF, "PDF", "PDF/UA-1.", "С разметкой для программ экранного доступа."),
}


async def as_document(report: WeeklySummary, form: Form, service: ServiceParts) -> Response:
    """A report as a file."""
    content = await service.reports.documents.made(report, form)
    whose = f"-{report.body}" if report.body and report.body.isascii() else ""
    return document(content, _DOCUMENTS[form].kind, f"otklik-{report.period}{whose}.{form}")


def serve(
    router: Router, address: str, key: str, title: str, asked_by: Callable[..., Awaitable[Asked]]
) -> None:
    """Serve reports of an address in every form; `asked_by` reads from a request which report is asked for."""
    for form in Form:
        _serve(router, form, address, key, title, asked_by)


def _serve(
    router: Router,
    form: Form,
    address: str,
    key: str,
    title: str,
    asked_by: Callable[..., Awaitable[Asked]],
) -> None:
    described = _DOCUMENTS[form]

    @router.get(
        f"{address}.{form}",
        recorded=Call.EXPORT,
        by=reader,
        summary=f"{title} в {described.named}",
        description=described.says,
        operation_id=f"{key}_{form}",
        response_class=Response,
        responses=a_file(described.kind, described.what, 401, 403, 404, 409, 422, 503),
    )
    async def made(
        caller: Caller, asked: Annotated[Asked, Depends(asked_by)], only_known: OnlyKnown, service: Service
    ) -> Response:
        return await as_document(await asked(), form, service)


async def _week(week: Week, body: OfBody, service: Service) -> Asked:
    return lambda: summary_of(week, body, service)


serve(router, "/api/reports/weekly/{week}", "get_weekly", "Сводка за неделю", _week)
