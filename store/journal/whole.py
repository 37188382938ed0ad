"""Every journal, read as the database has it, a portion of messages at a time: for whoever checks or anchors them.

Nothing is believed of a row but that it is there: what somebody has changed past the program may not even be readable.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from sqlalchemy import BigInteger, ColumnElement, Connection, String, case, cast, func, select, type_coerce
from sqlalchemy.types import NullType
from sqlmodel import col

from store.database.blocking import BlockingDatabase
from store.messages.tables import JournalRow, MessageRow

MESSAGES_AT_ONCE = 500
ROWS_AT_ONCE = 1000
_BEFORE_ALL = -(2**31)


class WrittenRow(NamedTuple):
    """A row as it is written, not parsed: `at` in UTC with microseconds, `data` as its JSON, `after` packed."""

    message: int
    number: int
    at: str
    kind: str
    person: str | None
    acting_for: str | None
    data: str
    after: Any
    hash: str


@dataclass(frozen=True, slots=True)
class Portion:
    """Messages with numbers above `after`, up to `until` (None: all that are left), at one moment of the database.

    `recorded`: by message, the number of the last row that the program has written. `rows` come in the order of
    messages and numbers, also of messages that are not there; they are read while the portion is at work.
    """

    after: int
    until: int | None
    recorded: dict[int, int]
    rows: Iterator[WrittenRow] = field(repr=False)
    connection: Connection = field(repr=False)
    """By which it is read: what else is read by it is of the same moment."""


def portions(database: BlockingDatabase) -> Iterator[Portion]:
    """All journals; each portion is a transaction of its own, over before the next begins."""
    after, more = _BEFORE_ALL, True
    while more:
        with database.read() as connection:
            recorded = _recorded(connection, after)
            more = len(recorded) == MESSAGES_AT_ONCE
            until = max(recorded) if more else None
            yield Portion(
                after, until, recorded, _rows(connection, database.dialect, after, until), connection
            )
        after = until if until is not None else after


def of_one(connection: Connection, dialect: str, message: int) -> Portion:
    """The journal of one message; its rows are read while the connection is open."""
    recorded = connection.execute(
        select(col(MessageRow.recorded)).where(col(MessageRow.number) == message)
    ).scalar()
    rows = _rows(connection, dialect, message - 1, message)
    return Portion(message - 1, message, {} if recorded is None else {message: recorded}, rows, connection)


def _recorded(connection: Connection, after: int) -> dict[int, int]:
    rows = connection.execute(
        select(col(MessageRow.number), col(MessageRow.recorded))
        .where(col(MessageRow.number) > after)
        .order_by(col(MessageRow.number))
        .limit(MESSAGES_AT_ONCE)
    )
    return {
        number: recorded if isinstance(recorded, int) else 0
        for number, recorded in rows
        if isinstance(number, int)
    }


def _rows(connection: Connection, dialect: str, after: int, until: int | None) -> Iterator[WrittenRow]:
    statement = (
        select(
            col(JournalRow.message),
            col(JournalRow.number),
            moment_of(col(JournalRow.at), dialect),
            col(JournalRow.kind),
            col(JournalRow.person),
            col(JournalRow.acting_for),
            cast(col(JournalRow.data), String),
            type_coerce(col(JournalRow.after), NullType),
            col(JournalRow.hash),
        )
        .where(col(JournalRow.message) > after)
        .order_by(col(JournalRow.message), col(JournalRow.number))
    )
    if until is not None:
        statement = statement.where(col(JournalRow.message) <= until)
    found = connection.execution_options(stream_results=True, yield_per=ROWS_AT_ONCE).execute(statement)
    return (WrittenRow(*row) for row in found)


def moment_of(column: Any, dialect: str) -> ColumnElement[str]:
    """A column of moments as `journal_chain.moment_text` writes them, not parsed."""
    if dialect == "postgresql":
        text: ColumnElement[Any] = func.to_char(func.timezone("UTC", column), 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')
    else:
        kept = type_coerce(column, BigInteger)
        seconds = func.strftime("%Y-%m-%dT%H:%M:%S", kept.op("/")(1_000_000), "unixepoch", type_=String)
        written = seconds.concat(func.printf(".%06dZ", kept % 1_000_000, type_=String))
        text = case((func.typeof(kept) == "integer", written), else_=type_coerce(column, String))
    return type_coerce(text, String)


def hashes(connection: Connection, dialect: str) -> Iterator[tuple[int, str, str]]:
    """Message, moment and hash of every row in the order of messages and numbers, read while the connection is open."""
    row = JournalRow
    statement = select(col(row.message), moment_of(col(row.at), dialect), col(row.hash)).order_by(
        col(row.message), col(row.number)
    )
    found = connection.execution_options(stream_results=True, yield_per=ROWS_AT_ONCE).execute(statement)
    return ((message, at, end) for message, at, end in found)


def largest_number(database: BlockingDatabase) -> int:
    """The largest number of a message; 0 where there is none."""
    with database.lookup() as connection:
        return connection.execute(select(func.max(col(MessageRow.number)))).scalar() or 0


def open_messages(database: BlockingDatabase) -> Iterator[dict[int, int]]:
    """How many rows are recorded of every message that is not closed, a portion of messages at a time."""
    after = _BEFORE_ALL
    while True:
        with database.read() as connection:
            rows = connection.execute(
                select(col(MessageRow.number), col(MessageRow.recorded))
                .where(col(MessageRow.number) > after, col(MessageRow.stage) != "closed")
                .order_by(col(MessageRow.number))
                .limit(MESSAGES_AT_ONCE)
            )
            found = {number: recorded for number, recorded in rows if number is not None}
        if not found:
            return
        yield found
        after = max(found)


def is_open(database: BlockingDatabase, message: int) -> bool:
    """Whether the message is not closed, by now."""
    with database.lookup() as connection:
        stage = connection.execute(
            select(col(MessageRow.stage)).where(col(MessageRow.number) == message)
        ).scalar()
    return stage is not None and stage != "closed"


def may_be_changed(database: BlockingDatabase) -> bool:
    """Whether the role that asks could change rows of the journal: on PostgreSQL, if it is not kept apart."""
    if database.dialect != "postgresql":
        return False
    with database.lookup() as connection:
        return bool(connection.execute(select(func.has_table_privilege("journal_row", "UPDATE"))).scalar())
