"""Wording of what pydantic finds wrong with an input, in Russian: which field, and what to do."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from calendar_rules.russian import Noun, counted

ZERO_CHARACTER = "уберите знак с кодом 0."


class Unreadable:
    """Stands in place of a body that is not JSON, so that it is refused in its turn: after 401, 404 and 403."""


_Explain = Callable[[Mapping[str, Any]], str]

_NOT_JSON = "Тело запроса не удалось прочитать как JSON. Проверьте запись и кодировку (UTF-8)."
_NOT_A_FILE = "нужен файл, отправленный частью формы (multipart/form-data)."
_NOT_AN_OBJECT = "Тело запроса должно быть объектом JSON с заголовком Content-Type: application/json."


# In the genitive, after «до» and «не меньше».
_CHARACTERS = Noun("знака", "знаков", "знаков", "знака")
_VALUES = Noun("значения", "значений", "значений", "значения")


def _expected(context: Mapping[str, Any]) -> str:
    return f"допустимо одно из значений: {str(context.get('expected', '')).replace(' or ', ', ')}."


_DETAILS: dict[str, str | _Explain] = {
    "missing": "обязательное поле, добавьте его.",
    "extra_forbidden": "такого поля в этом запросе нет, уберите его или проверьте написание.",
    "enum": _expected,
    "literal_error": _expected,
    "string_type": "нужна строка.",
    "string_unicode": "в строке недопустимые знаки, нужна кодировка UTF-8.",
    "string_too_short": lambda c: (
        f"слишком коротко, нужно не меньше {counted(c['min_length'], _CHARACTERS)}."
    ),
    "string_too_long": lambda c: f"слишком длинно, сократите до {counted(c['max_length'], _CHARACTERS)}.",
    "string_pattern_mismatch": "значение записано неверно, проверьте написание.",
    "too_short": lambda c: f"нужно не меньше {counted(c['min_length'], _VALUES)}.",
    "too_long": lambda c: f"нужно не больше {counted(c['max_length'], _VALUES)}.",
    "list_type": "нужен список.",
    "tuple_type": "нужен список.",
    "dict_type": "нужен объект.",
    "model_type": "нужен объект.",
    "model_attributes_type": "нужен объект.",
    "int_type": "нужно целое число.",
    "int_parsing": "нужно целое число.",
    "int_from_float": "нужно целое число.",
    "float_type": "нужно число.",
    "float_parsing": "нужно число.",
    "bool_type": "нужно true или false.",
    "bool_parsing": "нужно true или false.",
    "greater_than": lambda c: f"нужно больше {c['gt']}.",
    "greater_than_equal": lambda c: f"нужно не меньше {c['ge']}.",
    "less_than": lambda c: f"нужно меньше {c['lt']}.",
    "less_than_equal": lambda c: f"нужно не больше {c['le']}.",
    "value_error": lambda c: str(c["error"]),
}

_PLACES = {"body", "query", "path", "header", "cookie"}


def explain(errors: Iterable[Mapping[str, Any]]) -> list[tuple[str, str]]:
    """Each wrong field of a request with what to do about it; the field is empty where the whole body is wrong."""
    return [_explain(error) for error in errors]


def _explain(error: Mapping[str, Any]) -> tuple[str, str]:
    kind, field = error["type"], _field(error["loc"])
    if isinstance(error.get("input"), Unreadable):
        return field, _NOT_JSON
    if kind == "russian":
        return field, error["msg"]
    if not field:
        return field, _NOT_AN_OBJECT
    if kind == "value_error" and "UploadFile" in error["msg"]:
        return field, _NOT_A_FILE
    detail = _DETAILS.get(kind, f"значение не подходит ({error['msg']}).")
    return field, detail if isinstance(detail, str) else detail(error.get("ctx", {}))


def _field(place: Sequence[str | int]) -> str:
    """`bodies[0]` of ("body", "bodies", 0)."""
    parts = place[1:] if place and place[0] in _PLACES else place
    name = ""
    for part in parts:
        if isinstance(part, int):
            name += f"[{part}]"
        else:
            name += f".{part}" if name else part
    return name
