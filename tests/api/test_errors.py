"""Whatever goes wrong, a problem document in Russian comes back."""

import errno
import sqlite3
from collections.abc import Awaitable, Callable
from pathlib import Path

import psycopg
import pytest
from fastapi import FastAPI
from httpx import AsyncClient
from sqlalchemy.exc import DataError, InternalError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from temporalio.service import RPCError, RPCStatusCode

from api.deps import Service, requires
from api.main import create_app
from calendar_rules.vocabulary import Role
from settings import Settings
from tests.api.conftest import NO_TEMPORAL, assert_problem, client_of

SignIn = Callable[[str], Awaitable[AsyncClient]]


async def test_an_unknown_address_is_a_problem(http: AsyncClient) -> None:
    assert_problem(await http.get("/api/unknown"), 404, "/api/unknown")
    assert_problem(await http.get("/unknown"), 404)


async def test_a_method_that_is_not_served_is_a_problem_that_names_those_that_are(http: AsyncClient) -> None:
    answer = await http.put("/api/messages")
    assert_problem(answer, 405, "PUT")
    assert {*answer.headers["allow"].split(", ")} == {"GET", "POST"}
    assert (await http.put("/docs")).headers["allow"] == "GET"


async def test_an_unforeseen_error_has_a_number_and_no_details(app: FastAPI, http: AsyncClient) -> None:
    @app.get("/fails")
    async def fails() -> None:
        raise RuntimeError("secret")

    answer = await http.get("/fails")
    assert_problem(answer, 500, answer.json()["error_id"])
    assert "secret" not in answer.text


async def test_a_body_past_every_bound_is_a_problem(http: AsyncClient) -> None:
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    answer = await http.post("/api/token", content=b"a=" + b"b" * 9_000_000, headers=headers)
    assert_problem(answer, 413)


async def test_without_the_database_it_is_503(tmp_path: Path) -> None:
    settings = Settings.load(
        data=tmp_path,
        database_url="postgresql://otklik@127.0.0.1:1/otklik",
        temporal_address=NO_TEMPORAL,
        temporal_namespace="default",
    )
    app = create_app(settings)
    async with app.router.lifespan_context(app), client_of(app) as http:
        answer = await http.get("/api/directory", headers={"Authorization": "Bearer x"})
        assert_problem(answer, 503, "База данных")
        assert answer.headers["retry-after"]
        assert (await http.get("/healthz")).status_code == 200
        ready = await http.get("/readyz")
        assert_problem(ready, 503)
        assert {item["field"] for item in ready.json()["errors"]} == {"database", "temporal"}


async def test_without_temporal_what_needs_it_is_503(app: FastAPI, http: AsyncClient) -> None:
    @app.get("/needs-temporal")
    async def needs(service: Service) -> None:
        await service.runs.temporal.client.count_workflows()

    assert_problem(await http.get("/needs-temporal"), 503, "Temporal")
    ready = await http.get("/readyz")
    assert_problem(ready, 503, "Temporal")
    assert [item["field"] for item in ready.json()["errors"]] == ["temporal"]


def of_sqlite(code: int) -> OperationalError:
    cause = sqlite3.OperationalError("not now")
    cause.sqlite_errorcode = code
    return OperationalError("INSERT", {}, cause)


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (of_sqlite(sqlite3.SQLITE_BUSY), "База данных сейчас занята"),
        (of_sqlite(sqlite3.SQLITE_FULL), "закончилось место на диске"),
        (of_sqlite(sqlite3.SQLITE_IOERR), "База данных сейчас недоступна"),
        (OperationalError("INSERT", {}, psycopg.errors.DiskFull("no space")), "закончилось место на диске"),
        (PoolTimeoutError("no connection"), "База данных сейчас занята"),
        # PostgreSQL ended the connection of a process that hung in a transaction.
        (
            InternalError(
                "SELECT",
                {},
                psycopg.errors.IdleInTransactionSessionTimeout("too long"),
                connection_invalidated=True,
            ),
            "База данных сейчас недоступна",
        ),
        (OSError(errno.ENOSPC, "no space"), "закончилось место на диске"),
    ],
)
async def test_an_outage_is_named(app: FastAPI, http: AsyncClient, error: Exception, words: str) -> None:
    @app.post("/fails")
    async def fails() -> None:
        raise error

    answer = await http.post("/fails")
    assert_problem(answer, 503, words)
    assert answer.headers["retry-after"]


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (InternalError("SELECT", {}, ValueError("a bug")), 500),
        (OSError(errno.EACCES, "a bug"), 500),
        (RPCError("gone", RPCStatusCode.UNAVAILABLE, b""), 503),
        (RPCError("transport error", RPCStatusCode.UNKNOWN, b""), 503),
        (RPCError("bug", RPCStatusCode.UNKNOWN, b""), 500),
        (RPCError("bug", RPCStatusCode.INVALID_ARGUMENT, b""), 500),
        (DataError("INSERT", {}, ValueError("a zero character")), 422),
    ],
)
async def test_errors_of_what_stands_behind(
    app: FastAPI, http: AsyncClient, error: Exception, status: int
) -> None:
    @app.get("/fails")
    async def fails() -> None:
        raise error

    assert_problem(await http.get("/fails"), status)


async def test_a_role_guard_lets_only_the_roles_in(app: FastAPI, as_: SignIn) -> None:
    from fastapi import Depends

    @app.get("/guarded", dependencies=[Depends(requires(Role.CURATOR, Role.HEAD))])
    async def guarded() -> None: ...

    assert (await (await as_("curator")).get("/guarded")).status_code == 200
    assert_problem(await (await as_("admin")).get("/guarded"), 403, "куратор или начальник Департамента")


@pytest.mark.parametrize("path", ["/api/me/", "/api/token/", "/healthz/", "/docs/", "/about/"])
@pytest.mark.parametrize("method", ["GET", "POST"])
async def test_no_address_sends_on_to_another(http: AsyncClient, method: str, path: str) -> None:
    """Behind a proxy the other one would be without TLS, and what follows it sends password and token once more."""
    assert_problem(await http.request(method, path), 404)
