"""A data file people write by hand, read into a checked model; what is wrong is named with its line, in Russian."""

import json
import re
import tomllib
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from datetime import date, time, timedelta
from pathlib import Path
from typing import Annotated, Any, TypeVar, get_args

from pydantic import BaseModel, BeforeValidator, ConfigDict, StringConstraints, TypeAdapter, ValidationError
from pydantic_core import PydanticCustomError
from pydantic_core.core_schema import ErrorType

from calendar_rules import russian

_ISO: TypeAdapter[timedelta] = TypeAdapter(timedelta)
Model = TypeVar("Model", bound=BaseModel)


class DataFileError(ValueError):
    """A file that cannot be used; the text names the file, the line and what is allowed there."""


class MisfitError(ValueError):
    """A value that does not fit another; `place` is where to look, below the model that found it."""

    def __init__(self, place: str, reason: str) -> None:
        super().__init__(reason)
        self.place = place.split(".")


def _iso_8601(value: object) -> object:
    # Numbers would be taken for seconds, and "1:30" for a time of day.
    if isinstance(value, timedelta) or (isinstance(value, str) and value.lstrip("+-").startswith("P")):
        return value
    raise PydanticCustomError("iso_8601", "срок записывается по ISO 8601 в кавычках: «PT1H30M», «P10D»")


Duration = Annotated[timedelta, BeforeValidator(_iso_8601)]
"""An amount of time as the acts write it: ISO 8601 in a string."""


Content = dict[str, Any]


def read(
    path: Path,
    model: type[Model],
    error: type[DataFileError],
    fill: Callable[[Content], Content] = lambda content: content,
) -> Model:
    """The content of a TOML file; `fill` adds what a file may leave open.

    Raises `error` with one line for each thing that is wrong.
    """
    return parsed(_text_of(path, error), str(path), model, error, fill)


def parsed(
    text: str,
    name: str,
    model: type[Model],
    error: type[DataFileError],
    fill: Callable[[Content], Content] = lambda content: content,
) -> Model:
    """The same of a text that errors call by a name."""
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as broken:
        raise error(f"{name}, {_place_in_toml(str(broken), text)}: нарушены правила записи TOML") from broken
    try:
        return model.model_validate(fill(data))
    except ValidationError as invalid:
        wrong = sorted(_describe(text, dict(item)) for item in invalid.errors())
        raise error("\n".join(f"{name}, строка {line}: {reason}" for line, reason in wrong)) from invalid


def _text_of(path: Path, error: type[DataFileError]) -> str:
    try:
        content = path.read_bytes()
    except FileNotFoundError as absent:
        raise error(f"{path}: такого файла нет") from absent
    except IsADirectoryError as folder:
        raise error(f"{path}: это папка, а не файл") from folder
    except OSError as unreadable:
        raise error(f"{path}: файл не читается: {unreadable.strerror}") from unreadable
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError as foreign:
        line = content.count(b"\n", 0, foreign.start) + 1
        raise error(f"{path}, строка {line}: файл должен быть в кодировке UTF-8") from foreign


def _place_in_toml(message: str, text: str) -> str:
    if found := re.search(r"at line (\d+), column (\d+)", message):
        return f"строка {found[1]}, столбец {found[2]}"
    return f"строка {len(text.splitlines()) or 1}"


_REASONS = {
    "missing": "нет обязательного поля или таблицы",
    "extra_forbidden": "такого поля здесь нет; проверьте написание",
    "time_delta_parsing": "срок записывается по ISO 8601 в кавычках: «PT1H30M», «P10D»",
    "string_type": "ожидается строка в кавычках",
    "string_too_short": "строка не должна быть пустой",
    "string_pattern_mismatch": "допустимы только строчные латинские буквы, цифры и дефис",
    "int_type": "ожидается целое число",
    "int_parsing": "ожидается целое число",
    "int_from_float": "ожидается целое число",
    "float_type": "ожидается число",
    "float_parsing": "ожидается число",
    "bool_type": "ожидается true или false",
    "bool_parsing": "ожидается true или false",
    "date_type": "ожидается дата вида 2020-08-17",
    "date_parsing": "ожидается дата вида 2020-08-17",
    "date_from_datetime_parsing": "ожидается дата вида 2020-08-17",
    "date_from_datetime_inexact": "ожидается дата без времени, вида 2020-08-17",
    "tuple_type": "ожидается список в квадратных скобках",
    "finite_number": "ожидается конечное число",
    "list_type": "ожидается список в квадратных скобках",
    "too_short": "в списке не хватает значений",
    "too_long": "в списке лишние значения",
    "dict_type": "ожидается таблица: [таблица] или { ключ = значение }",
    "model_type": "ожидается таблица: [таблица] или { ключ = значение }",
}


