"""Columns of a table, by their names in the header, as Incident Management and feedback forms write them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum


class Field(StrEnum):
    """What a table may tell of a message; the value is how a column is named in reports."""

    TEXT = "Текст инцидента"
    GROUP = "Группа тем"
    TOPIC = "Тема"
    BODY = "Исполнитель"
    MUNICIPALITY = "Муниципалитет"
    URL = "Ссылка"
    AUTHOR = "Автор"
    NETWORK = "Социальная сеть"
    DATE = "Дата"
    TIME = "Время"
    NUMBER = "ID инцидента"


FOR_ROUTING = (Field.GROUP, Field.TOPIC, Field.BODY, Field.MUNICIPALITY)
"""What the curator decides at routing (cl. 7), and a registration therefore does not hold."""

_OTHER_NAMES: Mapping[Field, tuple[str, ...]] = {
    Field.TEXT: ("Текст сообщения", "Текст обращения", "Текст", "Сообщение", "Содержание"),
    Field.GROUP: ("Группа темы", "Группа тематик"),
    Field.TOPIC: ("Тематика",),
    Field.BODY: ("Ответственное лицо", "Ответственный исполнитель", "Орган"),
    Field.MUNICIPALITY: ("Муниципальное образование", "МО", "Район", "Территория"),
    Field.URL: ("Ссылка на инцидент", "Ссылка на сообщение", "Ссылка на пост", "URL", "Link"),
    Field.AUTHOR: ("Автор сообщения", "Имя автора", "ФИО автора"),
    Field.NETWORK: ("Соцсеть", "Сеть", "Источник", "Площадка"),
    Field.DATE: (
        "Дата и время",
        "Дата выявления",
        "Дата инцидента",
        "Дата создания",
        "Дата и время выявления",
    ),
    Field.TIME: ("Время выявления", "Время инцидента", "Время создания"),
    Field.NUMBER: ("ID", "Идентификатор", "Номер инцидента"),
}


def as_compared(name: str) -> str:
    """A name or title without what people write differently: case, «ё», spaces."""
    return " ".join(name.casefold().replace("ё", "е").split())


_FIELDS = {as_compared(name): field for field in Field for name in (field.value, *_OTHER_NAMES[field])}


class HeaderError(Exception):
    """The header does not fit; the text is Russian, says what is expected and what was found."""


@dataclass(frozen=True, slots=True)
class Columns:
    """Where each field stands, under the name it has there; `unused` are names of columns that say nothing to us.

    `width` is how many columns a line has.
    """

    places: Mapping[Field, int]
    names: Mapping[Field, str]
    unused: tuple[str, ...]
    width: int


def how_many_known(header: Sequence[str]) -> int:
    """How many names of the line are names of columns."""
    return sum(as_compared(name) in _FIELDS for name in header)


def recognise(header: Sequence[str]) -> Columns:
    """Find the columns. Raises HeaderError where the text has none, or a field has two."""
    places: dict[Field, int] = {}
    for place, name in enumerate(header):
        field = _FIELDS.get(as_compared(name))
        if field is None:
            continue
        if field in places:
            raise HeaderError(
                f"Столбцы «{header[places[field]]}» и «{name}» означают одно и то же. "
                "Оставьте один из них или переименуйте лишний."
            )
        places[field] = place
    if Field.TEXT not in places:
        raise HeaderError(_expected(header))
    return Columns(
        places=places,
        names={field: header[place] for field, place in places.items()},
        unused=tuple(name for name in header if name and as_compared(name) not in _FIELDS),
        width=max(place for place, name in enumerate(header, 1) if name),
    )


def _expected(header: Sequence[str]) -> str:
    found = ", ".join(f"«{name[:60]}»" for name in header) or "ничего"
    lines = [
        f"В первой строке таблицы нет столбца «{Field.TEXT}».",
        f"Найдены: {found}.",
        "Ожидаются (в любом порядке; обязателен только первый):",
        *(
            f"  «{field}»" + (f" — или «{'», «'.join(_OTHER_NAMES[field])}»" if _OTHER_NAMES[field] else "")
            for field in Field
        ),
        "Назовите столбцы так в первой строке и запустите импорт ещё раз.",
    ]
    return "\n".join(lines)
