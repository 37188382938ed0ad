"""Whether the process lives, whether it can serve, and what it has counted."""

import asyncio
from datetime import timedelta
from http import HTTPStatus
from typing import Literal

import structlog
from fastapi.responses import PlainTextResponse, Response
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from pydantic import BaseModel
from sqlalchemy.exc import SQLAlchemyError

from api import wording
from api.deps import Db, Temporal
from api.errors import FieldProblem, ProblemError, problems
from api.router import Router
from store.database import Database

log = structlog.get_logger(__name__)

router = Router("Состояние")

_PATIENCE = timedelta(seconds=2)


class Alive(BaseModel):
    """The process lives, or can serve."""

    status: Literal["ok"] = "ok"


@router.get("/healthz", summary="Процесс жив", operation_id="healthz")
async def healthz() -> Alive:
    """Отвечает, пока процесс работает, что бы ни было с базой данных и Temporal."""
    return Alive()


@router.get("/readyz", summary="Готов к работе", operation_id="readyz", responses=problems(503))
async def readyz(db: Db, temporal: Temporal) -> Alive:
    """База данных и Temporal отвечают; иначе 503 называет, что недоступно."""
    missing = []
    if not await _answers(db):
        missing.append(FieldProblem(field="database", detail=wording.DATABASE_SILENT))
    if not await temporal.is_serving(_PATIENCE):
        missing.append(FieldProblem(field="temporal", detail=wording.TEMPORAL_SILENT))
    if missing:
        raise ProblemError(
            HTTPStatus.SERVICE_UNAVAILABLE,
            " ".join(item.detail for item in missing),
            headers={"Retry-After": "5"},
            errors=missing,
        )
    return Alive()


async def _answers(db: Database) -> bool:
    try:
        async with asyncio.timeout(_PATIENCE.total_seconds()):
            await db.check()
    except (SQLAlchemyError, TimeoutError) as error:
        log.warning("database unavailable", error=str(error))
        return False
    return True


@router.get(
    "/metrics",
    summary="Показатели для Prometheus",
    operation_id="metrics",
    response_class=PlainTextResponse,
)
async def metrics() -> Response:
    """Запросы по действию и коду ответа, время ответа, команды по итогу."""
    return Response(generate_latest(), media_type=CONTENT_TYPE_LATEST)
