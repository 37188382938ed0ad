"""Notes to the Governor on messages that a curator reported (cl. 21)."""

from fastapi import Response

from api.deps import Oversight
from api.errors import a_file
from api.only_known import OnlyKnown
from api.router import Router, Who
from api.routes.reports.weekly_documents import PDF, document
from api.targets import Visible
from service.access.recorded_calls import Call

router = Router("Доклады и сводки")


@router.get(
    "/api/messages/{message}/governor-note.pdf",
    recorded=Call.EXPORT,
    by=Who.SEEING_IT,
    summary="Справка Губернатору о сообщении",
    operation_id="get_governor_note",
    response_class=Response,
    responses=a_file(PDF, "Одна страница, PDF/UA-1.", 401, 403, 404, 422, 503),
)
async def note(target: Visible, only_known: OnlyKnown, oversight: Oversight) -> Response:
    """О сообщении, о котором куратор доложил (п. 21); 404, если не докладывал."""
    return document(await oversight.governor_notes.pdf(target), PDF, f"otklik-spravka-{target.number}.pdf")
