"""Fields of the forms: how each is shown, and what of it goes into a request."""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from zoneinfo import ZoneInfo

Given = Mapping[str, Sequence[str]]
"""What was typed, by the name of the field."""


_IN_ORDER = "-in-order"


class Kind(StrEnum):
    """How a field looks."""

    LINE = "line"
    TEXT = "text"
    LINK = "link"
    HOURS = "hours"
    NUMBER = "number"
    MOMENT = "moment"
    DATE = "date"
    CHOICE = "choice"
    SEQUENCE = "sequence"
    FILES = "files"


class Options(StrEnum):
    """What a field that takes one of many takes it from."""

    NETWORKS = "networks"
    TOPICS = "topics"
    IMPORTANCE = "importance"
    BODIES = "bodies"
    DRAFT_KINDS = "draft_kinds"
    DECLINE_GROUNDS = "decline_grounds"
    CLOSE_REASONS = "close_reasons"
    REFERRED_TO = "referred_to"
    DESTRUCTION_BASES = "destruction_bases"
    EXECUTORS = "executors"
    CURATORS = "curators"


_ASKED = {
    "Автор": "Укажите автора.",
    "Важность": "Укажите важность.",
    "Вид": "Укажите вид проекта.",
    "Заметка": "Напишите заметку.",
    "Замечания": "Напишите замечания.",
    "Куда": "Укажите, куда передано.",
    "Куратор": "Укажите куратора.",
    "Место": "Укажите место.",
    "Орган": "Укажите орган.",
    "Новый срок": "Укажите новый срок.",
    "Органы": "Укажите хотя бы один орган.",
    "Основание": "Укажите основание.",
    "Ответ автора": "Напишите, что ответил автор.",
    "Причина": "Укажите причину.",
    "Сеть": "Укажите сеть.",
    "Ссылка": "Укажите ссылку.",
    "Ссылка на ответ": "Укажите ссылку на ответ.",
    "Текст": "Напишите текст.",
    "Текст ответа": "Напишите текст ответа.",
    "Тема": "Укажите тему.",
    "Фрагмент": "Укажите фрагмент.",
}
"""What a field that was left empty asks for, by its label: the words stand away from it too."""


@dataclass(frozen=True, slots=True)
class Field:
    """One field: its name in the request, and what a person calls it."""

    name: str
    label: str
    kind: Kind = Kind.TEXT
    required: bool = True
    options: Options | None = None
    hint: str = ""

    @property
    def asked(self) -> str:
        """What to do where a required field was left empty."""
        return _ASKED[self.label]


class FieldValueError(ValueError):
    """What was typed cannot stand for the field; says what to type."""


def values(fields: Sequence[Field], given: Given, zone: ZoneInfo) -> tuple[dict[str, object], dict[str, str]]:
    """What goes into the request of what was typed, and what is wrong with it by field.

    A field left empty is not in the request. Moments are typed in the Department's zone.
    """
    found: dict[str, object] = {}
    wrong: dict[str, str] = {}
    for field in fields:
        typed = [text for text in given.get(field.name, ()) if text.strip()]
        if field.kind is Kind.FILES:
            continue
        if not typed:
            if field.required:
                wrong[field.name] = field.asked
            continue
        try:
            found[field.name] = typed if field.kind is Kind.SEQUENCE else _value(field.kind, typed[0], zone)
        except FieldValueError as error:
            wrong[field.name] = str(error)
    return found, wrong


def in_order(fields: Sequence[Field], given: Given) -> dict[str, list[str]]:
    """What was typed, with the values of each sequence in the order that was said beside its list.

    A browser without scripts sends the values of a list as the list has them. Those whose place was not said follow.
    """
    typed = {name: list(values) for name, values in given.items()}
    for field in fields:
        if field.kind is Kind.SEQUENCE and (said := typed.pop(f"{field.name}{_IN_ORDER}", None)):
            first = [value for value in said if value.strip()]
            typed[field.name] = list(dict.fromkeys((*first, *typed.get(field.name, ()))))
    return typed


def _value(kind: Kind, text: str, zone: ZoneInfo) -> str:
    match kind:
        case Kind.HOURS:
            return _duration(text)
        case Kind.NUMBER:
            return text.strip().removeprefix("№").strip()
        case Kind.MOMENT:
            return _moment(text, zone)
        case Kind.DATE:
            return _date(text)
        case Kind.LINE | Kind.LINK:
            return text.strip()
        case _:
            return text.replace("\r\n", "\n")


def _duration(text: str) -> str:
    """Hours as people write them: «4», «4,5»."""
    try:
        hours = Decimal(text.strip().replace(",", "."))
    except InvalidOperation:
        raise FieldValueError("Укажите часы числом, например 4 или 4,5.") from None
    if not hours.is_finite() or not 0 < hours < 10_000:  # noqa: PLR2004
        raise FieldValueError("Укажите часы больше нуля, например 4 или 4,5.")
    return f"PT{hours:f}H"


def _moment(text: str, zone: ZoneInfo) -> str:
    try:
        return datetime.fromisoformat(text.strip()).replace(tzinfo=zone).isoformat(timespec="seconds")
    except ValueError:
        raise FieldValueError("Укажите дату и время, например 26.11.2026 10:42.") from None


def _date(text: str) -> str:
    """A day as browsers send it, or as people write it: «26.11.2026»."""
    for form in ("%Y-%m-%d", "%d.%m.%Y"):
        with suppress(ValueError):
            return datetime.strptime(text.strip(), form).date().isoformat()
    raise FieldValueError("Укажите дату, например 26.11.2026.")
