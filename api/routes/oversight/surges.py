"""Rises of activity on topics."""

from typing import Annotated

from fastapi import Depends

from api.deps import Caller, Service
from api.errors import problems
from api.only_known import OnlyKnown
from api.router import Router
from service.messages.targets import require_role
from service.oversight import surges
from service.oversight.surges import SurgeList
from store.people.persons import Actor

router = Router("Доклады и сводки")


async def _reader(caller: Caller) -> Actor:
    require_role(caller, *surges.READERS)
    return caller


@router.get(
    "/api/surges",
    summary="Повышенная активность по темам",
    operation_id="list_surges",
    responses=problems(401, 403, 422, 503),
)
async def listing(
    _: Annotated[Actor, Depends(_reader)], only_known: OnlyKnown, service: Service
) -> SurgeList:
    """Для куратора, заместителя по внутренней политике, руководителя и Губернатора (п. 21)."""
    return await surges.read(service.lists, service.rules)
