"""A row of a table as a message to be registered: one model says what the columns are and what may stand in them."""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from typing import Annotated, Any, Self

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ValidationError,
    ValidationInfo,
    field_validator,
)
from pydantic_core import PydanticCustomError

from calendar_rules.vocabulary import Network
from service.access import validation_wording, wording
from service.commands.imports.plain_text import plain
from service.commands.imports.table import Line, Table, TableError
from service.commands.requests import Link, Text, TextOrNone
from service.directory.workbook_bounds import Cell, text_of
from service.messages.posts import KnownNetworks, url_key
from service.runs.rules import Rules
from workflows.wording import NETWORK

ASSUMED_NETWORK = Network.VKONTAKTE
"""Of a row that tells neither link nor network."""

_NETWORKS = {"вк": Network.VKONTAKTE, "vk": Network.VKONTAKTE} | {
    name.casefold(): network for network in Network for name in (network.value, NETWORK[network])
}
_UNKNOWN_NETWORK = (
    "социальная сеть не определяется; назовите её в столбце «Социальная сеть» "
    f"({', '.join(NETWORK.values())})."
)
_MOMENT_WANTED = "нужны дата и время вида 23.11.2026 09:00 или 2026-11-23 09:00."
_MOMENTS = ("%d.%m.%Y %H:%M", "%d.%m.%Y %H:%M:%S", "%d.%m.%Y", "%Y-%m-%d %H:%M")
"""How moments are written, besides ISO 8601."""
_TEXT, _DATE, _URL, _NETWORK = "Текст инцидента", "Дата", "Ссылка", "Социальная сеть"


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a row is not taken: its line, the column (empty: the line as a whole), what to do, and the value."""

    line: int
    column: str
    reason: str
    value: str = ""


@dataclass(frozen=True, slots=True)
class Terms:
    """What rows are judged by."""

    rules: Rules
    networks: KnownNetworks
    now: datetime

    def network_of(self, link: str) -> Network | None:
        """The network of a link or of a bare host."""
        return self.networks.network_of(link if "://" in link else f"https://{link}")


_Words = Annotated[TextOrNone, BeforeValidator(text_of)]


class ImportRow(BaseModel):
    """A message as a row tells it; validated with `Terms` as context, by the titles of the columns.

    `detected_at` is None where the table has no time: then it is the moment of registration. Group, topic, body and
    municipality are what the curator decides at routing (cl. 7), and a registration therefore does not hold.
    """

    model_config = ConfigDict(frozen=True)

    line: int
    text: Annotated[Text, BeforeValidator(lambda cell: plain(text_of(cell)))] = Field(alias=_TEXT)
    network: Network = Field(alias=_NETWORK)
    url: Annotated[Link | None, BeforeValidator(lambda cell: text_of(cell) or None)] = Field(None, alias=_URL)
    author: _Words = Field("", alias="Автор")
    clock: Any = Field(None, alias="Время")
    detected_at: datetime | None = Field(None, alias=_DATE, validate_default=True)
    group: _Words = Field("", alias="Группа тем")
    topic: _Words = Field("", alias="Тема")
    body: _Words = Field("", alias="Исполнитель")
    municipality: _Words = Field("", alias="Муниципалитет")
    source_id: _Words = Field("", alias="ID инцидента")

    @classmethod
    def of(cls, line: int, values: dict[str, Cell], terms: Terms) -> Self:
        """The message of a line; raises ValidationError."""
        link = text_of(values.get(_URL))
        # By its column, else by the host of the link.
        named = text_of(values.get(_NETWORK)) or (terms.network_of(link) if link else None)
        network = named or ("" if link else ASSUMED_NETWORK)
        return cls.model_validate({**values, "line": line, _NETWORK: network}, context=terms)

    @field_validator("network", mode="before")
    @classmethod
    def _by_name_or_host(cls, named: str, info: ValidationInfo) -> Network:
        network = _NETWORKS.get(named.casefold()) or _terms(info).network_of(named)
        if network is None:
            raise PydanticCustomError("russian", "{reason}", {"reason": _UNKNOWN_NETWORK})
        return network

    @field_validator("url")
    @classmethod
    def _of_its_network(cls, url: str | None, info: ValidationInfo) -> str | None:
        network = info.data.get("network")
        if url and network and (misfit := _terms(info).networks.misfit(url, network)):
            raise ValueError(misfit)
        return url

    @field_validator("detected_at", mode="before")
    @classmethod
    def _from_date_and_time(cls, date: Cell, info: ValidationInfo) -> datetime | None:
        """The moment that two cells tell, either of which may hold both parts."""
        terms = _terms(info)
        moment = _moment(date, info.data.get("clock"), terms.rules)
        if moment is None:
            return None
        if moment > terms.now:
            raise ValueError(wording.NOT_IN_THE_FUTURE)
        terms.rules.calendars(moment)
        return moment

    @property
    def key(self) -> str:
        """What tells the message from others, now and in a later run: its link; without one, what the citizen's side
        of the row says.

        Topic and executor are not part of it: they are decided later, and change from export to export.
        """
        if self.url:
            return url_key(self.url)
        moment = self.detected_at.astimezone(UTC).isoformat() if self.detected_at else ""
        parts = (self.source_id, self.text, self.author, moment, self.municipality)
        return sha256(
            "\x00".join(("import", *(" ".join(part.split()) for part in parts))).encode()
        ).hexdigest()


def _terms(info: ValidationInfo) -> Terms:
    assert isinstance(info.context, Terms)  # noqa: S101
    return info.context


def _moment(day: Cell, clock: Cell, rules: Rules) -> datetime | None:
    """Without an offset it is the Department's time, and a day without a time begins at midnight."""
    if text_of(day) and text_of(clock):
        # Excel gives a day the time 00:00, and a time a day of 1899.
        day = day.date() if isinstance(day, datetime) else day
        clock = clock.time() if isinstance(clock, datetime) else clock
    written = f"{text_of(day)} {text_of(clock)}".strip().replace(", ", " ")
    if not written:
        return None
    try:
        found = _read(written)
        found = found if found.tzinfo else found.replace(tzinfo=rules.zone)
        found.astimezone(UTC)
    except (ValueError, OverflowError):
        raise ValueError(_MOMENT_WANTED) from None
    return found


