"""A line of a table as a message to be registered, or as what is wrong with it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from pydantic import BaseModel, ConfigDict, ValidationError
from pydantic import Field as Bounded

from calendar_rules.vocabulary import Network
from service.access import validation_wording, wording
from service.commands.imports.columns import FOR_ROUTING, Columns, Field
from service.commands.imports.moments import moment_of
from service.commands.imports.plain_text import plain
from service.commands.imports.source import BrokenLine, Line
from service.commands.requests import Link, Text
from service.directory.workbook_bounds import Cell, text_of
from service.messages.posts import KnownNetworks, url_key
from service.runs.rules import Rules
from workflows.wording import NETWORK

ASSUMED_NETWORK = Network.VKONTAKTE
"""Of a line that tells neither link nor network, unless the operator names another."""

_NETWORKS = {
    name.casefold(): network
    for network in Network
    for name in (network.value, NETWORK[network], *{Network.VKONTAKTE: ("вк", "vk")}.get(network, ()))
}


@dataclass(frozen=True, slots=True)
class LineProblem:
    """Why a line is not taken: the column, what is wrong with it and what to do, and the value."""

    column: str
    reason: str
    value: str


@dataclass(frozen=True, slots=True)
class RefusedLine:
    """A line that is not a message."""

    line: int
    problems: tuple[LineProblem, ...]


@dataclass(frozen=True, slots=True)
class Entry:
    """A message as a line tells it. Author and link are empty where the table has none.

    `detected_at` is None where the table has no time: then it is the moment of registration. `key` is what tells
    the message from others, now and in a later run: see `identity`. `for_routing` are the words of the table that a
    registration does not hold.
    """

    line: int
    key: str
    network: Network
    url: str
    author: str
    text: str
    detected_at: datetime | None
    for_routing: Mapping[Field, str]
    was_marked_up: bool
    network_is_assumed: bool


class _Given(BaseModel):
    """The bounds of a registration over HTTP, but that link and author may be missing."""

    model_config = ConfigDict(frozen=True)

    text: Text
    url: Link | None
    author: str = Bounded(max_length=20_000)


_GIVEN_FIELDS = {"text": Field.TEXT, "url": Field.URL, "author": Field.AUTHOR}


def identity(entry_url: str, parts: Sequence[str]) -> str:
    """What a message is told from others by, as a digest: its link; without one, what the citizen's side of the line
    says (id in the source, text, author, moment, place).

    Topic and executor are not part of it: they are decided later, and change from export to export.
    """
    if entry_url:
        return url_key(entry_url)
    return sha256("\x00".join(("import", *(" ".join(part.split()) for part in parts))).encode()).hexdigest()


class Rows:
    """Judges the lines of one table."""

    def __init__(
        self,
        columns: Columns,
        rules: Rules,
        networks: KnownNetworks,
        network: Network | None,
    ) -> None:
        self._columns = columns
        self._rules = rules
        self._networks = networks
        self._network = network

    def judge(self, line: Line | BrokenLine, now: datetime) -> Entry | RefusedLine:
        """The message of a line, as seen at `now`; or everything that is wrong with it."""
        if isinstance(line, BrokenLine):
            return RefusedLine(line.number, (LineProblem("", line.reason, line.text),))
        width = self._columns.width
        if len(line.cells) < width or any(text_of(cell) for cell in line.cells[width:]):
            return RefusedLine(line.number, (self._wrong_width(line),))
        if isinstance(spoilt := self._spoilt(line), LineProblem):
            return RefusedLine(line.number, (spoilt,))
        return self._entry(line, now)

    def _entry(self, line: Line, now: datetime) -> Entry | RefusedLine:
        values = {field: text_of(self._cell(line, field)) for field in Field}
        text, was_marked_up = plain(values[Field.TEXT])
        problems = list(self._out_of_bounds(text, values))
        detected_at: datetime | None = None
        try:
            detected_at = self._detected_at(line, now)
        except ValueError as error:  # also CalendarError
            problems.append(self._problem(Field.DATE, str(error), values[Field.DATE] or values[Field.TIME]))
        network, is_assumed = self._network_of(values)
        misfit = self._misfit(values, network)
        # A link that cannot be used is named once, and not for what follows from it.
        if misfit is not None and all(problem.column != misfit.column for problem in problems):
            problems.append(misfit)
        if problems or network is None:
            return RefusedLine(line.number, tuple(problems))
        return Entry(
            line=line.number,
            key=identity(
                values[Field.URL],
                (
                    values[Field.NUMBER],
                    values[Field.TEXT],
                    values[Field.AUTHOR],
                    detected_at.isoformat() if detected_at else "",
                    values[Field.MUNICIPALITY],
                ),
            ),
            network=network,
            url=values[Field.URL],
            author=values[Field.AUTHOR],
            text=text,
            detected_at=detected_at,
            for_routing={field: values[field] for field in FOR_ROUTING if values[field]},
            was_marked_up=was_marked_up,
            network_is_assumed=is_assumed,
        )

    def _misfit(self, values: Mapping[Field, str], network: Network | None) -> LineProblem | None:
        """Why the line has no network, or its link is not of it."""
        if network is None:
            column = Field.NETWORK if values[Field.NETWORK] else Field.URL
            return self._problem(column, _UNKNOWN_NETWORK, values[column])
        link = values[Field.URL]
        reason = self._networks.misfit(link, network) if link else None
        return self._problem(Field.URL, reason, link) if reason else None

    def _cell(self, line: Line, field: Field) -> Cell:
        place = self._columns.places.get(field)
        return line.cells[place] if place is not None and place < len(line.cells) else None

    def _problem(self, field: Field, reason: str, value: str) -> LineProblem:
        return LineProblem(self._columns.names.get(field, field.value), reason, value)

    def _wrong_width(self, line: Line) -> LineProblem:
        reason = (
            f"значений {len(line.cells)}, а столбцов {self._columns.width}: "
            "проверьте разделители и кавычки в этой строке."
        )
        return LineProblem("", reason, " | ".join(text_of(cell) for cell in line.cells))

    def _spoilt(self, line: Line) -> LineProblem | None:
        for place, cell in enumerate(line.cells):
            if isinstance(cell, str) and not cell.isascii() and any("\ud800" <= c <= "\udfff" for c in cell):
                names = {
                    at: name
                    for field, at in self._columns.places.items()
                    if (name := self._columns.names[field])
                }
                value = cell.encode("utf-8", "replace").decode()
                return LineProblem(
                    names.get(place, ""), "байты не читаются в кодировке файла; исправьте значение.", value
                )
        return None

    def _out_of_bounds(self, text: str, values: Mapping[Field, str]) -> Sequence[LineProblem]:
        try:
            _Given(text=text, url=values[Field.URL] or None, author=values[Field.AUTHOR])
        except ValidationError as error:
            return [
                self._problem(field := _GIVEN_FIELDS[name], detail, values[field])
                for name, detail in validation_wording.explain(error.errors())
            ]
        if "\x00" in "".join(values.values()):
            return [LineProblem("", validation_wording.ZERO_CHARACTER, "")]
        return ()

    def _detected_at(self, line: Line, now: datetime) -> datetime | None:
        moment = moment_of(self._cell(line, Field.DATE), self._cell(line, Field.TIME), self._rules.zone)
        if moment is None:
            return None
        if moment > now:
            raise ValueError(wording.NOT_IN_THE_FUTURE)
        self._rules.calendars(moment)
        return moment

    def _network_of(self, values: Mapping[Field, str]) -> tuple[Network | None, bool]:
        """By its column, else by the host of the link, else what the operator says; and whether it is assumed."""
        if named := values[Field.NETWORK]:
            return _NETWORKS.get(named.casefold()) or self._by_host(named), False
        if url := values[Field.URL]:
            return self._by_host(url) or self._network, False
        return self._network or ASSUMED_NETWORK, self._network is None

    def _by_host(self, link: str) -> Network | None:
        return self._networks.network_of(link if "://" in link else f"https://{link}")


_UNKNOWN_NETWORK = (
    "социальная сеть не определяется; назовите её в столбце «Социальная сеть» "
    f"({', '.join(NETWORK.values())}) или ключом --network."
)