def _describe(text: str, error: dict[str, Any]) -> tuple[int, str]:
    """The line of what is wrong, and the reason with the place."""
    place = [str(part) for part in error["loc"] if part != "[key]"]
    kind, context = error["type"], error.get("ctx", {})
    cause = context.get("error")
    if isinstance(cause, MisfitError):
        place.extend(cause.place)
        shown = ""
    else:
        shown = "" if kind == "missing" else _shown(error.get("input"))
    reason = str(cause) if kind == "value_error" else _reason(kind, context, error["msg"])
    return _line_of(text, place), f"{'.'.join(place) or 'файл'}: {reason}{shown}"


def _reason(kind: str, context: Mapping[str, Any], message: str) -> str:
    match kind:
        case "enum" | "literal_error":
            expected = context["expected"].replace("'", "").replace(" or ", ", ")
            return f"допускается только: {expected}" if "," in expected else f"допускается только {expected}"
        case "greater_than":
            return f"должно быть больше {_number(context['gt'])}"
        case "greater_than_equal":
            return f"должно быть не меньше {_number(context['ge'])}"
        case "less_than_equal":
            return f"должно быть не больше {_number(context['le'])}"
    # Validators of this program speak Russian themselves; what else pydantic may find is named in general.
    return _REASONS.get(kind, "значение не подходит" if kind in get_args(ErrorType) else message)


def _number(bound: object) -> str:
    if isinstance(bound, int | float):
        return russian.number(bound) if bound else "нуля"
    return "нуля" if bound == "0 seconds" else f"{bound}"


def _shown(value: object) -> str:
    """The value as it stands in the file, for what fits in a line."""
    if value is None or isinstance(value, dict):
        return ""
    if isinstance(value, timedelta):
        value = _ISO.dump_python(value, mode="json")
    if isinstance(value, float | date | time):  # JSON would quote dates, and write «Infinity»
        return f" (указано: {value})"
    return f" (указано: {json.dumps(value, ensure_ascii=False, default=str)})"


def _line_of(text: str, place: list[str]) -> int:
    """The line of the key at `place`, or of the nearest table above it; tomllib keeps no positions."""
    table: list[str] = []
    rows: Counter[str] = Counter()
    best, best_depth = 1, 0
    for number, line in enumerate(text.splitlines(), start=1):
        if row := re.match(r"\s*\[\[([^\[\]]+)\]\]", line):
            table = [row[1].strip(), str(rows[row[1]])]
            rows[row[1]] += 1
            here = table
        elif header := re.match(r"\s*\[([^\[\]]+)\]", line):
            table = [part.strip().strip('"') for part in header[1].split(".")]
            if table[0] in rows:  # a table of the row begun last
                table[1:1] = [str(rows[table[0]] - 1)]
            here = table
        elif key := re.match(r'\s*([\w."-]+)\s*=', line):
            here = [*table, *(part.strip('"') for part in key[1].split("."))]
        else:
            continue
        if len(here) > best_depth and place[: len(here)] == here:
            best, best_depth = number, len(here)
    return best


Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=20_000)]


class Frozen(BaseModel):
    """A value as it stands in a file."""

    model_config = ConfigDict(frozen=True, extra="forbid")


def refuse_doubles(name: str, keys: Iterable[str]) -> None:
    """Raises ValueError for a key that stands twice."""
    seen: set[str] = set()
    for key in keys:
        if key in seen:
            raise ValueError(f"{name}: ключ {key} стоит дважды")
        seen.add(key)
