"""A database with very many messages: what is over of a small one, copied by the database itself over the years before.

Copies differ in their numbers, moments and all that is unique; the older one has the lower number. What is open is not
copied, so there is no more of it. Moments within JSON stay those of the original, all that is packed does, and the
journals' hashes do.
"""

import json
import re
from datetime import timedelta
from typing import Any

import sqlalchemy as sa
from sqlmodel import AutoString, SQLModel

from calendar_rules.vocabulary import Stage
from store.access import record as access
from store.access.tables import AccessBlockRow, AccessRecordRow
from store.database.columns import UtcMoment
from store.database.packed import PackedJson
from store.messages.tables import MessageRow

YEARS = timedelta(days=3 * 365)
_NUMBERS = {
    "message": "number",
    "notice": "id",
    "command": "sequence",
    "candidate": "id",
    "shortcoming_measure": "id",
}
"""Tables whose rows have numbers of their own: those of a copy are all below those of its original."""
_COPIED = (
    *("message", "message_body", "message_place", "message_word", "message_text", "limit_run", "charge"),
    *("journal_row", "command", "notice", "standing", "shortcoming_measure", "candidate"),
)
_VARIED = {
    "message": ("url", "url_key", "author", "search_text"),
    "command": ("key",),
    "notice": ("fact",),
    "candidate": ("url", "url_key", "search_text"),
}
"""Columns of what is unique, or should not be the same in all: the number of the copy stands at their end."""
_ID = re.compile(r"\b[0-9a-f]{32}\b")
_ACCESSES = (
    *(
        ("curator", "message.open", "ok"),
        ("head", "messages.list", "ok"),
        ("curator2", "message.similar", "ok"),
    ),
    *(("admin", "access.search", "ok"), ("executor-roads", "message.open", "refused")),
)
"""Who did what with each message, and what came of it."""

Row = dict[str, Any]
Rows = dict[str, list[Row]]


def read(source: sa.Connection) -> Rows:
    """All rows of a database of the program, by table."""
    return {
        table.name: [dict(row) for row in source.execute(sa.select(table)).mappings()]
        for table in SQLModel.metadata.sorted_tables
    }


