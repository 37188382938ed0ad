"""The description of the API for programs."""

from collections.abc import Callable
from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

from api.errors import MEDIA_TYPE, Problem
from calendar_rules import titles
from calendar_rules.act_words import said

SUMMARY = "Ответы исполнительных органов региона на сообщения граждан в открытых источниках."
DESCRIPTION = """\
Сообщение выявляют, направляют органу, готовят, согласуют и размещают ответ; сроки действий установлены порядком.

- Вход: `POST /api/token` меняет имя и пароль на токен, он передаётся в заголовке `Authorization: Bearer …`.
- Ошибки: `application/problem+json`, в поле `detail` указано, что неверно и что нужно сделать.
- Моменты: RFC 3339 со смещением. Длительности: ISO 8601. Списки: `{items[], next}`, сначала новые.
- Команды принимают `Idempotency-Key`: запрос с тем же ключом второй раз не выполняется.
"""


_PARAMETERS = {
    "message": "Номер сообщения.",
    "draft": "Номер проекта.",
    "contribution": "Номер информации для общего ответа.",
    "attachment": "Номер вложения.",
    "absence": "Номер отсутствия.",
    "key": "Имя для входа сотрудника.",
    "overdue": "Есть ли у сообщения истёкший срок.",
    "limit": "Сколько строк на странице.",
    "cursor": "Значение `next` предыдущей страницы.",
    "sign_in": "Номер входа.",
    "account": "Номер аккаунта.",
    "source": "Номер источника.",
    "candidate": "Номер найденного.",
    "network": "Сеть (п. 3).",
    "schedule": "Имя расписания.",
}

# These come from models below the service, which speak English.
_OF_LOWER_LAYERS = {
    "DataClass": "Категория уничтоженных данных.",
    "HolderRole": "`curator` — куратор; `executor` — орган, который готовит ответ или информацию.",
    "SourceKind": "`search` — поиск по сети; `community` — сообщество; `channel` — канал; `feed` — лента RSS или Atom; "
    "`page` — страница.",
    "State": "`new` — ждёт решения; `taken` — взято в работу; `dismissed` — отклонено.",
    "Said": "`content` — автор доволен; `discontent` — не решено; `unclear` — ничего ясного; `none` — оценки нет.",
    "Sort": "`registered` — сначала зарегистрированные последними; `due` — сначала ближайшие сроки, нарушенные раньше "
    "всех, без срока в конце.",
    "Unit": "`week` — неделя; `month` — месяц; `quarter` — квартал; `year` — год; `days` — от одной даты до другой.",
    "Step": "Отрезок времени в объяснении срока: сколько засчитано (`counted`) и почему (`reason`).",
}

_ISO_8601 = r"^P(\d+Y)?(\d+D)?(T(\d+H)?(\d+M)?(\d+(\.\d+)?S)?)?$"
_ANSWERED_DURATIONS = {
    "Step": ("counted",),
    "MessageView": ("reduced_term",),
    "LimitFigures": ("median", "ninth_decile", "longest"),
}
"""Fields of answers that have fractions of a second, which the format `duration` has not (RFC 3339, appendix A)."""


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
            _give_titles(schemas)
            _describe_parameters(described["paths"])
            _describe_durations(schemas)
            app.openapi_schema = _in_words_of_the_act(described)
        return app.openapi_schema

    return openapi


def _in_words_of_the_act(described: Any) -> Any:
    match described:
        case str():
            return said(described)
        case dict():
            return {key: _in_words_of_the_act(value) for key, value in described.items()}
        case list():
            return [_in_words_of_the_act(value) for value in described]
        case _:
            return described


def _give_titles(schemas: dict[str, Any]) -> None:
    """Every enumeration of the order says what its values mean."""
    for enumeration, table in titles.TABLES.items():
        if enumeration.__name__ in schemas:
            meanings = "; ".join(f"`{value}` — {title}" for value, title in table.items())
            schemas[enumeration.__name__]["description"] = f"{meanings}."
    for name, description in _OF_LOWER_LAYERS.items():
        schemas[name]["description"] = description


def _describe_parameters(paths: dict[str, Any]) -> None:
    """What parameters that many operations share are, where an operation does not say it itself."""
    for methods in paths.values():
        for operation in methods.values():
            for parameter in operation.get("parameters", []):
                if parameter["name"] in _PARAMETERS:
                    parameter.setdefault("description", _PARAMETERS[parameter["name"]])


def _describe_durations(schemas: dict[str, Any]) -> None:
    for schema, fields in _ANSWERED_DURATIONS.items():
        for field in fields:
            described = schemas[schema]["properties"][field]
            for choice in described.get("anyOf", [described]):
                if choice.pop("format", None) == "duration":
                    choice["pattern"] = _ISO_8601


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
