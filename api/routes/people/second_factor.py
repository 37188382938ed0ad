"""The caller's own second factor."""

from http import HTTPStatus
from typing import Annotated

from fastapi import Depends
from pydantic import BaseModel, ConfigDict, Field

from api.deps import AnySignIn, CompleteSignIn, Origin, People
from api.errors import problems
from api.router import Router, Who
from service.access import wording
from service.access.errors import ForbiddenError
from service.access.recorded_calls import Call
from service.people.second_factor import Enrolment, RecoveryCodes
from store.people.persons import Lacking, SignedIn

router = Router("Второй фактор")
PATH = "/api/me/second-factor"


async def _with_own_password(caller: AnySignIn) -> SignedIn:
    if caller.lacking is Lacking.OWN_PASSWORD:
        raise ForbiddenError(wording.CHANGE_PASSWORD_FIRST)
    return caller


WithOwnPassword = Annotated[SignedIn, Depends(_with_own_password)]
"""A sign-in that may still lack the second factor."""


class PasswordGiven(BaseModel):
    """Пароль: подтверждает, что второй фактор подключает сам сотрудник."""

    model_config = ConfigDict(extra="forbid")

    password: str = Field(description="Пароль.", json_schema_extra={"format": "password"})


class CodeGiven(BaseModel):
    """Код второго фактора."""

    model_config = ConfigDict(extra="forbid")

    code: str = Field(description="Шесть цифр из приложения или код восстановления.", examples=["123456"])


@router.post(
    PATH,
    recorded=Call.SECOND_FACTOR_ENROL,
    by=_with_own_password,
    summary="Подключить второй фактор",
    operation_id="enrol_second_factor",
    status_code=HTTPStatus.CREATED,
    responses=problems(401, 403, 409, 422, 429, 503),
)
async def enrol(given: PasswordGiven, caller: WithOwnPassword, origin: Origin, people: People) -> Enrolment:
    """Выдаёт секрет для приложения; второй фактор действует после подтверждения первым кодом."""
    await people.sign_in.confirm_presence(caller, origin, given.password)
    return await people.second_factors.enrol(caller)


@router.post(
    f"{PATH}/confirmation",
    recorded=Call.SECOND_FACTOR_CONFIRM,
    by=_with_own_password,
    summary="Подтвердить второй фактор",
    operation_id="confirm_second_factor",
    responses=problems(401, 403, 409, 422, 429, 503),
)
async def confirm(given: CodeGiven, caller: WithOwnPassword, people: People) -> RecoveryCodes:
    """Второй фактор начинает действовать, остальные входы завершаются. Сохраните коды восстановления."""
    return await people.second_factors.confirm(caller, given.code)


@router.post(
    f"{PATH}/recovery-codes",
    recorded=Call.SECOND_FACTOR_CODES,
    by=Who.SIGNED_IN,
    summary="Получить новые коды восстановления",
    operation_id="renew_recovery_codes",
    responses=problems(401, 403, 409, 422, 429, 503),
)
async def renew_recovery_codes(given: CodeGiven, caller: CompleteSignIn, people: People) -> RecoveryCodes:
    """Прежние коды перестают действовать."""
    return await people.second_factors.renew_recovery_codes(caller, given.code)


@router.post(
    f"{PATH}/removal",
    recorded=Call.SECOND_FACTOR_REMOVE,
    by=Who.SIGNED_IN,
    summary="Отключить второй фактор",
    operation_id="remove_second_factor",
    status_code=HTTPStatus.NO_CONTENT,
    responses=problems(401, 403, 409, 422, 429, 503),
)
async def remove(given: CodeGiven, caller: CompleteSignIn, people: People) -> None:
    """Администратор, которому второй фактор обязателен, до нового подключения работать не сможет."""
    await people.second_factors.remove_own(caller, given.code)
