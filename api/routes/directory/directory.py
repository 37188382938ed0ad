"""The directory: what a message may be about, where it may stand, who answers, and what is open for them."""

from typing import Annotated

from fastapi import Depends

from api.deps import Caller, Db, Service
from api.errors import problems
from api.router import Router
from calendar_rules.vocabulary import Role
from service.directory import forms as directory
from service.directory.forms import DirectoryView
from service.messages.open_work import OpenWork
from service.messages.targets import require_role
from store.people.persons import Actor

router = Router("Справочник")


@router.get(
    "/api/directory",
    summary="Справочник",
    operation_id="get_directory",
    responses=problems(401, 403, 503),
)
async def get_directory(_caller: Caller, db: Db) -> DirectoryView:
    """Сети, категории важности, темы и органы, которым направляют сообщения."""
    return await directory.read(db)


async def _distributes(caller: Caller) -> Actor:
    require_role(caller, Role.CURATOR, Role.HEAD, Role.ADMIN)
    return caller


Distributes = Annotated[Actor, Depends(_distributes)]
"""Who looks after the directory, or hands work over."""


@router.get(
    "/api/bodies/{key}/open",
    summary="Незавершённое у органа",
    operation_id="list_open_of_body",
    responses=problems(401, 403, 404, 503),
)
async def list_open_of_body(key: str, _caller: Distributes, service: Service) -> OpenWork:
    """Незакрытые сообщения, которые ждут органа, и обещанные им окончательные ответы: что передают преемнику."""
    await service.outcomes.settled()
    return await service.open_work.of_body(key)


@router.get(
    "/api/people/{key}/open",
    summary="Незавершённое у сотрудника",
    operation_id="list_open_of_person",
    responses=problems(401, 403, 404, 503),
)
async def list_open_of_person(key: str, _caller: Distributes, service: Service) -> OpenWork:
    """Незакрытые сообщения, которые он ведёт как куратор или которые ему назначены."""
    await service.outcomes.settled()
    return await service.open_work.of_person(key)
