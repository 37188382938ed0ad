"""What a message leaves in the database: its snapshot, limits, journal and notices; written twice, changes nothing.

Statements, not executions: the worker runs them in a thread of its own, the API among its other work.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import Connection, Executable, Row, Select, bindparam, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import SQLModel, col
from sqlmodel.ext.asyncio.session import AsyncSession

from store.journal_chain import ChainEnd, link, link_of
from store.tables import JournalRow, LimitRunRow, MessageBodyRow, MessageRow, NoticeRow

Rows = list[dict[str, Any]]
Statement = tuple[Executable, Rows]
"""A statement with its rows of parameters."""


@dataclass(frozen=True, slots=True)
class Head:
    """What listings filter by, with the snapshot; `rows` orders them: an older one never replaces a newer.

    The fields but for `turns` are columns of the message's row.
    """

    rows: int
    network: str
    stage: str
    outcome: str | None
    current_body: str | None
    topic: str | None
    importance: str | None
    curator: str | None
    assignee: str | None
    repeats: int | None
    edition: str
    step_curator: str | None
    step_body: str | None
    overdue: bool
    next_due: datetime | None
    first_due: datetime | None
    turns: Sequence[str]
    snapshot: dict[str, Any]

    @property
    def columns(self) -> dict[str, Any]:
        """The columns of the message's row, by name."""
        return {name: getattr(self, name) for name in _COLUMNS}


def link_of_message(connection: Connection, message: int) -> str | None:
    """The link of a message's post."""
    found = connection.execute(select(col(MessageRow.url)).where(col(MessageRow.number) == message))
    return found.scalar_one_or_none()


_COLUMNS = tuple(field.name for field in fields(Head) if field.name != "turns")

# Statements are built once: building one costs more than executing it.
_LAST_ROW = (
    select(col(JournalRow.number), col(JournalRow.hash))
    .where(col(JournalRow.message) == bindparam("of_message"))
    .order_by(col(JournalRow.number).desc())
    .limit(1)
)
_CLAIM = (
    update(MessageRow)
    .where(
        col(MessageRow.number) == bindparam("of_message"),
        col(MessageRow.recorded) < bindparam("last"),
        col(MessageRow.recorded) >= bindparam("before"),
    )
    .values(recorded=bindparam("last"))
    .returning(
        # Of the same statement: asking for the end of the chain by another would cost as much as the claim.
        _LAST_ROW.with_only_columns(col(JournalRow.number)).scalar_subquery(),
        _LAST_ROW.with_only_columns(col(JournalRow.hash)).scalar_subquery(),
    )
)
_ADD_ROWS = insert(JournalRow)
_HEAD = (
    update(MessageRow)
    .where(col(MessageRow.number) == bindparam("of_message"), col(MessageRow.rows) <= bindparam("rows"))
    .values({name: bindparam(name) for name in _COLUMNS})
)


def claim(connection: Connection, message: int, first: int, last: int) -> ChainEnd | None:
    """Claim the journal rows from `first` to `last` in this transaction; returns the row they follow.

    None, and nothing is changed, if they have been written already, or if rows before them are missing.
    """
    of_message = {"of_message": message}
    claimed = connection.execute(_CLAIM, of_message | {"before": first - 1, "last": last}).first()
    if claimed is None:
        return None
    end = ChainEnd(claimed[0] or 0, claimed[1])
    if end.number < first - 1:
        # On PostgreSQL a claim that waited for another transaction has not seen what that one wrote.
        end = _end_of(connection.execute(_LAST_ROW, of_message).first())
    return end


def _end_of(row: Row[int, str] | None) -> ChainEnd:
    return ChainEnd() if row is None else ChainEnd(row[0], row[1])


def recorded(message: int) -> Select[int]:
    """The number of the last journal row that was written; no row for an unknown message."""
    return select(col(MessageRow.recorded)).where(col(MessageRow.number) == message)


def keep_head(message: int, head: Head, dialect: str) -> list[Statement]:
    """Bring the message's row up to `head`, unless it is newer already."""
    row = {"of_message": message, **head.columns}
    return [(_HEAD, [row]), *keep_turns(message, head.turns, dialect)]


def keep_turns(message: int, bodies: Iterable[str], dialect: str) -> list[Statement]:
    """Let bodies that have or had their turn see the message."""
    return _new(MessageBodyRow, [{"message": message, "body": body} for body in bodies], dialect)


def keep_limits(runs: Rows, dialect: str) -> list[Statement]:
    """Write limit runs as they are now."""
    return [(_replacing_limits(dialect), runs)] if runs else []


@cache
def _replacing_limits(dialect: str) -> Executable:
    statement = inserting(LimitRunRow, dialect)
    changing = [name for name in LimitRunRow.model_fields if name not in ("message", "number")]
    return statement.on_conflict_do_update(
        index_elements=["message", "number"], set_={name: statement.excluded[name] for name in changing}
    )


def add_rows(rows: Rows, end: ChainEnd) -> list[Statement]:
    """Append journal rows, in order, to the chain that ends so; those already there stay as they are."""
    new: Rows = []
    before = end.hash
    for row in rows:
        if row["number"] > end.number:
            before = link_of(before, row)
            new.append({**row, "hash": before})
    return [(_ADD_ROWS, new)] if new else []


def add_notices(notices: Rows, dialect: str) -> list[Statement]:
    """Write notices; one per fact, kind and person, however often it is tried."""
    return _new(NoticeRow, notices, dialect)


def new_rows(table: type[SQLModel], rows: Rows, dialect: str) -> list[Statement]:
    """Write rows of a table; those that are there stay as they are."""
    return _new(table, rows, dialect)


def told_of(message: int, row: int) -> Select[str, str | None]:
    """Who was told of a journal row: persons, each with whom they stood in for."""
    return select(col(NoticeRow.person), col(NoticeRow.acting_for)).where(
        col(NoticeRow.message) == message, col(NoticeRow.row) == row
    )


async def run(session: AsyncSession, statements: list[Statement]) -> None:
    """Execute statements in a session of the API."""
    connection = await session.connection()
    for statement, rows in statements:
        await connection.execute(statement, rows)


async def append_row(
    session: AsyncSession,
    message: int,
    at: datetime,
    kind: str,
    person: str | None,
    data: dict[str, Any],
    now: datetime,
) -> None:
    """Add the next journal row to a message whose workflow has ended, and can number no more rows itself.

    It counts as recorded: a later run of the workflow goes on after it.
    """
    connection = await session.connection()
    end = _end_of((await connection.execute(_LAST_ROW, {"of_message": message})).first())
    number = end.number + 1
    session.add(
        JournalRow(
            message=message,
            number=number,
            at=at,
            kind=kind,
            person=person,
            data=data,
            written_at=now,
            hash=link(
                end.hash,
                message=message,
                number=number,
                at=at,
                kind=kind,
                person=person,
                acting_for=None,
                data=data,
            ),
        )
    )
    await session.exec(
        update(MessageRow).where(col(MessageRow.number) == message).values(recorded=number, rows=number)
    )


def inserting(table: type[SQLModel], dialect: str) -> "sqlite.Insert | postgresql.Insert":
    """What writes rows of a table, and can say what becomes of those that are there."""
    return postgresql.insert(table) if dialect == "postgresql" else sqlite.insert(table)


def _new(table: type[SQLModel], rows: Rows, dialect: str) -> list[Statement]:
    return [(_inserting_new(table, dialect), rows)] if rows else []


@cache
def _inserting_new(table: type[SQLModel], dialect: str) -> Executable:
    return inserting(table, dialect).on_conflict_do_nothing()
