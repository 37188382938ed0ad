"""Verdicts: what the author says of the answer."""

from api.deps import Service
from api.errors import problems
from api.router import Router
from api.targets import Visible
from service.access.recorded_calls import Call
from service.messages.view import MessageView
from service.verdicts.verdicts import WRITERS, VerdictBody

router = Router("Сообщения")


@router.put(
    "/api/messages/{message}/verdict",
    recorded=Call.VERDICT,
    by=WRITERS,
    summary="Записать, что автор говорит об ответе",
    operation_id="put_verdict",
    responses=problems(401, 403, 404, 409, 422, 503),
)
async def put(target: Visible, body: VerdictBody, service: Service) -> MessageView:
    """Оценку вносит куратор, который не согласовывал ответ, или начальник, когда сообщение закрыто с ответом.

    Прежние оценки сохраняются (п. 19).
    """
    return await service.verdicts.put(target, body)
