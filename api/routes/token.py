"""Signing in and out."""

import asyncio
from datetime import UTC, datetime
from http import HTTPStatus
from math import ceil
from typing import Annotated, Literal
from weakref import WeakValueDictionary

from fastapi import Form
from pydantic import BaseModel, Field

from api import wording
from api.deps import BearerToken, Caller, Db, unauthorized
from api.errors import ProblemError, problems
from api.router import Router
from store import passwords, tokens, wrong_passwords
from store.database import Database
from store.people import storable
from store.tables import PersonRow

router = Router("Вход")

Username = Annotated[str, Form(description="Имя для входа.", examples=["curator"])]
Password = Annotated[str, Form(description="Пароль.", json_schema_extra={"format": "password"})]


class TokenGiven(BaseModel):
    """Токен, который передаётся с каждым запросом."""

    access_token: str = Field(description="Передавайте его в заголовке Authorization: Bearer …")
    token_type: Literal["bearer"] = "bearer"  # noqa: S105
    expires_in: int = Field(description="Срок действия в секундах.", examples=[43200])


_trying: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()


@router.post("/api/token", summary="Войти", operation_id="sign_in", responses=problems(401, 422, 429, 503))
async def sign_in(username: Username, password: Password, db: Db) -> TokenGiven:
    """Имя для входа и пароль меняются на токен, который действует 12 часов.

    После десяти неверных паролей подряд вход под этим именем закрыт на несколько минут.
    """
    # One at a time, or a burst of guesses would be through before the first of them is counted.
    async with _trying.setdefault(username, asyncio.Lock()):
        await _check(username, password, db)
    async with db.write() as session:
        token = await tokens.issue(session, username, datetime.now(UTC))
        await wrong_passwords.forget(session, username)
    return TokenGiven(access_token=token, expires_in=int(tokens.LIFETIME.total_seconds()))


async def _check(username: str, password: str, db: Database) -> None:
    """Raises ProblemError: 401 for a wrong password or name, 429 after too many."""
    async with db.read() as session:
        wait = await wrong_passwords.wait_for(session, username, datetime.now(UTC))
        person = await session.get(PersonRow, username) if storable(username) else None
    if wait is not None:
        raise ProblemError(
            HTTPStatus.TOO_MANY_REQUESTS,
            wording.too_many_passwords(wait),
            headers={"Retry-After": str(ceil(wait.total_seconds()))},
        )
    known = person is not None and person.active
    if not await passwords.matches(password, person.password_hash if person and known else None):
        async with db.write() as session:
            await wrong_passwords.note(session, username, datetime.now(UTC))
        raise unauthorized(wording.WRONG_PASSWORD)


@router.delete(
    "/api/token",
    summary="Выйти",
    operation_id="sign_out",
    status_code=HTTPStatus.NO_CONTENT,
    responses=problems(401, 503),
)
async def sign_out(token: BearerToken, _caller: Caller, db: Db) -> None:
    """Токен этого запроса перестаёт действовать."""
    async with db.write() as session:
        await tokens.revoke(session, token, datetime.now(UTC))
