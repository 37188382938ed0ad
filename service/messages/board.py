"""The board: open messages by stage and body."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from calendar_rules.vocabulary import Stage
from service.messages import lines as message_lines
from service.messages.lines import MessageLine
from service.messages.lists import MessageLists
from service.runs.rules import Rules
from store.database.session import Connection
from store.messages import board, listing
from store.people.persons import Actor

STAGES = listing.OPEN_STAGES
FIRST = 3


@dataclass(frozen=True, slots=True)
class Cell:
    """The open messages of a body in a stage: how many, how many of them late, and those due first."""

    messages: int
    late: int
    first: Sequence[MessageLine]


@dataclass(frozen=True, slots=True)
class Row:
    """A body's cells by stage, without the empty ones; `body` None: all messages, also those no body has had."""

    body: str | None
    cells: Mapping[Stage, Cell]

    @property
    def messages(self) -> int:
        return sum(cell.messages for cell in self.cells.values())

    @property
    def late(self) -> int:
        return sum(cell.late for cell in self.cells.values())


async def read(lists: MessageLists, rules: Rules, caller: Actor) -> Sequence[Row]:
    """The rows of what the caller may see, bodies by key; that of all messages stands first."""
    return await lists.read(lambda connection: _rows(connection, rules, caller))


def _rows(connection: Connection, rules: Rules, caller: Actor) -> list[Row]:
    now = datetime.now(UTC)
    standings = board.standings(connection, caller, now, first=FIRST)
    numbers = sorted({number for standing in standings for number in standing.first})
    shown = listing.rows_of(connection, numbers)
    lines = {line.number: line for line in message_lines.lines(connection, rules, shown, now)}
    rows: dict[str | None, dict[Stage, Cell]] = {None: {}}
    for standing in standings:
        first = [lines[number] for number in standing.first if number in lines]
        rows.setdefault(standing.body, {})[standing.stage] = Cell(standing.messages, standing.late, first)
    return [Row(body, rows[body]) for body in sorted(rows, key=lambda body: body or "")]
