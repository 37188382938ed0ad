"""Dependencies of routes, as types: the database, Temporal, and who is asking."""

import asyncio
import math
from collections.abc import Awaitable, Callable, Coroutine
from typing import Annotated, Any, TypeVar

from fastapi import Depends, Request
from fastapi.security import OAuth2PasswordBearer

from api import wording
from calendar_rules.vocabulary import Role
from service.access.errors import NotSignedInError
from service.access.request_source import Origin as RequestOrigin
from service.access.request_source import origin
from service.assembly import Service as ServiceParts
from service.messages.targets import require_role
from settings import Settings as AllSettings
from store.database.engines import Database
from store.people.persons import Actor, SignedIn


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


async def _bearer_token(given: Annotated[str | None, Depends(_bearer)]) -> str:
    if not given:
        raise NotSignedInError(wording.SIGN_IN)
    return given


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


async def signed_in(
    request: Request, token: Annotated[str, Depends(_bearer_token)], service: Service
) -> SignedIn:
    """For `Depends`: the open sign-in of the token. Raises NotSignedInError."""

    async def find() -> SignedIn:
        found = await service.people.sign_in.of_token(token)
        if found is None:
            raise NotSignedInError(wording.SIGN_IN_AGAIN)
        return found

    return await found_lately(request, "sign-in", find)


AnySignIn = Annotated[SignedIn, Depends(signed_in)]
"""An open sign-in, whatever it lacks; 401 without a valid token."""


async def complete(sign_in: AnySignIn, service: Service) -> SignedIn:
    """For `Depends`: the sign-in, if it lacks nothing; else 403."""
    service.people.sign_in.require_complete(sign_in)
    return sign_in


CompleteSignIn = Annotated[SignedIn, Depends(complete)]
"""A sign-in to which everything is open that its person may do; 403 with what it lacks."""


async def _caller(sign_in: CompleteSignIn) -> Actor:
    return sign_in.person


Caller = Annotated[Actor, Depends(_caller)]
"""Who signed in; 401 without a valid token, 403 for a sign-in that lacks something."""


async def _origin(request: Request, settings: Settings) -> RequestOrigin:
    peer = request.client.host if request.client else ""
    return origin(
        peer,
        ",".join(request.headers.getlist("x-forwarded-for")),
        request.headers.get("user-agent", ""),
        settings.trusted_proxies,
    )


Origin = Annotated[RequestOrigin, Depends(_origin)]
"""Where the request comes from, past trusted proxies."""


def requires(*roles: Role) -> Callable[[Actor], Coroutine[Any, Any, None]]:
    """For `Depends`: 403 unless one of the roles is the caller's now, or of someone they stand in for."""

    async def guard(caller: Caller) -> None:
        require_role(caller, *roles)

    return guard
