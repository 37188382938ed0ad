"""State of a message after a step: as the journal says, and as the tables do (docs/prove/journal.md).

The last row of each record of a message says it, in `after`. The same is made from the tables here, so
that the two are equal as long as nobody has changed a table past the program.
"""

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, Integer, Select, SQLColumnExpression, cast, select, type_coerce
from sqlalchemy.types import NullType
from sqlmodel import col

from store.database.packed import unpack
from store.journal.chain import digest, moment_text
from store.journal.charges import SECOND, as_shown
from store.journal.tables import ChargeRow
from store.journal.whole import ROWS_AT_ONCE, moment_of
from store.messages import text_seals
from store.messages.tables import LimitRunRow, MessageBodyRow, MessageRow, MessageTextRow

Said = dict[str, Any]
"""JSON: how a message stands, but for its limits, or how a run of a limit does. What is not set is not there."""

ERASURE = "record_erasure"
"""The kind of the row by which texts were erased."""
_SUM_DIGITS = 32
_UNREADABLE = "-"
_COLUMNS = ("stage", "outcome", "current_body", "topic", "importance", "curator", "assignee", "repeats")
_DERIVED = ("step_curator", "step_body", "place", "routed_to")
_HEAD_MOMENTS = ("next_due", "first_due")
_RUN_COLUMNS = ("name", "holder_role", "holder_body", "told")
_RUN_MOMENTS = ("started_at", "due_at", "met_at", "breached_at", "cancelled_at")
_Column = SQLColumnExpression[Any]
Blamed = tuple[Any, ...]
"""Whom a breach is charged to: role, body, person, in whose place, the own limit that was over, by how many seconds."""


def step(head: Mapping[str, Any], turns: Iterable[str], runs: Iterable[Mapping[str, Any]]) -> Said:
    """What a record says of its message; `head` are columns of `message`, `runs` those of each `limit_run` it wrote.

    `turns` are the bodies that have or had their turn. Moments are aware.
    """
    return {
        **_head(_in_text(head, _HEAD_MOMENTS), turns, head["snapshot"]),
        "limits": {str(run["number"]): _run(_in_text(run, _RUN_MOMENTS), run["run"]) for run in runs},
    }


def _in_text(row: Mapping[str, Any], moments: Iterable[str]) -> dict[str, Any]:
    return {**row, **{name: moment_text(row[name]) if row[name] else None for name in moments}}


def _head(row: Mapping[str, Any], turns: Iterable[str], snapshot: Any) -> Said:
    kept = [row[name] for name in (*_COLUMNS, *_DERIVED, *_HEAD_MOMENTS)]
    named = {
        "stage": row["stage"],
        "outcome": row["outcome"],
        "body": row["current_body"],
        "curator": row["curator"],
        "assignee": row["assignee"],
    }
    return _set(named) | {"turns": sorted(turns), "sum": _sum([*kept, bool(row["overdue"]), snapshot])}


def _run(row: Mapping[str, Any], whole: Any) -> Said:
    named = {
        "limit": row["name"],
        "body": row["holder_body"],
        "due_at": row["due_at"],
        "met_at": row["met_at"],
        "breached_at": row["breached_at"],
        "cancelled_at": row["cancelled_at"],
        "inherited": bool(row["inherited"]) or None,
    }
    kept = [row[name] for name in (*_RUN_COLUMNS, *_RUN_MOMENTS)]
    return _set(named) | {"sum": _sum([*kept, bool(row["inherited"]), whole])}


def _set(named: Mapping[str, Any]) -> Said:
    return {name: value for name, value in named.items() if value is not None}


def _sum(content: Sequence[Any]) -> str:
    """Short enough for every row, and long enough that nobody finds other content of the same sum."""
    try:
        return digest(content)[:_SUM_DIGITS]
    except (TypeError, ValueError, RecursionError):
        return _UNREADABLE


# ---- what a journal says


@dataclass(slots=True)
class Told:
    """How a message stands by the rows of its journal that were read so far, with the numbers of the rows.

    `texts` are what the journal says of texts, by the numbers of its rows.
    """

    head: Said | None = None
    head_row: int = 0
    runs: dict[Any, tuple[int, Said]] = field(default_factory=dict)
    """By the number of a run: the row, and what it says."""
    texts: dict[int, Said] = field(default_factory=dict)
    is_erased: bool = False

    def add(self, number: int, said: Any) -> None:
        """Take in what a row of the journal says, by its number; None: nothing."""
        if not isinstance(said, dict):
            return
        self.head_row = number
        self.head = {name: value for name, value in said.items() if name != "limits"}
        runs = said.get("limits")
        for run, one in runs.items() if isinstance(runs, dict) else ():
            if run.isdecimal() and isinstance(one, dict):
                self.runs[int(run)] = number, one

    def add_texts(self, number: int, kind: Any, data: Any) -> None:
        """Take in what a row of the journal says of texts, by its number and its kind."""
        if isinstance(data, dict) and not data.keys().isdisjoint(text_seals.PARTS):
            self.texts[number] = data
        self.is_erased = self.is_erased or kind == ERASURE


