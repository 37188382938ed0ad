"""Rises of activity on topics."""

from api.deps import Messages, Rules
from api.errors import problems
from api.only_known import OnlyKnown
from api.router import Router
from service.access.recorded_calls import Call
from service.oversight import surges
from service.oversight.surges import SurgeList

router = Router("Доклады и сводки")


@router.get(
    "/api/surges",
    recorded=Call.SURGES,
    by=surges.READERS,
    summary="Повышенная активность по темам",
    operation_id="list_surges",
    responses=problems(401, 403, 422, 503),
)
async def listing(only_known: OnlyKnown, messages: Messages, rules: Rules) -> SurgeList:
    """Для куратора, заместителя по внутренней политике, руководителя и Губернатора (п. 21)."""
    return await surges.read(messages.lists, rules)
