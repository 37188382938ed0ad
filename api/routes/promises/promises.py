"""Promises of published texts: what a body said it would do, and what came of it."""

from typing import Annotated

from fastapi import Depends, Query

from api import wording
from api.deps import Caller, Service
from api.errors import FieldError, problems
from api.only_known import OnlyKnown
from api.router import Router, Who
from calendar_rules.vocabulary import PromiseState
from service.access.recorded_calls import Call
from service.access.validation_wording import ZERO_CHARACTER
from service.access.values import Instant
from service.promises.register import PAGE, PromiseList
from store.people.persons import storable
from store.promises.rows import Sought

router = Router("Обещания")


async def _sought(
    service: Service,
    cursor: Annotated[str | None, Query(max_length=40)] = None,
    body: Annotated[str | None, Query(max_length=200, description="Ключ органа.")] = None,
    state: Annotated[PromiseState | None, Query(description="Состояние.")] = None,
    due_before: Annotated[Instant | None, Query(description="Срок раньше этого момента.")] = None,
) -> Sought:
    if body is not None and not storable(body):
        raise FieldError("body", ZERO_CHARACTER)
    after = await service.promises.after(cursor) if cursor is not None and storable(cursor) else None
    if cursor is not None and after is None:
        raise FieldError("cursor", wording.BAD_CURSOR)
    return Sought(body=body, state=state, due_before=due_before, after=after)


@router.get(
    "/api/promises",
    recorded=Call.PROMISES,
    by=Who.SIGNED_IN,
    summary="Обещания, данные в ответах",
    operation_id="list_promises",
    responses=problems(401, 403, 422, 503),
)
async def listing(
    caller: Caller,
    only_known: OnlyKnown,
    service: Service,
    sought: Annotated[Sought, Depends(_sought)],
    size: Annotated[int, Query(ge=1, le=500, description="Сколько на странице.")] = PAGE,
) -> PromiseList:
    """Последние сверху: исполнителям и ответственным — своего органа, заместителям — курируемых, остальным — все."""
    return await service.promises.page(caller, sought, size)
