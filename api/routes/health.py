"""Health of the process: it lives, it can serve, what it has counted."""

import asyncio
from http import HTTPStatus
from ipaddress import ip_network
from typing import Annotated, Literal

import structlog
from fastapi import Depends, Request
from fastapi.responses import PlainTextResponse, Response
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from pydantic import BaseModel

from api import wording
from api.database_metrics import DatabaseMetrics
from api.deps import Db, Origin, Runs, Settings
from api.errors import FieldProblem, ProblemError, problems
from api.router import Router, Who
from service.access.request_source import is_among
from store.database.engines import Database
from store.database.session import DatabaseError
from telemetry import certificates, machine, temporal_sdk, tls_advice
from telemetry.logs import reason
from telemetry.readiness import PATIENCE, what_is_silent

log = structlog.get_logger(__name__)

router = Router("Состояние")


_OF_THIS_MACHINE = (ip_network("127.0.0.0/8"), ip_network("::1/128"))


async def _watches(request: Request, origin: Origin, settings: Settings) -> None:
    """Raises ProblemError 403 for whoever is neither on this machine nor among `settings.monitors`."""
    # Behind a proxy that is not known, everybody would be of the proxy's machine.
    is_here = "x-forwarded-for" not in request.headers and is_among(origin.address, _OF_THIS_MACHINE)
    if not is_here and not is_among(origin.address, settings.monitors):
        raise ProblemError(HTTPStatus.FORBIDDEN, wording.FOR_MONITORS)


class Alive(BaseModel):
    """Процесс работает или готов к работе."""

    status: Literal["ok"] = "ok"


@router.get("/healthz", recorded=None, by=Who.EVERYBODY, summary="Процесс работает", operation_id="healthz")
async def healthz() -> Alive:
    """Отвечает, пока работает процесс, независимо от базы данных и Temporal."""
    return Alive()


@router.get(
    "/readyz",
    recorded=None,
    by=_watches,
    summary="Готов к работе",
    operation_id="readyz",
    responses=problems(403, 503),
)
async def readyz(db: Db, runs: Runs) -> Alive:
    """База данных и Temporal отвечают; иначе ответ 503 с указанием, что недоступно. Только для `OTKLIK_MONITORS`."""
    silent = await what_is_silent(_answers(db), runs.temporal.is_serving(PATIENCE))
    if silent:
        raise ProblemError(
            HTTPStatus.SERVICE_UNAVAILABLE,
            " ".join(silent.values()),
            headers={"Retry-After": "5"},
            errors=[FieldProblem(field=field, detail=detail) for field, detail in silent.items()],
        )
    return Alive()


async def _database_metrics(request: Request) -> DatabaseMetrics:
    metrics: DatabaseMetrics = request.app.state.database_metrics
    return metrics


Metrics = Annotated[DatabaseMetrics, Depends(_database_metrics)]


async def _answers(db: Database) -> bool:
    try:
        async with asyncio.timeout(PATIENCE.total_seconds()):
            await db.check()
    except (DatabaseError, TimeoutError) as error:
        log.warning(
            "database unavailable", error=reason(error), **tls_advice.noted(tls_advice.for_database(error))
        )
        return False
    return True


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
    of_files = await asyncio.to_thread(certificates.measures, settings)
    of_machine = await asyncio.to_thread(machine.measures, settings)
    content = generate_latest() + of_database + of_files + of_machine + await temporal_sdk.measures()
    return Response(content, media_type=CONTENT_TYPE_LATEST)
