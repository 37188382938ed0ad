"""Accounts of bodies in networks, and the keys to them."""

from http import HTTPStatus

from api.deps import Caller, Networks
from api.errors import problems
from api.only_known import OnlyKnown
from api.router import Router
from calendar_rules.vocabulary import Role
from service.access.recorded_calls import Call
from service.networks.keys import AccountGiven, AccountList, AccountView

router = Router("Сети")


@router.get(
    "/api/accounts",
    recorded=Call.ACCOUNTS_LIST,
    by=(Role.ADMIN,),
    summary="Аккаунты, к которым есть ключи",
    operation_id="list_accounts",
    responses=problems(401, 403, 422, 503),
)
async def listing(only_known: OnlyKnown, networks: Networks) -> AccountList:
    """Сами ключи не показываются никому."""
    return await networks.keys.listed()


@router.post(
    "/api/accounts",
    recorded=Call.ACCOUNT_ADD,
    by=(Role.ADMIN,),
    summary="Добавить ключ аккаунта",
    operation_id="add_account",
    status_code=HTTPStatus.CREATED,
    responses=problems(401, 403, 422, 503),
)
async def add(caller: Caller, given: AccountGiven, networks: Networks) -> AccountView:
    """Ключ хранится зашифрованным. Новый ключ того же аккаунта заменяет прежний, идентификатор остаётся."""
    return await networks.keys.add(caller, given)


@router.delete(
    "/api/accounts/{account}",
    recorded=Call.ACCOUNT_REMOVE,
    by=(Role.ADMIN,),
    summary="Удалить ключ аккаунта",
    operation_id="remove_account",
    status_code=HTTPStatus.NO_CONTENT,
    responses=problems(401, 403, 404, 503),
)
async def remove(caller: Caller, account: str, networks: Networks) -> None:
    """Ключ стирается сразу; официальный аккаунт органа остаётся в справочнике."""
    await networks.keys.remove(caller, account)
