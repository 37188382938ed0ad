"""The record of access, for administrators (152-FZ)."""

from typing import Annotated

from fastapi import Depends, Query

from api.deps import Access
from api.errors import FieldError, problems
from api.only_known import OnlyKnown
from api.paging import Before
from api.router import Router
from calendar_rules.vocabulary import Role
from service.access.record import AccessList
from service.access.recorded_calls import AccessOutcome, Call
from service.access.validation_wording import ZERO_CHARACTER
from service.access.values import Instant
from store.access.record import Sought
from store.people.persons import storable

router = Router("Журнал доступа")


async def _sought(
    person: Annotated[
        str | None,
        Query(max_length=200, description="Имя для входа; для команд сервера — `os:` и учётная запись."),
    ] = None,
    call: Annotated[Call | None, Query(description="Что сделано.")] = None,
    outcome: Annotated[AccessOutcome | None, Query(description="Чем закончилось.")] = None,
    begins: Annotated[Instant | None, Query(alias="from", description="С этого момента.")] = None,
    ends: Annotated[Instant | None, Query(alias="to", description="Раньше этого момента.")] = None,
) -> Sought:
    if person is not None and not storable(person):
        raise FieldError("person", ZERO_CHARACTER)
    return Sought(person=person, call=call, outcome=outcome, begins=begins, ends=ends)


@router.get(
    "/api/access",
    recorded=Call.ACCESS_SEARCH,
    by=(Role.ADMIN,),
    summary="Журнал доступа",
    operation_id="search_access",
    responses=problems(401, 403, 422, 503),
)
async def search(
    only_known: OnlyKnown,
    access: Access,
    sought: Annotated[Sought, Depends(_sought)],
    before: Before,
    message: Annotated[
        str | None,
        Query(max_length=40, description="Номер сообщения, в том числе показанного в списке."),
    ] = None,
    candidate: Annotated[
        str | None,
        Query(
            max_length=40, description="Идентификатор найденной публикации, если номер сообщения не указан."
        ),
    ] = None,
    limit: Annotated[int, Query(ge=1, le=200, description="Сколько строк на странице.")] = 100,
) -> AccessList:
    """Кто, когда, откуда и что смотрел или менял. Строки не изменяются и хранятся не меньше года."""
    return await access.page(sought, message=message, candidate=candidate, before=before, limit=limit)
