"""What routes depend on, as types: the database, Temporal, and who is asking."""

from collections.abc import Callable, Coroutine
from datetime import UTC, datetime
from http import HTTPStatus
from typing import Annotated, Any

from fastapi import Depends, Request
from fastapi.security import OAuth2PasswordBearer
from temporalio.client import Client as TemporalClient

from api import wording
from api.errors import ProblemError
from api.temporal import Temporal as TemporalConnection
from calendar_rules.vocabulary import Role
from settings import Settings as AllSettings
from store import people, tokens
from store.database import Database
from store.people import Actor
from workflows.commands import Grant


async def _settings(request: Request) -> AllSettings:
    settings: AllSettings = request.app.state.settings
    return settings


async def _database(request: Request) -> Database:
    database: Database = request.app.state.database
    return database


async def _temporal(request: Request) -> TemporalConnection:
    temporal: TemporalConnection = request.app.state.temporal
    return temporal


Settings = Annotated[AllSettings, Depends(_settings)]
Db = Annotated[Database, Depends(_database)]
Temporal = Annotated[TemporalConnection, Depends(_temporal)]
"""The connection, for what can do without it for a while."""


async def _client(temporal: Temporal) -> TemporalClient:
    return temporal.client


Client = Annotated[TemporalClient, Depends(_client)]
"""The client of Temporal; 503 while it has not been reached."""

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


async def _caller(token: BearerToken, db: Db) -> Actor:
    async with db.lookup() as session:
        found = await people.actor_of_token(session, tokens.digest(token), datetime.now(UTC))
    if found is None:
        raise unauthorized(wording.SIGN_IN_AGAIN)
    return found


Caller = Annotated[Actor, Depends(_caller)]
"""Who signed in; 401 without a valid token."""


def requires(*roles: Role) -> Callable[[Actor], Coroutine[Any, Any, Actor]]:
    """For `Depends`: the caller, if one of the roles is theirs now, or of someone they stand in for; else 403."""

    async def guard(caller: Caller) -> Actor:
        if not any(capacity.role in roles for capacity in caller.capacities(datetime.now(UTC))):
            raise ProblemError(HTTPStatus.FORBIDDEN, wording.only_for(roles))
        return caller

    return guard


_COMMANDING = frozenset({Role.CURATOR, Role.HEAD, Role.EXECUTOR, Role.RESPONSIBLE, Role.ADMIN})
"""The roles in which commands are given."""


def grants(caller: Actor, moment: datetime) -> tuple[Grant, ...]:
    """What a command carries of the caller: the capacities at `moment` in which commands are given."""
    return tuple(
        Grant(role=capacity.role, body=capacity.body, acting_for=capacity.acting_for)
        for capacity in caller.capacities(moment)
        if capacity.role in _COMMANDING
    )
