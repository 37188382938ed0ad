"""Errors as people and programs get them: problem documents (RFC 9457) with a Russian `detail`.

What is raised in a route is turned into a document here, also what frameworks and the database raise by
themselves, so no other kind of error leaves the API.
"""

import errno
import sqlite3
import uuid
from collections.abc import Awaitable, Callable, Coroutine, Mapping, Sequence
from http import HTTPStatus
from math import ceil
from typing import Any

import structlog
from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel, ConfigDict, Field
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect
from temporalio.service import RPCError, RPCStatusCode

from api import wording
from api.request_log import HUNG_UP, REQUEST_ID, current_request
from api.response_headers import protective
from service.access.errors import (
    ConflictError,
    ForbiddenError,
    InvalidInputError,
    KeyReusedError,
    NotFoundError,
    NotSignedInError,
    ServiceError,
    TooBusyError,
    TooManyGuessesError,
    UnderWayError,
    UnknownNowError,
    WrongClockError,
)
from service.access.validation_wording import explain
from service.runs.connection import TemporalAwayError
from store.database.session import (
    DataError,
    DBAPIError,
    InterfaceError,
    OperationalError,
    PoolTimeoutError,
    disk_is_full,
)
from telemetry.logs import reason

log = structlog.get_logger(__name__)

MEDIA_TYPE = "application/problem+json"

_NO_SPACE = (errno.ENOSPC, errno.EDQUOT)
_BUSY = (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)
_AWAY = (RPCStatusCode.UNAVAILABLE, RPCStatusCode.DEADLINE_EXCEEDED, RPCStatusCode.CANCELLED)
_BROKE = "transport error"


class FieldProblem(BaseModel):
    """Что неверно в одном поле запроса."""

    field: str = Field(description="Поле, параметр или заголовок.", examples=["bodies[0]"])
    detail: str = Field(description="Что неверно и что нужно сделать.")


