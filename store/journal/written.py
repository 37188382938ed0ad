"""Records of a message in the database: its snapshot, limits, journal and notices; written twice, changes nothing.

Statements, not executions: the worker runs them in a thread of its own, the API among its other work.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import Connection, Executable, Row, bindparam, insert, or_, select, update
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from store.database.statements import Rows, Statement, inserting, new_rows
from store.journal.chain import ChainEnd, link, link_of
from store.messages.tables import JournalRow, LimitRunRow, MessageBodyRow, MessageRow


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
    step_curator: str | None
    step_body: str | None
    place: str | None
    routed_to: str | None
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
_END_OF_CHAIN = (
    # Of the same statement: asking for the end of the chain by another would cost as much as the claim.
    _LAST_ROW.with_only_columns(col(JournalRow.number)).scalar_subquery(),
    _LAST_ROW.with_only_columns(col(JournalRow.hash)).scalar_subquery(),
)
_KNOWN_ROWS = (
    select(
        col(JournalRow.number),
        col(JournalRow.at),
        col(JournalRow.kind),
        col(JournalRow.person),
        col(JournalRow.acting_for),
        col(JournalRow.data),
    )
    .where(
        col(JournalRow.message) == bindparam("of_message"),
        col(JournalRow.number).between(bindparam("first"), bindparam("last")),
    )
    .order_by(col(JournalRow.number))
)
_LED = select(col(MessageRow.recorded), col(MessageRow.restarts), col(MessageRow.run_id)).where(
    col(MessageRow.number) == bindparam("of_message")
)
_ADD_ROWS = insert(JournalRow)
_HEAD = (
    update(MessageRow)
    .where(col(MessageRow.number) == bindparam("of_message"), col(MessageRow.rows) <= bindparam("rows"))
    .values({name: bindparam(name) for name in _COLUMNS})
)


@cache
def _claiming(*, of_run: bool, head: bool) -> Executable:
    """What claims rows of a journal: for a run that leads the message; with the head, where that is not newer."""
    claiming = (
        update(MessageRow)
        .where(
            col(MessageRow.number) == bindparam("of_message"),
            col(MessageRow.recorded) < bindparam("last"),
            col(MessageRow.recorded) >= bindparam("before"),
        )
        .values(recorded=bindparam("last"))
    )
    if of_run:
        claiming = claiming.where(
            col(MessageRow.restarts) == bindparam("of_restarts"),
            or_(
                col(MessageRow.run_id).is_(None),
                col(MessageRow.run_id) == bindparam("of_run"),
                col(MessageRow.run_id) == bindparam("after"),
            ),
        ).values(run_id=bindparam("of_run"))
    if head:
        claiming = claiming.where(col(MessageRow.rows) <= bindparam("rows"))
        claiming = claiming.values({name: bindparam(name) for name in _COLUMNS})
    return claiming.returning(*_END_OF_CHAIN)


class Leading(NamedTuple):
    """A run of a message's workflow, as `MessageRow` tells which one leads it; `after`: the run that it continues."""

    restarts: int
    run_id: str | None
    after: str | None = None

    def leads(self, known: "Led") -> bool:
        """Whether it is the one that leads the message, by what the database knows."""
        known_as = {None, self.run_id, *([self.after] if self.after else [])}
        return self.restarts == known.restarts and known.run_id in known_as


class Led(NamedTuple):
    """How far a message is recorded, and by which run it is led."""

    recorded: int
    restarts: int
    run_id: str | None


def claim(
    connection: Connection, message: int, first: int, last: int, head: Head, run: Leading | None = None
) -> ChainEnd | None:
    """Claim the journal rows from `first` to `last` in this transaction; returns the row they follow.

    The message's row is brought up to `head`, unless it is newer already. None, and nothing is changed, if they have
    been written already, if rows before them are missing, or if `run` does not lead the message; without one nobody
    asks who leads it.
    """
    of_message: dict[str, Any] = {"of_message": message}
    given = of_message | {"before": first - 1, "last": last}
    if run is not None:
        given |= {"of_restarts": run.restarts, "of_run": run.run_id, "after": run.after}
    claimed = connection.execute(_claiming(of_run=run is not None, head=True), given | head.columns).first()
    if claimed is None:
        claimed = connection.execute(_claiming(of_run=run is not None, head=False), given).first()
    if claimed is None:
        return None
    end = ChainEnd(claimed[0] or 0, claimed[1])
    if end.number < first - 1:
        # On PostgreSQL a claim that waited for another transaction has not seen what that one wrote.
        end = _end_of(connection.execute(_LAST_ROW, of_message).first())
    return end


def _end_of(row: Row[int, str] | None) -> ChainEnd:
    return ChainEnd() if row is None else ChainEnd(row[0], row[1])


RECORDED = select(col(MessageRow.recorded)).where(col(MessageRow.number) == bindparam("of_message"))
"""The number of the last journal row that was written; no row for an unknown message."""


def led(connection: Connection, message: int) -> Led | None:
    """How far a message is recorded, and by which run it is led; None of an unknown one."""
    found = connection.execute(_LED, {"of_message": message}).first()
    return None if found is None else Led(*found)


class KnownRow(NamedTuple):
    """What a journal row says."""

    number: int
    at: datetime
    kind: str
    person: str | None
    acting_for: str | None
    data: dict[str, Any]


def known_rows(connection: Connection, message: int, first: int, last: int) -> list[KnownRow]:
    """The journal rows of these numbers, as far as there are any."""
    found = connection.execute(_KNOWN_ROWS, {"of_message": message, "first": first, "last": last})
    return [KnownRow(*row) for row in found]


def keep_head(message: int, head: Head, dialect: str) -> list[Statement]:
    """Bring the message's row up to `head`, unless it is newer already."""
    row = {"of_message": message, **head.columns}
    return [(_HEAD, [row]), *keep_turns(message, head.turns, dialect)]


def keep_turns(message: int, bodies: Iterable[str], dialect: str) -> list[Statement]:
    """Let bodies that have or had their turn see the message."""
    return new_rows(MessageBodyRow, [{"message": message, "body": body} for body in bodies], dialect)


def keep_limits(runs: Rows, dialect: str) -> list[Statement]:
    """Write limit runs as they are now."""
    return [(_replacing_limits(dialect), runs)] if runs else []


@cache
def _replacing_limits(dialect: str) -> Executable:
    statement = inserting(LimitRunRow, dialect)
    changing = [name for name in LimitRunRow.model_fields if name not in ("message", "number")]
    replacing = statement.on_conflict_do_update(
        index_elements=["message", "number"], set_={name: statement.excluded[name] for name in changing}
    )
    # What returns something goes to the server as one statement, however many rows it has.
    return replacing.returning(col(LimitRunRow.number)) if dialect == "postgresql" else replacing


def add_rows(rows: Rows, end: ChainEnd) -> list[Statement]:
    """Append journal rows, in order, to the chain that ends so; those already there stay as they are."""
    new: Rows = []
    before = end.hash
    for row in rows:
        if row["number"] > end.number:
            before = link_of(before, row)
            new.append({**row, "hash": before})
    return [(_ADD_ROWS, new)] if new else []


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
