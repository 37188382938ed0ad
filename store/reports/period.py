"""Counts of a period (cl. 21): messages, journal rows and runs of limits, each read by ranges of moments.

A message registered by mistake counts nowhere, but its breaches stay on record: rows and messages leave it out, and
runs are told apart by `void`. Where a `body` is named, only messages count in which it has or had its turn.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased
from sqlmodel import col

from calendar_rules.vocabulary import CloseReason, DraftKind, Outcome
from store.database.columns import ERASED
from store.database.statements import chunks
from store.messages.listing import OPEN_STAGES
from store.messages.narrowing import same_author
from store.messages.places import Settlement
from store.messages.tables import (
    JournalRow,
    MessageBodyRow,
    MessagePlaceRow,
    MessageRow,
    TopicRow,
)

NOT_VOID = sa.or_(col(MessageRow.outcome).is_(None), col(MessageRow.outcome) != Outcome.VOID)
BEHIND = col(MessageRow.recorded) < col(MessageRow.rows)

PUBLICATION, _REOPENED = "confirm_publication", "reopened"
_ENDS = (PUBLICATION, "decline", "close_unanswered")
"""Kinds of rows that end a message; of publications that of an answer does."""

Span = tuple[datetime, datetime]
"""From the first moment on, up to and without the second."""


@dataclass(frozen=True, slots=True)
class Detected:
    """A message that was not registered by mistake; `recorded`: its journal is as far as its state.

    `erased`: its place went with its personal data.
    """

    number: int
    detected_at: datetime
    network: str
    topic: str | None
    outcome: str | None
    repeats: int | None
    recorded: bool
    erased: bool


@dataclass(frozen=True, slots=True)
class Row:
    """A journal row of a message that was not registered by mistake."""

    message: int
    number: int
    at: datetime
    kind: str
    data: Mapping[str, Any]
    detected_at: datetime
    topic: str | None


def had_by(body: str | None) -> list[sa.ColumnElement[bool]]:
    """That a body has or had its turn in a message; nothing where none is named."""
    if body is None:
        return []
    # Asked of each message in turn: all that the body ever had is more than what a period has.
    had = aliased(MessageBodyRow)
    held = sa.select(sa.literal(1)).where(col(had.message) == col(MessageRow.number), col(had.body) == body)
    return [held.exists()]


def within(column: sa.SQLColumnExpression[Any], span: Span) -> sa.ColumnElement[bool]:
    """Whether a moment lies in a span."""
    since, until = span
    return sa.and_(column >= since, column < until)


# ---- messages


def detected(connection: sa.Connection, span: Span, body: str | None = None) -> list[Detected]:
    """Messages detected in the span, in order."""
    statement = (
        sa.select(
            col(MessageRow.number),
            col(MessageRow.detected_at),
            col(MessageRow.network),
            col(MessageRow.topic),
            col(MessageRow.outcome),
            col(MessageRow.repeats),
            sa.and_(col(MessageRow.recorded) > 0, sa.not_(BEHIND)),
            col(MessageRow.erased_at).is_not(None),
        )
        .where(within(col(MessageRow.detected_at), span), NOT_VOID, *had_by(body))
        .order_by(col(MessageRow.detected_at), col(MessageRow.number))
    )
    rows: Iterable[tuple[Any, ...]] = connection.execute(statement)
    return [Detected(*row) for row in rows]


def count(connection: sa.Connection, span: Span, *, most: int | None = None) -> int:
    """How many messages were detected in the span; of more than `most`, that many."""
    found = sa.select(sa.literal(1)).where(within(col(MessageRow.detected_at), span)).limit(most).subquery()
    return connection.scalar(sa.select(sa.func.count()).select_from(found)) or 0


def are_behind(connection: sa.Connection, span: Span) -> bool:
    """Whether the journal of a message detected in the span lacks rows that its state has: they come at once."""
    behind = sa.select(sa.exists().where(within(col(MessageRow.detected_at), span), BEHIND))
    return bool(connection.scalar(behind))


def turns(connection: sa.Connection, span: Span, body: str | None = None) -> dict[int, list[str]]:
    """The bodies that have or had their turn, of messages detected in the span."""
    return _turns(connection, within(col(MessageRow.detected_at), span), *had_by(body))


def _turns(connection: sa.Connection, *where: sa.ColumnElement[bool]) -> dict[int, list[str]]:
    statement = (
        sa.select(col(MessageBodyRow.message), col(MessageBodyRow.body))
        .join(MessageRow, col(MessageRow.number) == col(MessageBodyRow.message))
        .where(NOT_VOID, *where)
        .order_by(col(MessageBodyRow.message), col(MessageBodyRow.body))
    )
    found: dict[int, list[str]] = defaultdict(list)
    for message, holder in connection.execute(statement):
        found[message].append(holder)
    return found


@dataclass(frozen=True, slots=True)
class Repeating:
    """A message that repeats an earlier one, and the bodies that have or had their turn in it."""

    number: int
    detected_at: datetime
    bodies: Sequence[str]


def repeating(connection: sa.Connection, span: Span, body: str | None = None) -> list[Repeating]:
    """Messages detected in the span that repeat an earlier one (cl. 16)."""
    row = MessageRow
    where = (col(row.repeats).is_not(None), within(col(row.detected_at), span), *had_by(body))
    of_them = _turns(connection, *where)
    found = connection.execute(sa.select(col(row.number), col(row.detected_at)).where(NOT_VOID, *where))
    return [Repeating(number or 0, at, of_them.get(number or 0, ())) for number, at in found]


@dataclass(frozen=True, slots=True)
class Where:
    """Where a message is about: the settlement and the street, each None where it is not named."""

    settlement: Settlement | None
    street: str | None

    @classmethod
    def of(cls, name: str | None, spelled: str | None, district: str | None, street: str | None) -> "Where":
        """As the row of the place says it."""
        return cls(Settlement(name, spelled or name, district) if name else None, street)


def places(connection: sa.Connection, span: Span, body: str | None = None) -> dict[int, Where]:
    """Of messages detected in the span, those whose place has been read."""
    row = MessagePlaceRow
    statement = (
        sa.select(
            *(col(row.message), col(row.settlement), col(row.spelled), col(row.district), col(row.street))
        )
        .join(MessageRow, col(MessageRow.number) == col(row.message))
        .where(within(col(MessageRow.detected_at), span), NOT_VOID, *had_by(body))
    )
    return {
        number: Where.of(name, spelled, district, street)
        for number, name, spelled, district, street in connection.execute(statement)
    }


@dataclass(frozen=True, slots=True)
class Author:
    """Somebody of whom several messages were detected: the number of the first one, its network, and how many."""

    first: int
    network: str
    count: int


def repeated_authors(connection: sa.Connection, span: Span, body: str | None = None) -> list[Author]:
    """Authors with more than one message in the span, the most first; one name in two networks is two authors."""
    row = MessageRow
    count, first = sa.func.count(), sa.func.min(col(row.number))
    statement = (
        sa.select(first, col(row.network), count)
        .where(
            *(within(col(row.detected_at), span), NOT_VOID, *had_by(body)),
            *(col(row.author) != ERASED, col(row.author) != ""),
        )
        .group_by(col(row.network), col(row.author))
        .having(count > 1)
        .order_by(count.desc(), first)
    )
    return [Author(number or 0, network, many) for number, network, many in connection.execute(statement)]


def of_author(
    connection: sa.Connection, span: Span, message: int, body: str | None = None
) -> list[tuple[int, datetime]]:
    """The messages of the span by whoever wrote this one, in its network: number and detection."""
    statement = (
        sa.select(col(MessageRow.number), col(MessageRow.detected_at))
        .where(same_author(message), within(col(MessageRow.detected_at), span), NOT_VOID, *had_by(body))
        .order_by(col(MessageRow.number))
    )
    return [(number or 0, at) for number, at in connection.execute(statement)]


def open_at(connection: sa.Connection, moment: datetime, body: str | None = None) -> set[int]:
    """The messages detected before a moment that were open at it: told back from those that are open now."""
    before = (col(MessageRow.detected_at) < moment, *had_by(body))
    is_open = sa.select(col(MessageRow.number)).where(*before, col(MessageRow.stage).in_(OPEN_STAGES))
    found = set(connection.scalars(is_open))
    since = (*before, col(JournalRow.at) >= moment)
    reopened: set[int] = set(connection.scalars(_messages_of(_REOPENED).where(*since)))
    # What ended once since then was open; only what was opened again is told back step by step.
    found |= set(connection.scalars(_messages_of(*_ENDS).where(*since, _COUNTS))) - reopened
    for some in chunks(reopened):
        for row in reversed(_ends(connection, *since, col(MessageRow.number).in_(some))):
            if row.kind == _REOPENED:
                found.discard(row.message)
            else:
                found.add(row.message)
    return {number for number in found if number is not None}


def _messages_of(*kinds: str) -> sa.Select[Any]:
    """Messages whose journals have rows of these kinds."""
    return (
        sa.select(col(JournalRow.message))
        .distinct()
        .join(MessageRow, col(MessageRow.number) == col(JournalRow.message))
        .where(col(JournalRow.kind).in_(kinds), NOT_VOID)
    )


def ends_in(connection: sa.Connection, span: Span, body: str | None = None) -> list[Row]:
    """Rows of the span that ended a message, and those that undid an end, in the order of their moments."""
    return _ends(connection, within(col(JournalRow.at), span), *had_by(body))


def _ends(connection: sa.Connection, *where: sa.ColumnElement[bool]) -> list[Row]:
    """A message closed as registered by mistake and opened again was open all the time: neither row is an end."""
    rows = [row for row in _rows(connection, (*_ENDS, _REOPENED), *where) if _counts(row)]
    undone = {row.message for row in rows if row.kind == _REOPENED}
    mistaken: set[tuple[int, int]] = set()
    last: dict[int, Row] = {}
    for row in rows_about(connection, undone, (*_ENDS, _REOPENED)):
        if row.kind == _REOPENED and not _counts(last[row.message]):
            mistaken.add((row.message, row.number))
        elif row.kind != _REOPENED:
            last[row.message] = row
    return [row for row in rows if (row.message, row.number) not in mistaken]


_COUNTS = sa.or_(
    sa.and_(
        col(JournalRow.kind) == PUBLICATION,
        col(JournalRow.data)["draft_kind"].as_string() == DraftKind.ANSWER,
    ),
    sa.and_(
        col(JournalRow.kind) != PUBLICATION,
        col(JournalRow.data)["reason_kind"].as_string().is_distinct_from(CloseReason.REGISTERED_BY_MISTAKE),
    ),
)
"""The same as `_counts`, for the database."""


def _counts(row: Row) -> bool:
    """Of publications that of an answer; of ends every one but that of a registration by mistake."""
    if row.kind == PUBLICATION:
        return row.data.get("draft_kind") == DraftKind.ANSWER
    return row.data.get("reason_kind") != CloseReason.REGISTERED_BY_MISTAKE


# ---- the journal


def rows_in(
    connection: sa.Connection, span: Span, kinds: Iterable[str], body: str | None = None
) -> list[Row]:
    """Rows of these kinds with a moment in the span, in the order of their moments."""
    return _rows(connection, tuple(kinds), within(col(JournalRow.at), span), *had_by(body))


def rows_of(
    connection: sa.Connection, span: Span, kinds: Iterable[str], body: str | None = None
) -> list[Row]:
    """Rows of these kinds, whenever, of messages detected in the span."""
    detected_in = within(col(MessageRow.detected_at), span)
    return _rows(connection, tuple(kinds), detected_in, *had_by(body), by_message=True)


def rows_about(connection: sa.Connection, messages: Iterable[int], kinds: Iterable[str]) -> list[Row]:
    """Rows of these kinds, whenever, of these messages."""
    found: list[Row] = []
    for some in chunks(set(messages)):
        found += _rows(connection, tuple(kinds), col(MessageRow.number).in_(some), by_message=True)
    return found


def drafts_with_files(connection: sa.Connection, messages: Iterable[int]) -> set[str]:
    """Ids of the drafts of these messages that were submitted with files."""
    data = col(JournalRow.data)
    with_files = _about(connection, data["draft"].as_string(), "submit_draft").where(
        sa.func.json_array_length(data["attachments"]) > 0
    )
    return set(_each(connection, with_files, messages))


def rerouted(connection: sa.Connection, messages: Iterable[int]) -> set[int]:
    """Those of these messages that were routed more than once."""
    number = col(MessageRow.number)
    more = _about(connection, number, "route").group_by(number).having(sa.func.count() > 1)
    return set(_each(connection, more, messages))


def _about(connection: sa.Connection, what: sa.SQLColumnExpression[Any], kind: str) -> sa.Select[Any]:
    """Something of the rows of this kind, found by their messages."""
    return (
        sa.select(what)
        .select_from(MessageRow)
        .join(JournalRow, col(JournalRow.message) == col(MessageRow.number))
        .where(kind_by_message(connection).in_((kind,)))
    )


def _each(connection: sa.Connection, statement: sa.Select[Any], messages: Iterable[int]) -> Iterator[Any]:
    for some in chunks(set(messages)):
        yield from connection.scalars(statement.where(col(MessageRow.number).in_(some)))


def kind_by_message(connection: sa.Connection) -> sa.SQLColumnExpression[str]:
    """The kind of a row, in a statement that begins with the messages and finds the rows by them."""
    if connection.dialect.name == "sqlite":
        # In these words it uses no index of the kind, which would read the rows of all messages.
        return sa.literal_column("+journal_row.kind", sa.String())
    return col(JournalRow.kind)


def _rows(
    connection: sa.Connection,
    kinds: Sequence[str],
    *where: sa.ColumnElement[bool],
    by_message: bool = False,
) -> list[Row]:
    """`by_message`: SQLite is to begin with the messages, and find rows by them."""
    kind = kind_by_message(connection) if by_message else col(JournalRow.kind)
    statement = (
        sa.select(
            col(JournalRow.message),
            col(JournalRow.number),
            col(JournalRow.at),
            col(JournalRow.kind),
            col(JournalRow.data),
            col(MessageRow.detected_at),
            col(MessageRow.topic),
        )
        .join(MessageRow, col(MessageRow.number) == col(JournalRow.message))
        .where(kind.in_(kinds), NOT_VOID, *where)
        .order_by(col(JournalRow.at), col(JournalRow.message), col(JournalRow.number))
    )
    return [Row(*row) for row in connection.execute(statement)]


# ---- titles


def topics(connection: sa.Connection) -> dict[str, str]:
    """Titles of all topics."""
    return dict(connection.execute(sa.select(col(TopicRow.key), col(TopicRow.title))).all())
