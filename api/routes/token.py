"""Signing in and out."""

from datetime import UTC, datetime
from http import HTTPStatus
from typing import Annotated, Literal

from fastapi import Form
from pydantic import BaseModel, Field

from api import wording
from api.deps import BearerToken, Caller, Db, unauthorized
from api.errors import problems
from api.router import Router
from store import passwords, tokens
from store.people import storable
from store.tables import Person

router = Router("Вход")

Username = Annotated[str, Form(description="Имя для входа.", examples=["curator"])]
Password = Annotated[str, Form(json_schema_extra={"format": "password"})]


class TokenGiven(BaseModel):
    """A token, to be sent with every request."""

    access_token: str = Field(description="Передавайте его в заголовке Authorization: Bearer …")
    token_type: Literal["bearer"] = "bearer"  # noqa: S105
    expires_in: int = Field(description="Сколько секунд он действует.", examples=[43200])


@router.post("/api/token", summary="Войти", operation_id="sign_in", responses=problems(401, 422, 503))
async def sign_in(username: Username, password: Password, db: Db) -> TokenGiven:
    """Имя для входа и пароль меняются на токен, который действует 12 часов."""
    async with db.read() as session:
        person = await session.get(Person, username) if storable(username) else None
    known = person is not None and person.active
    if not await passwords.matches(password, person.password_hash if person and known else None):
        raise unauthorized(wording.WRONG_PASSWORD)
    async with db.write() as session:
        token = await tokens.issue(session, username, datetime.now(UTC))
    return TokenGiven(access_token=token, expires_in=int(tokens.LIFETIME.total_seconds()))


@router.delete(
    "/api/token",
    summary="Выйти",
    operation_id="sign_out",
    status_code=HTTPStatus.NO_CONTENT,
    responses=problems(401, 503),
)
async def sign_out(token: BearerToken, _caller: Caller, db: Db) -> None:
    """Токен, с которым пришёл запрос, больше не действует."""
    async with db.write() as session:
        await tokens.revoke(session, token, datetime.now(UTC))
