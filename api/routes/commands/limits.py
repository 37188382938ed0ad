"""A preview of the first limits of a message, before it is registered."""

from typing import Annotated

from fastapi import Query

from api.deps import Rules
from api.errors import problems
from api.router import Router, Who
from calendar_rules.vocabulary import Importance
from service.access.values import Duration, Instant
from service.commands.limits_preview import Preview, preview

router = Router("Сроки")


@router.get(
    "/api/limits/preview",
    recorded=None,
    by=Who.SIGNED_IN,
    summary="Рассчитать сроки",
    operation_id="preview_limits",
    responses=problems(401, 403, 422, 503),
)
async def preview_limits(
    rules: Rules,
    detected_at: Annotated[Instant, Query(description="Момент выявления сообщения, со смещением.")],
    routed_at: Annotated[
        Instant | None,
        Query(description="Момент направления органу, если порядок отсчитывает сроки от него."),
    ] = None,
    reduced_term: Annotated[
        Duration | None, Query(description="Сокращённый срок ответа, рабочее время, ISO 8601.")
    ] = None,
    importance: Annotated[
        Importance | None,
        Query(description="Категория важности: порядок может сокращать по ней срок ответа."),
    ] = None,
) -> Preview:
    """Сроки направления, подготовки проекта и ответа для этого момента выявления, по календарю Департамента."""
    return preview(
        rules,
        detected_at,
        routed_at=routed_at,
        reduced_term=reduced_term,
        importance=importance,
    )
