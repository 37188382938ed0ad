"""What routes depend on, as types: the database, Temporal, and who is asking."""

import asyncio
import math
from collections.abc import Awaitable, Callable, Coroutine
from datetime import UTC, datetime
from http import HTTPStatus
from typing import Annotated, Any, TypeVar

from fastapi import Depends, Request
from fastapi.security import OAuth2PasswordBearer

from api import wording
from api.errors import ProblemError
from calendar_rules.vocabulary import Role
from service.assembly import Service as ServiceParts
from service.targets import require_role
from settings import Settings as AllSettings
from store import people, tokens
from store.database import Database
from store.people import Actor


async def _settings(request: Request) -> AllSettings:
    settings: AllSettings = request.app.state.settings
    return settings


async def _service(request: Request) -> ServiceParts:
    service: ServiceParts = request.app.state.service
    return service


Settings = Annotated[AllSettings, Depends(_settings)]
Service = Annotated[ServiceParts, Depends(_service)]
"""What takes and answers commands, reads messages, and reaches the database and Temporal."""


async def _database(service: Service) -> Database:
    return service.database


Db = Annotated[Database, Depends(_database)]


_bearer = OAuth2PasswordBearer(
    tokenUrl="/api/token",
    scheme_name="password",
    description="Токен, полученный по имени для входа и паролю: POST /api/token.",
    auto_error=False,
)


def unauthorized(detail: str) -> ProblemError:
    """401 that says how to sign in."""
    return ProblemError(HTTPStatus.UNAUTHORIZED, detail, headers={"WWW-Authenticate": "Bearer"})


async def _bearer_token(given: Annotated[str | None, Depends(_bearer)]) -> str:
    if not given:
        raise unauthorized(wording.SIGN_IN)
    return given


BearerToken = Annotated[str, Depends(_bearer_token)]


T = TypeVar("T")

_LATELY = 1.0  # seconds
_FOUND = "otklik.found"


async def found_lately(request: Request, what: str, find: Callable[[], Awaitable[T]]) -> T:
    """The result of `find`, which a request with a body asks for twice: before its body is read, and with it.

    What was found before a body that took long is asked for again.
    """
    found: dict[str, tuple[float, Any]] = request.scope.setdefault(_FOUND, {})
    clock = asyncio.get_running_loop().time
    at, result = found.get(what, (-math.inf, None))
    if clock() - at > _LATELY:
        result = await find()
        found[what] = clock(), result
    known: T = result
    return known


async def _caller(request: Request, token: BearerToken, db: Db) -> Actor:
    async def find() -> Actor:
        async with db.lookup() as session:
            found = await people.actor_of_token(session, tokens.digest(token), datetime.now(UTC))
        if found is None:
            raise unauthorized(wording.SIGN_IN_AGAIN)
        return found

    return await found_lately(request, "caller", find)


Caller = Annotated[Actor, Depends(_caller)]
"""Who signed in; 401 without a valid token."""


def requires(*roles: Role) -> Callable[[Actor], Coroutine[Any, Any, Actor]]:
    """For `Depends`: the caller, if one of the roles is theirs now, or of someone they stand in for; else 403."""

    async def guard(caller: Caller) -> Actor:
        require_role(caller, *roles)
        return caller

    return guard
