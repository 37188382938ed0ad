"""The directory: what a message may be about, where it may stand, who answers, and what is open for them."""

from api.deps import Db, Messages
from api.errors import problems
from api.router import Router, Who
from calendar_rules.vocabulary import Role
from service.access.recorded_calls import Call
from service.directory import forms as directory
from service.directory.forms import DirectoryView
from service.messages.open_work import OpenWork

router = Router("Справочник")


@router.get(
    "/api/directory",
    recorded=None,
    by=Who.SIGNED_IN,
    summary="Справочник",
    operation_id="get_directory",
    responses=problems(401, 403, 503),
)
async def get_directory(db: Db) -> DirectoryView:
    """Сети, категории важности, темы и органы, которым направляют сообщения."""
    return await directory.read(db)


@router.get(
    "/api/bodies/{key}/open",
    recorded=Call.OPEN_WORK,
    by=(Role.CURATOR, Role.HEAD, Role.ADMIN),
    summary="Незавершённое у органа",
    operation_id="list_open_of_body",
    responses=problems(401, 403, 404, 503),
)
async def list_open_of_body(key: str, messages: Messages) -> OpenWork:
    """Незакрытые сообщения, которые ждут органа, и обещанные им окончательные ответы: что передают преемнику."""
    await messages.outcomes.settled()
    return await messages.open_work.of_body(key)


@router.get(
    "/api/people/{key}/open",
    recorded=Call.OPEN_WORK,
    by=(Role.CURATOR, Role.HEAD, Role.ADMIN),
    summary="Незавершённое у сотрудника",
    operation_id="list_open_of_person",
    responses=problems(401, 403, 404, 503),
)
async def list_open_of_person(key: str, messages: Messages) -> OpenWork:
    """Незакрытые сообщения, которые он ведёт как куратор или которые ему назначены."""
    await messages.outcomes.settled()
    return await messages.open_work.of_person(key)