# ---- what the tables say


@dataclass(slots=True)
class Stored:
    """How a message stands by its tables; `head` is None where it has no row of its own.

    `is_ahead`: its row is of a step that the journal has not got yet. `named` and `charged` are whom the breach of a
    run is charged to, by its number: as the run itself has it, and the table of charges. `texts` has the MAC of each
    text by its id; of a text without a key the text itself.
    """

    head: Said | None = None
    is_ahead: bool = False
    runs: dict[Any, Said] = field(default_factory=dict)
    named: dict[Any, list[Blamed]] = field(default_factory=dict)
    charged: dict[Any, list[Blamed]] = field(default_factory=dict)
    texts: dict[Any, Any] = field(default_factory=dict)


def stored(connection: Connection, dialect: str, after: int, until: int | None) -> dict[Any, Stored]:
    """Messages with numbers above `after`, up to `until` (None: all), by number.

    Nothing is believed of a row but that it is there; what belongs to no message stands under the number it names.
    """
    found: defaultdict[Any, Stored] = defaultdict(Stored)
    bodies: defaultdict[Any, list[str]] = defaultdict(list)

    def rows(*columns: _Column, by: tuple[_Column, ...] = ()) -> Iterable[Any]:
        message = columns[0]
        statement: Select[Any] = select(*columns).where(message > after)
        if until is not None:
            statement = statement.where(message <= until)
        reading = connection.execution_options(stream_results=True, yield_per=ROWS_AT_ONCE)
        return reading.execute(statement.order_by(message, *by))

    for message, body in rows(col(MessageBodyRow.message), col(MessageBodyRow.body)):
        bodies[message].append(str(body))
    for row in rows(*_of_heads(dialect)):
        one = found[row.number]
        one.head = _head(dict(row._mapping), bodies.pop(row.number, ()), unpacked(row.snapshot))
        one.is_ahead = row.rows > row.recorded
    for message in bodies:
        found[message].head = None
    for row in rows(*_of_runs(dialect)):
        one, whole = found[row.message], unpacked(row.run)
        one.runs[row.number] = _run(dict(row._mapping), whole)
        if named := _named(whole):
            one.named[row.number] = named
    for message, run, _, *whose in rows(*_CHARGE, by=_CHARGE[1:3]):
        found[message].charged.setdefault(run, []).append(tuple(whose))
    for message, text, content, key in rows(*_TEXT):
        found[message].texts[text] = _sealed(content, key)
    return found


def _of_heads(dialect: str) -> list[_Column]:
    row = MessageRow
    texts = (*_COLUMNS, *_DERIVED)
    return [
        col(row.number),
        *(col(getattr(row, name)) for name in texts),
        *(moment_of(getattr(row, name), dialect).label(name) for name in _HEAD_MOMENTS),
        *(cast(getattr(row, name), Integer).label(name) for name in ("overdue", "rows", "recorded")),
        type_coerce(col(row.snapshot), NullType).label("snapshot"),
    ]


def _of_runs(dialect: str) -> list[_Column]:
    row = LimitRunRow
    return [
        col(row.message),
        col(row.number),
        *(col(getattr(row, name)) for name in _RUN_COLUMNS),
        *(moment_of(getattr(row, name), dialect).label(name) for name in _RUN_MOMENTS),
        cast(col(row.inherited), Integer).label("inherited"),
        type_coerce(col(row.run), NullType).label("run"),
    ]


_CHARGE: tuple[_Column, ...] = (
    col(ChargeRow.message),
    col(ChargeRow.run),
    col(ChargeRow.position),
    col(ChargeRow.role),
    col(ChargeRow.body),
    col(ChargeRow.person),
    col(ChargeRow.acting_for),
    col(ChargeRow.limit_name),
    col(ChargeRow.over),
)


_TEXT: tuple[_Column, ...] = (
    col(MessageTextRow.message),
    col(MessageTextRow.id),
    type_coerce(col(MessageTextRow.content), NullType),
    type_coerce(col(MessageTextRow.key), NullType),
)


def _sealed(content: Any, key: Any) -> str:
    try:
        text = unpack(content)
        return text if key is None else text_seals.mac_of(key, text)
    except (TypeError, ValueError, AttributeError):
        return _UNREADABLE


def unpacked(kept: Any) -> Any:
    """What a column of packed JSON holds; of what is none, the value itself."""
    try:
        return None if kept is None else json.loads(unpack(kept))
    except (TypeError, ValueError, RecursionError, AttributeError):
        return kept


def _named(run: Any) -> list[Blamed]:
    """Whom a run says its breach is charged to."""
    charged = run.get("charged") if isinstance(run, dict) else None
    try:
        return [
            (one.role, one.body, one.person, one.acting_for, one.limit, one.over / SECOND)
            for one in as_shown(charged or ())
        ]
    except (AttributeError, KeyError, TypeError, ValueError):
        return [(_UNREADABLE,)]
