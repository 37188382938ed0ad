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
from service.access.record import AccessRecord
from service.access.request_source import Origin as RequestOrigin
from service.access.request_source import origin
from service.assembly import Service as ServiceParts
from service.commands.part import Commands as CommandsPart
from service.directory.part import Directory as DirectoryPart
from service.journal.reading import Journals
from service.load.part import LoadPart
from service.messages.part import Messages as MessagesPart
from service.messages.targets import require_role
from service.networks.part import Networks as NetworksPart
from service.notices.part import Notices as NoticesPart
from service.oversight.part import Oversight as OversightPart
from service.people.part import People as PeoplePart
from service.personal_data.part import PersonalData as PersonalDataPart
from service.reports.part import Reports as ReportsPart
from service.runs.part import Runs as RunsPart
from service.runs.rules import Rules as ActRules
from settings import Settings as AllSettings
from store.database.engines import Database
from store.messages.finding import WithTurns
from store.people.persons import Actor, SignedIn

T = TypeVar("T")


async def _settings(request: Request) -> AllSettings:
    settings: AllSettings = request.app.state.settings
    return settings


async def _service(request: Request) -> ServiceParts:
    service: ServiceParts = request.app.state.service
    return service


Settings = Annotated[AllSettings, Depends(_settings)]
Service = Annotated[ServiceParts, Depends(_service)]
"""What takes and answers commands, reads messages, and reaches the database and Temporal."""


def _part(of: Callable[[ServiceParts], T]) -> Any:
    async def part(service: Service) -> T:
        return of(service)

    return Depends(part)


# A route asks for the parts it needs.
Db = Annotated[Database, _part(lambda service: service.database)]
Rules = Annotated[ActRules, _part(lambda service: service.rules)]
Access = Annotated[AccessRecord, _part(lambda service: service.access)]
Runs = Annotated[RunsPart, _part(lambda service: service.runs)]
People = Annotated[PeoplePart, _part(lambda service: service.people)]
Messages = Annotated[MessagesPart, _part(lambda service: service.messages)]
Notices = Annotated[NoticesPart, _part(lambda service: service.notices)]
Journal = Annotated[Journals, _part(lambda service: service.journal)]
Directory = Annotated[DirectoryPart, _part(lambda service: service.directory)]
Commands = Annotated[CommandsPart, _part(lambda service: service.commands)]
PersonalData = Annotated[PersonalDataPart, _part(lambda service: service.personal_data)]
Networks = Annotated[NetworksPart, _part(lambda service: service.networks)]
Reports = Annotated[ReportsPart, _part(lambda service: service.reports)]
Oversight = Annotated[OversightPart, _part(lambda service: service.oversight)]
Load = Annotated[LoadPart, _part(lambda service: service.load)]


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


_LATELY = 1.0  # seconds
_FOUND = "otklik.found"
_MESSAGE = "message"


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


def message_read(request: Request) -> WithTurns | None:
    """What was read of the message of the address with the sign-in; None where that was none, or is a while ago."""
    at, read = request.scope[_FOUND].get(_MESSAGE, (-math.inf, None))
    return read if asyncio.get_running_loop().time() - at <= _LATELY else None


async def signed_in(
    request: Request, token: Annotated[str, Depends(_bearer_token)], service: Service
) -> SignedIn:
    """For `Depends`: the open sign-in of the token. Raises NotSignedInError."""

    async def find() -> SignedIn:
        message = request.path_params.get("message")
        if message is None:
            found = await service.people.sign_in.of_token(token)
        else:
            found, read = await service.messages.targets.with_sign_in(message, token)
            request.scope[_FOUND][_MESSAGE] = asyncio.get_running_loop().time(), read
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
