"""Accounts of bodies in networks, and the keys to them."""

from http import HTTPStatus
from typing import Annotated

from fastapi import Depends

from api.deps import Caller, Service, requires
from api.errors import problems
from api.only_known import OnlyKnown
from api.router import Router
from calendar_rules.vocabulary import Role
from service.networks.keys import AccountGiven, AccountList, AccountView
from store.people.persons import Actor

router = Router("Сети")

Admin = Annotated[Actor, Depends(requires(Role.ADMIN))]


@router.get(
    "/api/accounts",
    summary="Аккаунты, к которым есть ключи",
    operation_id="list_accounts",
    responses=problems(401, 403, 422, 503),
)
async def listing(_: Admin, only_known: OnlyKnown, service: Service) -> AccountList:
    """Сами ключи не показываются никому."""
    return await service.network_keys.listed()


@router.post(
    "/api/accounts",
    summary="Добавить ключ аккаунта",
    operation_id="add_account",
    status_code=HTTPStatus.CREATED,
    responses=problems(401, 403, 422, 503),
)
async def add(_: Admin, caller: Caller, given: AccountGiven, service: Service) -> AccountView:
    """Ключ хранится зашифрованным. Новый ключ того же аккаунта заменяет прежний, идентификатор остаётся."""
    return await service.network_keys.add(caller, given)


@router.delete(
    "/api/accounts/{account}",
    summary="Удалить ключ аккаунта",
    operation_id="remove_account",
    status_code=HTTPStatus.NO_CONTENT,
    responses=problems(401, 403, 404, 503),
)
async def remove(_: Admin, caller: Caller, account: str, service: Service) -> None:
    """Ключ стирается сразу; официальный аккаунт органа остаётся в справочнике."""
    await service.network_keys.remove(caller, account)
