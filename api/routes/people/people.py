"""Accounts of other people, as administrators manage them."""

from http import HTTPStatus
from typing import Annotated

from fastapi import Depends

from api.deps import CompleteSignIn, People, Service
from api.errors import problems
from api.router import Router
from calendar_rules.vocabulary import Role
from service.access.recorded_calls import Call
from service.messages.targets import require_role
from service.people.sign_in import SignInList

router = Router("Учётные записи")


async def _managed(key: str, caller: CompleteSignIn, service: Service) -> str:
    person = await service.people.sign_in.holder(key)
    require_role(caller.person, Role.ADMIN)
    return person.key


Managed = Annotated[str, Depends(_managed)]
"""The key of a person whose account the caller administers; 404, then 403 for others."""


@router.get(
    "/api/people/{key}/sign-ins",
    recorded=Call.SIGN_INS_LIST,
    by=_managed,
    summary="Открытые входы сотрудника",
    operation_id="list_sign_ins",
    responses=problems(401, 403, 404, 503),
)
async def list_sign_ins(person: Managed, caller: CompleteSignIn, people: People) -> SignInList:
    """Откуда и когда выполнены входы, которые ещё открыты."""
    return await people.sign_in.open_of(person, caller)


@router.delete(
    "/api/people/{key}/sign-ins",
    recorded=Call.SIGN_INS_END,
    by=_managed,
    summary="Завершить все входы сотрудника",
    operation_id="end_sign_ins",
    status_code=HTTPStatus.NO_CONTENT,
    responses=problems(401, 403, 404, 503),
)
async def end_sign_ins(person: Managed, people: People) -> None:
    """Токены сотрудника перестают действовать."""
    await people.sign_in.end_all(person)


@router.delete(
    "/api/people/{key}/sign-ins/{sign_in}",
    recorded=Call.SIGN_INS_END,
    by=_managed,
    summary="Завершить вход сотрудника",
    operation_id="end_sign_in",
    status_code=HTTPStatus.NO_CONTENT,
    responses=problems(401, 403, 404, 503),
)
async def end_sign_in(sign_in: str, person: Managed, people: People) -> None:
    """Токен этого входа перестаёт действовать."""
    await people.sign_in.end(person, sign_in)


@router.delete(
    "/api/people/{key}/second-factor",
    recorded=Call.SECOND_FACTOR_REMOVE,
    by=_managed,
    summary="Отключить второй фактор сотрудника",
    operation_id="remove_second_factor_of",
    status_code=HTTPStatus.NO_CONTENT,
    responses=problems(401, 403, 404, 409, 503),
)
async def remove_second_factor(person: Managed, caller: CompleteSignIn, people: People) -> None:
    """Для того, кто потерял устройство и коды восстановления; его входы завершаются. Свой отключают кодом."""
    await people.second_factors.remove_of(caller, person)
