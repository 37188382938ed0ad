"""The description of the API for programs."""

from collections.abc import Callable
from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

from api.errors import MEDIA_TYPE, Problem

SUMMARY = "Ответы исполнительных органов региона на сообщения граждан в открытых источниках."
DESCRIPTION = """\
Сообщение выявляют, направляют органу, готовят, согласуют и размещают ответ; сроки каждого шага устанавливает порядок.

- Вход: `POST /api/token` меняет имя и пароль на токен, он передаётся в заголовке `Authorization: Bearer …`.
- Ошибки: `application/problem+json`, поле `detail` по-русски говорит, что не так и что сделать.
- Моменты: RFC 3339 со смещением. Длительности: ISO 8601. Списки: `{items[], next}`, сначала новые.
- Команды принимают `Idempotency-Key`: повтор с тем же ключом не делает ничего второй раз.
"""


def describe(app: FastAPI) -> Callable[[], dict[str, Any]]:
    """What to set as `app.openapi`: the routes, with problems in place of FastAPI's own errors."""

    def openapi() -> dict[str, Any]:
        if app.openapi_schema is None:
            described = get_openapi(
                title=app.title,
                version=app.version,
                summary=SUMMARY,
                description=DESCRIPTION,
                routes=app.routes,
            )
            schemas = described["components"]["schemas"]
            for name, schema in _problem_schemas().items():
                schemas.setdefault(name, schema)
            _replace_validation_errors(described)
            app.openapi_schema = described
        return app.openapi_schema

    return openapi


def _problem_schemas() -> dict[str, Any]:
    schema = Problem.model_json_schema(ref_template="#/components/schemas/{model}")
    return {**schema.pop("$defs", {}), "Problem": schema}


def _replace_validation_errors(described: dict[str, Any]) -> None:
    """FastAPI declares its own 422 wherever a route takes something; what leaves is a problem."""
    for methods in described["paths"].values():
        for operation in methods.values():
            content = operation.get("responses", {}).get("422", {}).get("content", {})
            if "application/json" in content:
                operation["responses"]["422"] = {
                    "description": "Неверные данные",
                    "content": {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}},
                }
    for name in ("HTTPValidationError", "ValidationError"):
        described["components"]["schemas"].pop(name, None)