def _read(written: str) -> datetime:
    for form in _MOMENTS:
        with suppress(ValueError):
            return datetime.strptime(written, form)
    return datetime.fromisoformat(written)


# ---- columns


COLUMNS = tuple(field.alias for field in ImportRow.model_fields.values() if field.alias)


def _as_compared(name: str) -> str:
    """A name of a column without what people write differently: case, «ё», spaces."""
    return " ".join(name.casefold().replace("ё", "е").split())


# An export of Incident Management calls it so.
_BY_NAME = {_as_compared(title): title for title in COLUMNS} | {"дата и время": _DATE}


def columns_of(table: Table) -> tuple[str | None, ...]:
    """The title of each column; None for one that says nothing to us. Raises TableError for a header that misfits."""
    titles = tuple(_BY_NAME.get(_as_compared(name)) for name in table.header)
    for title in COLUMNS:
        if titles.count(title) > 1:
            raise TableError(f"Столбец «{title}» встречается дважды. Оставьте один из них.")
    if _TEXT not in titles:
        found = ", ".join(f"«{name[:60]}»" for name in table.header) or "ничего"
        expected = ", ".join(f"«{title}»" for title in COLUMNS)
        raise TableError(
            f"В первой строке таблицы нет столбца «{_TEXT}».\nНайдены: {found}.\n"
            f"Ожидаются (в любом порядке; обязателен только первый): {expected}.\n"
            "Назовите столбцы так в первой строке и запустите импорт ещё раз."
        )
    return titles


def judge(line: Line, titles: Sequence[str | None], terms: Terms) -> ImportRow | list[Refusal]:
    """The message of a line, or everything that is wrong with it."""
    width = len(titles)
    if len(line.cells) < width or any(map(text_of, line.cells[width:])):
        reason = (
            f"значений {len(line.cells)}, а столбцов {width}: проверьте разделители и кавычки в этой строке."
        )
        return [Refusal(line.number, "", reason)]
    values = {title: cell for title, cell in zip(titles, line.cells, strict=False) if title}
    try:
        return ImportRow.of(line.number, values, terms)
    except ValidationError as error:
        return [
            Refusal(line.number, column, reason, text_of(values.get(column)))
            for column, reason in validation_wording.explain(error.errors())
        ]
