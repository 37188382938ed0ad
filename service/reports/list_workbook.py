"""A list of messages as a workbook of Excel: what the list shows, for those who go on counting elsewhere.

It is made in the request that asks for it, in a thread of the lists: of the most rows in some seconds.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from io import BytesIO
from time import sleep
from typing import Any, Final, TypeVar
from zoneinfo import ZoneInfo

from xlsxwriter import Workbook

from calendar_rules import titles
from calendar_rules.moments import As, moment_text
from calendar_rules.vocabulary import Outcome
from service.access import note as access_note
from service.directory import forms as directory
from service.directory.forms import DirectoryView
from service.messages.lines import subject
from service.messages.lists import PAUSE, MessageLists
from service.messages.view import listed_state
from service.runs.rules import Rules
from store.database.engines import Database
from store.database.session import Connection
from store.messages import listing, texts
from store.messages.listing import Filters, Listed, Sort
from store.people import persons as people
from store.people.persons import Actor
from workflows.state import MessageState

MOST_ROWS: Final = 10_000
PAGE = 250
"""Rows after which others, whom a thread at work holds up, go on."""

Line = TypeVar("Line")

_OPTIONS = {
    "in_memory": True,  # no file with citizens' words is left on the disk
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}


@dataclass(frozen=True, slots=True)
class _Words:
    """What people read for keys."""

    bodies: Mapping[str, str]
    topics: Mapping[str, str]
    networks: Mapping[str, str]
    persons: Mapping[str, str]
    zone: ZoneInfo

    @classmethod
    def of(cls, found: DirectoryView, persons: Mapping[str, str], zone: ZoneInfo) -> "_Words":
        return cls(
            bodies={body.key: body.title for body in found.bodies},
            topics={topic.key: topic.title for topic in found.topics},
            networks={network.key.value: network.title for network in found.network_rules},
            persons=persons,
            zone=zone,
        )


@dataclass(frozen=True, slots=True)
class _Line:
    """A message as it is written: its row, its state, and the words of its place."""

    row: Listed
    state: MessageState
    place: str
    words: _Words

    def titled(self, key: str | None, known: Mapping[str, str]) -> str:
        return known.get(key, key) if key else ""

    def moment(self, value: datetime | None) -> datetime | None:
        """As Excel knows moments: by the clock of the Department's zone, without naming it."""
        return value.astimezone(self.words.zone).replace(tzinfo=None) if value else None


_COLUMNS: Mapping[str, tuple[int, Callable[[_Line], Any]]] = {
    "Номер": (8, lambda line: line.row.number),
    "Стадия": (26, lambda line: titles.STAGES[line.state.stage]),
    "Срок": (16, lambda line: line.moment(line.row.first_due)),
    "Срок нарушен": (14, lambda line: "да" if line.row.overdue else "нет"),
    "Сообщение": (70, lambda line: subject(line.row.text)),
    "Место": (28, lambda line: line.place),
    "Орган": (40, lambda line: line.titled(line.state.current_body, line.words.bodies)),
    "Тема": (30, lambda line: line.titled(line.state.topic, line.words.topics)),
    "Важность": (14, lambda line: titles.IMPORTANCE[line.state.importance] if line.state.importance else ""),
    "Сеть": (18, lambda line: line.titled(line.state.network, line.words.networks)),
    "Ссылка": (40, lambda line: line.row.url),
    "Куратор": (30, lambda line: line.titled(line.state.curator, line.words.persons)),
    "Исполнитель": (30, lambda line: line.titled(line.state.assignee, line.words.persons)),
    "Выявлено": (16, lambda line: line.moment(line.row.detected_at)),
    "Зарегистрировано": (16, lambda line: line.moment(line.row.registered_at)),
    "Результат": (30, lambda line: _outcome(line.state.outcome)),
}
"""Each column's width in characters, and what stands in it; authors' names do not leave the program."""


async def made(
    database: Database, lists: MessageLists, rules: Rules, caller: Actor, filters: Filters, sort: Sort
) -> bytes:
    """Every message that the caller sees of the list, in its order, up to `MOST_ROWS`; each is noted as shown."""
    found = await directory.read(database)
    async with database.read() as session:
        words = _Words.of(found, await people.names(session), rules.zone)
    return await lists.read(lambda connection: _workbook(connection, words, caller, filters, sort))


def _workbook(connection: Connection, words: _Words, caller: Actor, filters: Filters, sort: Sort) -> bytes:
    now, lines, after = datetime.now(UTC), list[_Line](), None
    while len(lines) < MOST_ROWS:
        size = min(PAGE, MOST_ROWS - len(lines))
        page = listing.page(connection, caller, filters, now, size=size, sort=sort, after=after)
        lines += _lines(connection, page.rows, words)
        after = page.next
        if after is None:
            break
        sleep(PAUSE)
    return written("Сообщения", _COLUMNS, lines, now.astimezone(words.zone), is_all=after is None)


def written(
    title: str,
    columns: Mapping[str, tuple[int, Callable[[Line], Any]]],
    lines: Sequence[Line],
    now: datetime,
    *,
    is_all: bool,
) -> bytes:
    """A sheet of these lines, each column with its width in characters, and one that says when it was made."""
    content = BytesIO()
    with Workbook(content, _OPTIONS) as book:
        sheet = book.add_worksheet(title)
        bold = book.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"})
        moment = book.add_format({"num_format": "dd.mm.yyyy hh:mm", "align": "left"})
        for place, (heading, (width, _)) in enumerate(columns.items()):
            sheet.set_column(place, place, width)
            sheet.write_string(0, place, heading, bold)
        for row, line in enumerate(lines, 1):
            if row % PAGE == 0:
                sleep(PAUSE)
            for place, (_, value) in enumerate(columns.values()):
                _write(sheet, row, place, value(line), moment)
        sheet.freeze_panes(1, 1)
        sheet.autofilter(0, 0, len(lines), len(columns) - 1)
        about = book.add_worksheet("О выгрузке")
        about.set_column(0, 0, 100)
        about.write_string(0, 0, f"Выгружено {moment_text(now, As.ROW)}. {title}: {len(lines)}.")
        if not is_all:
            about.write_string(1, 0, f"Это не все: выгружаются первые {MOST_ROWS}. Сузьте условия отбора.")
    return content.getvalue()


def _lines(connection: Connection, rows: Sequence[Listed], words: _Words) -> list[_Line]:
    access_note.shows(row.number for row in rows)
    states = [listed_state(row) for row in rows]
    places = texts.named(connection, [state.location for state in states if state.location])
    return [
        _Line(row, state, places.get(state.location or "", ""), words)
        for row, state in zip(rows, states, strict=True)
    ]


def _write(sheet: Any, row: int, place: int, value: object, moment: Any) -> None:
    """One cell: a moment in the format `moment`, a number, or a text; nothing for None."""
    if isinstance(value, datetime):
        sheet.write_datetime(row, place, value, moment)
    elif isinstance(value, int | float):
        sheet.write_number(row, place, value)
    elif value:
        sheet.write_string(row, place, str(value))


def _outcome(outcome: Outcome | None) -> str:
    return titles.OUTCOMES[outcome] if outcome else ""
