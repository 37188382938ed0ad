"""Health of the process: it lives, it can serve, what it has counted."""

import asyncio
from http import HTTPStatus
from ipaddress import ip_network
from typing import Annotated, Literal

from fastapi import Depends, Request
from fastapi.responses import PlainTextResponse, Response
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from pydantic import BaseModel, Field

from api import wording
from api.database_metrics import DatabaseMetrics
from api.deps import Db, Origin, Runs, Settings
from api.errors import FieldProblem, ProblemError, problems
from api.router import Router, Who
from service.access.request_source import is_among
from telemetry import machine, temporal_sdk
from telemetry.heartbeat import RELEASE
from telemetry.readiness import PATIENCE, TEMPORAL, Judge, Readiness

router = Router("Состояние")


_OF_THIS_MACHINE = (ip_network("127.0.0.0/8"), ip_network("::1/128"))


async def _watches(request: Request, origin: Origin, settings: Settings) -> None:
    """Raises ProblemError 403 for whoever is neither on this machine nor among `settings.monitors`."""
    # Behind a proxy that is not known, everybody would be of the proxy's machine.
    is_here = "x-forwarded-for" not in request.headers and is_among(origin.address, _OF_THIS_MACHINE)
    if not is_here and not is_among(origin.address, settings.monitors):
        raise ProblemError(HTTPStatus.FORBIDDEN, wording.FOR_MONITORS)


class Alive(BaseModel):
    """Процесс работает."""

    status: Literal["ok"] = "ok"


@router.get("/healthz", recorded=None, by=Who.EVERYBODY, summary="Процесс работает", operation_id="healthz")
async def healthz() -> Alive:
    """Отвечает, пока работает процесс, независимо от базы данных и Temporal."""
    return Alive()


class Ready(BaseModel):
    """Процесс готов к работе."""

    status: Literal["ok", "degraded"] = "ok"
    version: str = Field(description="Версия программы.")
    errors: list[FieldProblem] | None = Field(
        default=None, description="Что сейчас недоступно, хотя запросы принимаются (degraded)."
    )


async def _readiness(request: Request) -> Readiness:
    readiness: Readiness = request.app.state.readiness
    return readiness


@router.get(
    "/readyz",
    recorded=None,
    by=_watches,
    summary="Готов к работе",
    operation_id="readyz",
    response_model_exclude_none=True,
    responses=problems(403, 503),
)
async def readyz(db: Db, runs: Runs, readiness: Annotated[Readiness, Depends(_readiness)]) -> Ready:
    """База данных отвечает, её структура соответствует версии программы, часы верны; иначе ответ 503 с причиной.

    Сервер Temporal должен ответить до первой готовности. Пока он недоступен позже, команды принимаются и ждут его:
    ответ 200 и status degraded. Только для `OTKLIK_MONITORS`.
    """

    async def ask(judge: Judge) -> str | None:
        async with db.read() as session:
            return await (await session.connection()).run_sync(judge)

    wrong = await readiness.wrong(ask, runs.temporal.is_serving(PATIENCE))
    told = [FieldProblem(field=field, detail=detail) for field, detail in wrong.items()]
    if wrong.keys() - ({TEMPORAL} if runs.temporal.client_or_none else set()):
        raise ProblemError(
            HTTPStatus.SERVICE_UNAVAILABLE,
            " ".join(wrong.values()),
            headers={"Retry-After": "5"},
            errors=told,
        )
    return Ready(status="degraded" if told else "ok", version=RELEASE, errors=told or None)


async def _database_metrics(request: Request) -> DatabaseMetrics:
    metrics: DatabaseMetrics = request.app.state.database_metrics
    return metrics


Metrics = Annotated[DatabaseMetrics, Depends(_database_metrics)]


@router.get(
    "/metrics",
    recorded=None,
    by=_watches,
    summary="Показатели для Prometheus",
    operation_id="metrics",
    response_class=PlainTextResponse,
    responses=problems(403),
)
async def metrics(database_metrics: Metrics, settings: Settings) -> Response:
    """Запросы, команды по результату, возраст очереди команд, сроки, сети, место на диске, показатели Temporal SDK."""
    of_database = await database_metrics.measures()
    of_machine = await asyncio.to_thread(machine.measures, settings)
    content = generate_latest() + of_database + of_machine + await temporal_sdk.measures()
    return Response(content, media_type=CONTENT_TYPE_LATEST)