def grow(rows: Rows, target: sa.Connection, copies: int, over: timedelta = YEARS) -> None:
    """Fill a database that has tables and nothing in them with these rows, and with so many copies of what is over.

    The first copy is the oldest, and begins so long before the originals.
    """
    originals = _Originals(rows, copies)
    originals.write(target)
    for name in _COPIED:
        statement = originals.copying(SQLModel.metadata.tables[name], target.dialect.name)
        if statement is not None:
            for copy in range(1, copies + 1):
                target.execute(statement, {"copy": copy, "days": over.days * copy // copies})
    _note_accesses(target)
    if target.dialect.name == "postgresql":
        for table, key in _NUMBERS.items():
            target.exec_driver_sql(
                f"SELECT setval(pg_get_serial_sequence('{table}', '{key}'), (SELECT max({key}) FROM {table}))"
            )


class _Originals:
    """The rows that are copied, with numbers above those of all copies, and with ids that end with the message's."""

    def __init__(self, rows: Rows, copies: int) -> None:
        self._span = {
            name: max((row[key] for row in rows[name]), default=0) for name, key in _NUMBERS.items()
        }
        self._copies, self._first = copies, self._span["message"] * copies
        self._over = [row["number"] + self._first for row in rows["message"] if row["stage"] == Stage.CLOSED]
        self._rows = {
            name: [self._renumbered(SQLModel.metadata.tables[name], row, copies) for row in rows[name]]
            for name in rows
        }

    def _renumbered(self, table: sa.Table, row: Row, copies: int) -> Row:
        number = row.get("number") if table.name == "message" else row.get("message")
        row = dict(row)
        for column in table.columns:
            value = row[column.key]
            if (span := self._span_of(column)) and value is not None:
                row[column.key] = value + span * copies
            elif number is not None and isinstance(value, str):
                row[column.key] = self._own_ids(value, number + self._first)
            elif number is not None and isinstance(column.type, sa.JSON | PackedJson):
                row[column.key] = json.loads(self._own_ids(json.dumps(value), number + self._first))
        if table.name == "message" and row["snapshot"]:
            row["snapshot"] |= {"id": str(row["number"])}
        return row

    @staticmethod
    def _own_ids(text: str, number: int) -> str:
        return _ID.sub(lambda found: f"{found[0][:24]}{number:08x}", text)

    def _span_of(self, column: sa.Column[Any]) -> int | None:
        """By how much the numbers in the column are lower from copy to copy."""
        name = column.table.name
        if _NUMBERS.get(name) == column.key or (name, column.key) == ("message", "candidate"):
            return self._span[name if column.key != "candidate" else "candidate"]
        named = {key.column.table.name for key in column.foreign_keys} & self._span.keys()
        if column.key == "message" or (name, column.key) == ("message", "repeats"):
            named = {"message"}
        return self._span[named.pop()] if named else None

    def write(self, target: sa.Connection) -> None:
        """Write the originals."""
        for table in SQLModel.metadata.sorted_tables:
            if self._rows[table.name]:
                target.execute(sa.insert(table), self._rows[table.name])

    def copying(self, table: sa.Table, dialect: str) -> sa.Insert | None:
        """What writes copy `:copy`, `:days` days earlier, of all that is over; None where nothing is copied."""
        if not self._rows[table.name]:
            return None
        copy = sa.bindparam("copy", type_=sa.Integer)
        is_message, is_candidate = table.name == "message", table.name == "candidate"
        of = table.c.number if is_message else table.c.id if is_candidate else table.c.message
        lower = of - copy * self._span["candidate" if is_candidate else "message"]
        old, new = _hex(of, dialect), _hex(lower, dialect)
        values: dict[str, Any] = {}
        for column in table.columns:
            value: Any = column
            if (span := self._span_of(column)) is not None:
                value = column - copy * span
            elif isinstance(column.type, UtcMoment):
                value = _earlier(column, dialect)
            elif isinstance(column.type, sa.JSON):
                value = sa.func.replace(sa.cast(column, sa.Text), old.concat('"'), new.concat('"'))
                if dialect == "postgresql":
                    value = sa.cast(value, sa.JSON)
            elif column.key in _VARIED.get(table.name, ()):
                value = column.concat(" ").concat(sa.cast(lower, sa.Text))
            elif isinstance(column.type, sa.String | AutoString) and not is_candidate:
                is_id = sa.and_(sa.func.length(column) == 32, sa.func.substr(column, 25) == old)
                value = sa.case((is_id, sa.func.substr(column, 1, 24).concat(new)), else_=column)
            values[column.key] = value
        first = self._first + 1
        which = (
            sa.and_(of > self._span["candidate"] * self._copies, table.c.state == "taken")
            if is_candidate
            else sa.and_(of >= first, of.in_(self._over))
        )
        return sa.insert(table).from_select(list(values), sa.select(*values.values()).where(which))


def _hex(number: Any, dialect: str) -> sa.ColumnElement[str]:
    """The number as the last eight digits of an id."""
    if dialect == "postgresql":
        return sa.func.lpad(sa.func.to_hex(number), 8, "0", type_=sa.Text)
    return sa.func.printf("%08x", number, type_=sa.Text)


def _earlier(moment: sa.Column[Any], dialect: str) -> Any:
    """The moment `:days` days before."""
    days = sa.bindparam("days", type_=sa.Integer)
    if dialect == "postgresql":
        return moment - sa.func.make_interval(0, 0, 0, days)
    return sa.type_coerce(moment, sa.BigInteger) - days * sa.literal(24 * 3600 * 1_000_000, sa.BigInteger)


def _note_accesses(target: sa.Connection) -> None:
    """Write what the record of access has of each message, on the day it was detected."""
    message, record = MessageRow.__table__, AccessRecordRow.__table__  # type: ignore[attr-defined]
    second = (
        sa.cast(sa.extract("epoch", message.c.detected_at), sa.BigInteger) * 1_000_000
        if target.dialect.name == "postgresql"
        else sa.type_coerce(message.c.detected_at, sa.BigInteger)
    )
    microsecond = second + message.c.number % 1_000_000
    for place, (person, call, outcome) in enumerate(_ACCESSES):
        values = {
            "id": microsecond * access._SHIFT + place,
            "at": message.c.detected_at,
            "person": sa.literal(person),
            "call": sa.literal(call),
            "outcome": sa.literal(outcome),
            "address": sa.literal("127.0.0.1"),
            "messages": sa.literal(" ").concat(sa.cast(message.c.number, sa.Text)).concat(" "),
            "candidates": sa.literal(""),
        }
        target.execute(sa.insert(record).from_select(list(values), sa.select(*values.values())))
        blocks = sa.select(message.c.number.op("/")(access._BLOCK), values["id"])
        target.execute(sa.insert(AccessBlockRow).from_select(["block", "record"], blocks))


def with_more(rows: Rows) -> Rows:
    """The rows with what a demo has none of: what was noted about breaches, and what was found in networks."""
    rows = rows | {name: list(rows[name]) for name in ("message_text", "shortcoming_measure", "candidate")}
    for run in rows["limit_run"]:
        if run["breached_at"] is None or run["message"] % 2:
            continue
        text = f"{run['message']:012x}{run['number']:012x}00000000"
        rows["message_text"].append(
            rows["message_text"][0]
            | {"id": text, "message": run["message"], "field": "measures", "content": "Мастер предупреждён."}
        )
        rows["shortcoming_measure"].append(
            {
                "id": len(rows["shortcoming_measure"]) + 1,
                "message": run["message"],
                "run": run["number"],
                "text": text,
                "person": "curator",
                "acting_for": None,
                "at": run["breached_at"],
            }
        )
    for message in rows["message"]:
        over = message["stage"] == Stage.CLOSED
        for state in ("taken", "dismissed", "dismissed") if over else ("new",):
            found = len(rows["candidate"]) + 1
            rows["candidate"].append(
                {
                    "id": found,
                    "url_key": f"found {found}",
                    "network": message["network"],
                    "url": message["url"] if state != "taken" else "",
                    "author": message["author"] if state != "taken" else "",
                    "text": message["text"] if state != "taken" else "",
                    "search_text": message["search_text"] if state != "taken" else "",
                    "parent_url": None,
                    "posted_at": message["detected_at"],
                    "found_at": message["detected_at"],
                    "source": None,
                    "reply_to": None,
                    "state": state,
                    "decided_by": None if state == "new" else "curator",
                    "decided_at": None if state == "new" else message["registered_at"],
                    "reason": "spam" if state == "dismissed" else None,
                    "message": message["number"] if state == "taken" else None,
                    "suggestions": {},
                }
            )
    return rows
