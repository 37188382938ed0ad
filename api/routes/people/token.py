"""Signing in by password, and out."""

import hashlib
from http import HTTPStatus
from typing import Annotated, Literal

from fastapi import Form, Request, Response
from pydantic import BaseModel, Field

from api.deps import AnySignIn, Origin, People, Settings
from api.errors import problems
from api.router import Router, Who
from service.access.recorded_calls import Call
from service.people.sign_in import Opened
from settings import Settings as AllSettings
from store.people.known_sources import REMEMBERED

router = Router("Вход")

Username = Annotated[str, Form(description="Имя для входа.", examples=["curator"])]
Password = Annotated[str, Form(description="Пароль.", json_schema_extra={"format": "password"})]
Code = Annotated[
    str | None,
    Form(description="Код второго фактора, если он подключён: из приложения или код восстановления."),
]
PATH = "/api/token"


class TokenGiven(BaseModel):
    """Токен, который передаётся с каждым запросом."""

    access_token: str = Field(description="Передавайте его в заголовке Authorization: Bearer …")
    token_type: Literal["bearer"] = "bearer"  # noqa: S105
    expires_in: int = Field(description="Срок действия в секундах.", examples=[43200])


def token_given(opened: Opened) -> TokenGiven:
    """A sign-in as it is answered."""
    return TokenGiven(access_token=opened.token, expires_in=int(opened.lifetime.total_seconds()))


@router.post(
    PATH,
    recorded=Call.SIGN_IN,
    by=Who.EVERYBODY,
    summary="Войти",
    operation_id="sign_in",
    responses=problems(401, 422, 429, 503),
)
async def sign_in(
    username: Username,
    password: Password,
    request: Request,
    response: Response,
    origin: Origin,
    people: People,
    settings: Settings,
    code: Code = None,
) -> TokenGiven:
    """Имя для входа и пароль меняются на токен, который действует 12 часов; со вторым фактором нужен и код.

    После десяти неверных паролей с одного адреса каждую следующую попытку нужно ждать, чем дальше, тем дольше.
    Тому, кто с этого адреса или устройства уже входил, чужие попытки не мешают.
    """
    device = known_device(request, username)
    opened = await people.sign_in.by_password(origin, username, password, code, device)
    keep_device(response, username, opened, settings, path=PATH)
    return token_given(opened)


def known_device(request: Request, sign_in: str) -> str | None:
    """What the device keeps by which it is known for a sign-in."""
    return request.cookies.get(_cookie(sign_in))


def keep_device(
    response: Response, sign_in: str, opened: Opened, settings: AllSettings, *, path: str
) -> None:
    """Let the device keep by what it is known for a sign-in, where it is asked for it: at `path`."""
    if opened.device is not None:
        response.set_cookie(
            _cookie(sign_in),
            opened.device,
            max_age=int(REMEMBERED.total_seconds()),
            path=path,
            secure=settings.public_url.startswith("https://"),
            httponly=True,
            samesite="strict",
        )


@router.delete(
    PATH,
    recorded=Call.SIGN_OUT,
    by=Who.ANY_SIGN_IN,
    summary="Выйти",
    operation_id="sign_out",
    status_code=HTTPStatus.NO_CONTENT,
    responses=problems(401, 503),
)
async def sign_out(caller: AnySignIn, people: People) -> None:
    """Токен этого запроса перестаёт действовать."""
    await people.sign_in.end_this(caller)


def _cookie(sign_in: str) -> str:
    """The name under which a device keeps by what it is known for a sign-in."""
    return f"otklik-device-{hashlib.sha256(sign_in.encode('utf-8', 'surrogatepass')).hexdigest()[:8]}"
