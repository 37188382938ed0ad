"""The file of one message, for whoever may see it."""

from fastapi import Response

from api.deps import Service
from api.errors import a_file
from api.only_known import OnlyKnown
from api.router import Router, Who
from api.routes.reports.weekly_documents import PDF, document
from api.targets import Visible
from api.web.message.materials import pdf_of
from service.access.recorded_calls import Call

router = Router("Сообщения")


@router.get(
    "/api/messages/{message}/file.pdf",
    recorded=Call.EXPORT,
    by=Who.SEEING_IT,
    summary="Материалы по сообщению",
    operation_id="get_message_file",
    response_class=Response,
    responses=a_file(PDF, "PDF/A-3 с вложениями сообщения внутри.", 401, 403, 404, 422, 503),
)
async def message_file(target: Visible, only_known: OnlyKnown, service: Service) -> Response:
    """Всё о сообщении по порядку времени: тексты, сроки с исчислением, кому сообщено, целостность журнала (п. 19)."""
    return document(await pdf_of(target, service), PDF, f"otklik-materialy-{target.number}.pdf")