class Problem(BaseModel):
    """Ошибка."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "type": "about:blank",
                    "title": "Требуется вход",
                    "status": 401,
                    "detail": "Войдите в систему.",
                }
            ]
        }
    )

    type: str = "about:blank"
    title: str = Field(description="Вид ошибки, один и тот же для одного `status`.")
    status: int = Field(description="Код ответа HTTP.")
    detail: str = Field(description="Что неверно и что нужно сделать.")
    errors: list[FieldProblem] | None = Field(default=None, description="Каждое неверное поле отдельно.")
    error_id: str | None = Field(
        default=None, description="Номер ошибки в журнале программы; есть только у непредвиденных ошибок."
    )


class ProblemError(Exception):
    """Raised in a route to answer with a problem; `detail` is Russian and says what to do."""

    def __init__(
        self,
        status: int,
        detail: str,
        title: str | None = None,
        *,
        headers: Mapping[str, str] | None = None,
        errors: Sequence[FieldProblem] | None = None,
    ) -> None:
        super().__init__(detail)
        self.status = status
        self.detail = detail
        self.title = title
        self.headers = headers
        self.errors = errors


class FieldError(ProblemError):
    """422 for one field that is well formed and still cannot be taken."""

    def __init__(self, field: str, detail: str) -> None:
        super().__init__(
            HTTPStatus.UNPROCESSABLE_ENTITY,
            f"Поле {field}: {detail}",
            errors=[FieldProblem(field=field, detail=detail)],
        )


def problem_response(
    status: int,
    detail: str,
    title: str | None = None,
    *,
    headers: Mapping[str, str] | None = None,
    errors: Sequence[FieldProblem] | None = None,
    error_id: str | None = None,
) -> JSONResponse:
    """The document of a problem as a response."""
    problem = Problem(
        title=title or wording.TITLES.get(status) or wording.TITLES[500],
        status=status,
        detail=detail,
        errors=list(errors) if errors is not None else None,
        error_id=error_id,
    )
    return JSONResponse(
        problem.model_dump(exclude_none=True), status, dict(headers or {}), media_type=MEDIA_TYPE
    )


def a_file(kind: str, description: str, *refused: int) -> dict[int | str, dict[str, Any]]:
    """For `responses` of a route that serves a file: its media type, what it is, and the statuses of its problems."""
    return {200: {"content": {kind: {}}, "description": description}, **problems(*refused)}


def problems(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """For `responses` of a route: which problems it answers with."""
    schema = {"schema": {"$ref": "#/components/schemas/Problem"}}
    return {
        status: {"description": wording.TITLES[status], "content": {MEDIA_TYPE: schema}}
        for status in sorted(statuses)
    }


Shown = Callable[[Request, JSONResponse], Awaitable[Response]]
"""How whoever waits gets a problem: as the document, or as a page."""


async def as_it_is(_request: Request, problem: JSONResponse) -> Response:
    """The document itself, for programs."""
    return problem


def install(app: FastAPI, shown: Shown = as_it_is) -> None:
    """Make the application answer with problems only."""
    handlers: tuple[tuple[type[Exception], _Handler], ...] = (
        (ProblemError, _of_a_route),
        (ServiceError, _of_the_service),
        (RequestValidationError, _of_validation),
        (HTTPException, _of_the_framework),
        (OperationalError, _of_the_database),
        (InterfaceError, _of_the_database),
        (PoolTimeoutError, _of_the_database),
        (DBAPIError, _of_a_lost_connection),
        (DataError, _of_a_value),
        (OSError, _of_the_system),
        (TemporalAwayError, _of_temporal),
        (RPCError, _of_temporal),
        (Exception, _unforeseen),
    )
    for kind, handler in handlers:
        app.add_exception_handler(kind, _as_shown(handler, shown))
    app.add_exception_handler(ClientDisconnect, _of_who_hung_up)


_Handler = Callable[[Request, Exception], Coroutine[Any, Any, JSONResponse]]


def _as_shown(
    handler: _Handler, shown: Shown
) -> Callable[[Request, Exception], Coroutine[Any, Any, Response]]:
    async def handle(request: Request, error: Exception) -> Response:
        return await shown(request, await handler(request, error))

    return handle


async def _of_a_route(_request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, ProblemError)  # noqa: S101
    return problem_response(
        error.status, error.detail, error.title, headers=error.headers, errors=error.errors
    )


_STATUS: Mapping[type[ServiceError], HTTPStatus] = {
    InvalidInputError: HTTPStatus.UNPROCESSABLE_ENTITY,
    KeyReusedError: HTTPStatus.UNPROCESSABLE_ENTITY,
    NotFoundError: HTTPStatus.NOT_FOUND,
    ForbiddenError: HTTPStatus.FORBIDDEN,
    ConflictError: HTTPStatus.CONFLICT,
    UnknownNowError: HTTPStatus.SERVICE_UNAVAILABLE,
    WrongClockError: HTTPStatus.SERVICE_UNAVAILABLE,
    TooBusyError: HTTPStatus.SERVICE_UNAVAILABLE,
    UnderWayError: HTTPStatus.SERVICE_UNAVAILABLE,
    NotSignedInError: HTTPStatus.UNAUTHORIZED,
    TooManyGuessesError: HTTPStatus.TOO_MANY_REQUESTS,
}

_SOON = "3"
"""Seconds after which a page of what is being made renews itself; the file comes in its place once it is there."""
SIGN_IN_BY = {"WWW-Authenticate": "Bearer"}


async def _of_the_service(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, ServiceError)  # noqa: S101
    if isinstance(error, InvalidInputError):
        return await _of_a_route(request, FieldError(error.field, error.detail))
    if isinstance(error, UnderWayError):
        soon = {"Retry-After": _SOON, "Refresh": _SOON}
        return problem_response(_STATUS[type(error)], error.detail, wording.UNDER_WAY, headers=soon)
    status, headers = _STATUS[type(error)], {}
    if isinstance(error, TooManyGuessesError):
        headers = {"Retry-After": str(ceil(error.wait.total_seconds()))}
    elif isinstance(error, NotSignedInError):
        headers = SIGN_IN_BY
    elif status is HTTPStatus.SERVICE_UNAVAILABLE:
        headers = {"Retry-After": "5"}
    return problem_response(status, error.detail, headers=headers)


async def _of_validation(_request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, RequestValidationError)  # noqa: S101
    found = [FieldProblem(field=field, detail=detail) for field, detail in explain(error.errors())]
    return problem_response(
        HTTPStatus.UNPROCESSABLE_ENTITY,
        " ".join(f"{item.field}: {item.detail}" if item.field else item.detail for item in found),
        errors=found,
    )


async def _of_the_framework(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, HTTPException)  # noqa: S101
    detail = wording.OF_THE_FRAMEWORK.get(error.status_code, wording.TITLES[400] + ".")
    headers = dict(error.headers or {})
    if error.status_code == HTTPStatus.METHOD_NOT_ALLOWED and (methods := _methods(request)):
        headers["Allow"] = ", ".join(methods)
    return problem_response(
        error.status_code, detail.format(method=request.method, path=request.url.path), headers=headers
    )


def _methods(request: Request) -> list[str]:
    """Every method of the address; each route by itself knows only its own."""
    app: FastAPI = request.app
    path = getattr(request.scope.get("route"), "path", None)
    return [method.upper() for method in app.openapi()["paths"].get(path, ())]


async def _of_the_database(_request: Request, error: Exception) -> JSONResponse:
    log.warning("database unavailable", error=reason(error))
    return problem_response(HTTPStatus.SERVICE_UNAVAILABLE, _outage(error), headers={"Retry-After": "5"})


def _outage(error: Exception) -> str:
    """What to tell of a database that does not do its work."""
    cause = getattr(error, "orig", None)
    if isinstance(error, PoolTimeoutError) or getattr(cause, "sqlite_errorcode", None) in _BUSY:
        return wording.DATABASE_BUSY
    if disk_is_full(error):
        return wording.DISK_FULL
    return wording.DATABASE_AWAY


async def _of_a_lost_connection(request: Request, error: Exception) -> JSONResponse:
    """PostgreSQL ends a connection with whatever kind of error it has for the reason."""
    if not isinstance(error, DBAPIError) or not error.connection_invalidated:
        raise error
    return await _of_the_database(request, error)


async def _of_the_system(_request: Request, error: Exception) -> JSONResponse:
    if not isinstance(error, OSError) or error.errno not in _NO_SPACE:
        raise error
    log.warning("no space left", error=reason(error))
    return problem_response(HTTPStatus.SERVICE_UNAVAILABLE, wording.DISK_FULL, headers={"Retry-After": "5"})


def _is_away(error: RPCError) -> bool:
    """Whether the server has not answered; a connection that breaks while it hangs is told in words alone."""
    broke = error.status is RPCStatusCode.UNKNOWN and _BROKE in error.message
    return broke or error.status in _AWAY


async def _of_temporal(_request: Request, error: Exception) -> JSONResponse:
    if isinstance(error, RPCError) and not _is_away(error):
        raise error
    log.warning("Temporal unavailable", error=reason(error))
    return problem_response(
        HTTPStatus.SERVICE_UNAVAILABLE, wording.TEMPORAL_AWAY, headers={"Retry-After": "5"}
    )


async def _of_a_value(_request: Request, error: Exception) -> JSONResponse:
    log.warning("the database refused a value", error=reason(error))
    return problem_response(HTTPStatus.UNPROCESSABLE_ENTITY, wording.VALUE_REFUSED)


async def _of_who_hung_up(_request: Request, _error: Exception) -> Response:
    return Response(status_code=HUNG_UP)


async def _unforeseen(request: Request, error: Exception) -> JSONResponse:
    error_id = uuid.uuid4().hex[:12]
    log.error("unforeseen error", error_id=error_id, exc_info=error)
    return problem_response(
        HTTPStatus.INTERNAL_SERVER_ERROR,
        wording.UNFORESEEN.format(error_id=error_id),
        # This answer is made outside of the middleware that names and protects the others.
        headers={REQUEST_ID: current_request(), **protective(request.scope)},
        error_id=error_id,
    )
