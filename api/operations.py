"""The OpenAPI description as a page needs it: what can be asked, with what, and what comes back."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

_METHODS = ("get", "post", "put", "patch", "delete")
_PLACES = {"path": "адрес", "query": "параметр", "header": "заголовок", "cookie": "cookie"}
_BODIES = {
    "application/json": "тело, JSON",
    "application/x-www-form-urlencoded": "тело, форма",
    "multipart/form-data": "тело, файл",
}
_TYPES = {
    "string": "строка",
    "integer": "целое число",
    "number": "число",
    "boolean": "true или false",
    "object": "объект",
}
_FORMATS = {"date-time": "дата и время", "duration": "длительность", "binary": "файл", "password": "пароль"}

Schema = dict[str, Any]
"""A part of the description: its keys are OpenAPI's, not ours."""


@dataclass(frozen=True, slots=True)
class GivenField:
    """Something a request carries."""

    name: str
    place: str
    type: str
    required: bool
    description: str


@dataclass(frozen=True, slots=True)
class Answer:
    """A status an operation answers with."""

    status: str
    description: str


@dataclass(frozen=True, slots=True)
class Operation:
    """One call of the API."""

    id: str
    method: str
    path: str
    summary: str
    description: str
    needs_sign_in: bool
    fields: tuple[GivenField, ...]
    responses: tuple[Answer, ...]


@dataclass(slots=True)
class Group:
    """Operations on one resource."""

    title: str
    anchor: str
    operations: list[Operation] = field(default_factory=list)


def groups(openapi: Schema) -> list[Group]:
    """Every operation of the description, in its order, by tag."""
    found: dict[str, Group] = {}
    for path, methods in openapi["paths"].items():
        for method in _METHODS:
            if method in methods:
                title = methods[method].get("tags", ["Прочее"])[0]
                group = found.setdefault(title, Group(title, f"group-{len(found) + 1}"))
                group.operations.append(_operation(openapi, method.upper(), path, methods[method]))
    return list(found.values())


def _operation(openapi: Schema, method: str, path: str, given: Schema) -> Operation:
    return Operation(
        id=given["operationId"],
        method=method,
        path=path,
        summary=given.get("summary", ""),
        description=given.get("description", ""),
        needs_sign_in=bool(given.get("security")),
        fields=(*_parameters(openapi, given), *_body(openapi, given)),
        responses=tuple(
            Answer(status, _plain(response["description"])) for status, response in given["responses"].items()
        ),
    )


def _plain(description: str) -> str:
    return "успех" if description == "Successful Response" else description.rstrip(".")


def _parameters(openapi: Schema, given: Schema) -> Iterator[GivenField]:
    for parameter in given.get("parameters", []):
        yield GivenField(
            name=parameter["name"],
            place=_PLACES[parameter["in"]],
            type=_type(openapi, parameter.get("schema", {})),
            required=parameter.get("required", False),
            description=parameter.get("description") or _choices(openapi, parameter.get("schema", {})),
        )


def _body(openapi: Schema, given: Schema) -> Iterator[GivenField]:
    for media_type, content in given.get("requestBody", {}).get("content", {}).items():
        schema = _resolved(openapi, content.get("schema", {}))
        required = schema.get("required", [])
        for name, part in schema.get("properties", {}).items():
            yield GivenField(
                name=name,
                place=_BODIES.get(media_type, media_type),
                type=_type(openapi, part),
                required=name in required,
                description=_description(openapi, part),
            )


def _description(openapi: Schema, part: Schema) -> str:
    """What the field is, and what each of its values means."""
    return " ".join(filter(None, (part.get("description", ""), _choices(openapi, part))))


def _choices(openapi: Schema, schema: Schema) -> str:
    """What the values of an enumeration mean; empty for anything else."""
    for choice in (schema, *schema.get("anyOf", ()), *schema.get("allOf", ())):
        found = _resolved(openapi, choice)
        if "enum" in found:
            return str(found.get("description", "")).replace("`", "")
    return ""


def _resolved(openapi: Schema, schema: Schema) -> Schema:
    while "$ref" in schema:
        schema = openapi["components"]["schemas"][schema["$ref"].rpartition("/")[2]]
    return schema


def _type(openapi: Schema, schema: Schema) -> str:
    schema = _resolved(openapi, schema)
    if choices := schema.get("anyOf") or schema.get("oneOf"):
        own = {"examples": schema["examples"]} if "examples" in schema else {}
        given = [{**choice, **own} for choice in choices if choice.get("type") != "null"]
        return " или ".join(dict.fromkeys(_type(openapi, choice) for choice in given))
    if "enum" in schema:
        return ", ".join(str(value) for value in schema["enum"])
    if "const" in schema:
        return str(schema["const"])
    if schema.get("type") == "array":
        return f"список: {_type(openapi, schema.get('items', {}))}"
    kind = _FORMATS.get(schema.get("format", "")) or _TYPES.get(schema.get("type", ""), "любое значение")
    examples = schema.get("examples")
    return f"{kind}, например {examples[0]}" if examples else kind
