"""Spans of time that reports count (cl. 21), and what ended, was open, and was reported in one.

A message registered by mistake counts nowhere, but its breaches stay on record: rows and messages leave it out. Where a
`body` is named, only messages count in which it has or had its turn.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased
from sqlmodel import col

from calendar_rules.vocabulary import CloseReason, DraftKind, Outcome
from store.database.columns import ERASED
from store.messages.listing import OPEN_STAGES
from store.messages.tables import JournalRow, MessageBodyRow, MessageRow, TopicRow
from store.reports.facts import Facts, facts

NOT_VOID = sa.or_(col(MessageRow.outcome).is_(None), col(MessageRow.outcome) != Outcome.VOID)
BEHIND = col(MessageRow.recorded) < col(MessageRow.rows)

PUBLICATION, REOPENED = "confirm_publication", "reopened"
_ENDS = (PUBLICATION, "decline", "close_unanswered")
"""Kinds of rows that end a message; of publications that of an answer does."""

ENDED = sa.and_(col(MessageRow.topic).is_(None), col(MessageRow.outcome).is_not(None))
"""Of messages without a topic those that never will be routed."""

Topic = tuple[str | None, bool]
"""A topic; without one, whether its messages are closed and never were routed."""

Span = tuple[datetime, datetime]
"""From the first moment on, up to and without the second."""


@dataclass(frozen=True, slots=True)
class Row:
    """A journal row of a message that was not registered by mistake."""

    message: int
    number: int
    at: datetime
    kind: str
    data: Mapping[str, Any]
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


def detected_in(span: Span, body: str | None = None) -> tuple[sa.ColumnElement[bool], ...]:
    """That a message was detected in the span and counts."""
    return within(col(MessageRow.detected_at), span), NOT_VOID, *had_by(body)


def are_behind(connection: sa.Connection, span: Span) -> bool:
    """Whether the journal of a message detected in the span lacks rows that its state has: they come at once."""
    behind = sa.select(sa.exists().where(within(col(MessageRow.detected_at), span), BEHIND))
    return bool(connection.scalar(behind))


# ---- authors


@dataclass(frozen=True, slots=True)
class Author:
    """Somebody of whom several messages were detected: the number of the first one, its network, and how many."""

    first: int
    network: str
    count: int


def _repeated(span: Span, body: str | None) -> sa.Select[*tuple[Any, ...]]:
    row, count = MessageRow, sa.func.count()
    return (
        sa.select(
            col(row.network),
            col(row.author),
            sa.func.min(col(row.number)).label("first"),
            count.label("many"),
        )
        .where(*detected_in(span, body), col(row.author) != ERASED, col(row.author) != "")
        .group_by(col(row.network), col(row.author))
        .having(count > 1)
    )


def repeated_authors(connection: sa.Connection, span: Span, body: str | None = None) -> list[Author]:
    """Authors with more than one message in the span, the most first; one name in two networks is two authors."""
    found = _repeated(span, body).subquery().c
    rows = connection.execute(
        sa.select(found.first, found.network, found.many).order_by(found.many.desc(), found.first)
    )
    return [Author(*row) for row in rows]


def of_authors(span: Span, body: str | None = None) -> Facts:
    """Messages of these authors, by the number of the `first` of each."""
    row, again = MessageRow, _repeated(span, body).subquery()
    return (
        facts(row.number, row.detected_at, row.routed_to, first=again.c.first)
        .join(again, sa.and_(again.c.network == col(row.network), again.c.author == col(row.author)))
        .where(*detected_in(span, body))
    )


# ---- what was open, and what ended


def _ended(row: Any) -> sa.ColumnElement[bool]:
    """That a row ends its message: of publications that of an answer, but no registration by mistake."""
    data = col(row.data)
    return sa.or_(
        sa.and_(col(row.kind) == PUBLICATION, data["draft_kind"].as_string() == DraftKind.ANSWER),
        sa.and_(
            col(row.kind).in_(_ENDS[1:]),
            data["reason_kind"].as_string().is_distinct_from(CloseReason.REGISTERED_BY_MISTAKE),
        ),
    )


def open_at(moment: datetime, body: str | None = None) -> Facts:
    """The messages detected before a moment that were open at it: told back from those that are open now."""
    row = JournalRow
    since = sa.select(col(row.message)).where(col(row.at) >= moment)
    ended = since.where(col(row.kind).in_(_ENDS), _ended(row))
    reopened = since.where(col(row.kind) == REOPENED)
    number = col(MessageRow.number)
    before = aliased(JournalRow)
    # Only what was opened again since then is told by the last row before.
    last = (
        sa.select(col(before.kind))
        .where(
            *(col(before.message) == number, col(before.at) < moment),
            sa.or_(col(before.kind) == REOPENED, _ended(before)),
        )
        .order_by(col(before.number).desc())
        .limit(1)
        .scalar_subquery()
    )
    is_open = sa.or_(col(MessageRow.stage).in_(OPEN_STAGES), number.in_(ended))
    was_open = sa.case((number.in_(reopened), sa.func.coalesce(last, REOPENED) == REOPENED), else_=is_open)
    # What is closed now and has had none of these rows since was closed then, too: most of what there ever was.
    may_have_been = sa.or_(is_open, number.in_(reopened))
    return facts(number, sa.null(), MessageRow.current_body).where(
        col(MessageRow.detected_at) < moment, NOT_VOID, *had_by(body), may_have_been, was_open
    )


def ends(span: Span, body: str | None = None) -> Facts:
    """What ended a message in the span, and what undid an end, by the `field` of the balance.

    A message closed as registered by mistake and opened again was open all the time: neither row is an end.
    """
    row, before = JournalRow, aliased(JournalRow)
    undone = (
        sa.select(col(before.data)["reason_kind"].as_string())
        .where(
            *(col(before.message) == col(row.message), col(before.number) < col(row.number)),
            col(before.kind).in_(_ENDS),
        )
        .order_by(col(before.number).desc())
        .limit(1)
        .scalar_subquery()
    )
    data = col(row.data)
    field = sa.case(
        (col(row.kind) == PUBLICATION, "answered"),
        (col(row.kind) == REOPENED, REOPENED),
        (col(row.kind) == "decline", sa.literal("declined-") + data["ground"].as_string()),
        else_=sa.literal("closed-") + data["reason_kind"].as_string(),
    )
    counts = sa.or_(
        _ended(row),
        sa.and_(col(row.kind) == REOPENED, undone.is_distinct_from(CloseReason.REGISTERED_BY_MISTAKE)),
    )
    return (
        facts(row.message, row.at, MessageRow.routed_to, field=field)
        .join(MessageRow, col(MessageRow.number) == col(row.message))
        .where(
            *(col(row.kind).in_((*_ENDS, REOPENED)), within(col(row.at), span)),
            *(NOT_VOID, counts, *had_by(body)),
        )
    )


# ---- the journal


def rows_in(
    connection: sa.Connection, span: Span, kinds: Iterable[str], body: str | None = None
) -> list[Row]:
    """Rows of these kinds with a moment in the span, in the order of their moments."""
    return rows(
        connection, col(JournalRow.kind).in_(tuple(kinds)), within(col(JournalRow.at), span), *had_by(body)
    )


def rows(connection: sa.Connection, *where: sa.ColumnElement[bool]) -> list[Row]:
    """Rows of which this is so, in the order of their moments."""
    statement = (
        sa.select(
            *(col(JournalRow.message), col(JournalRow.number), col(JournalRow.at), col(JournalRow.kind)),
            *(col(JournalRow.data), col(MessageRow.topic)),
        )
        .join(MessageRow, col(MessageRow.number) == col(JournalRow.message))
        .where(NOT_VOID, *where)
        .order_by(col(JournalRow.at), col(JournalRow.message), col(JournalRow.number))
    )
    return [Row(*row) for row in connection.execute(statement)]


def kind_by_message(connection: sa.Connection) -> sa.SQLColumnExpression[str]:
    """The kind of a row, in a statement that begins with the messages and finds the rows by them."""
    if connection.dialect.name == "sqlite":
        # In these words it uses no index of the kind, which would read the rows of all messages.
        return sa.literal_column("+journal_row.kind", sa.String())
    return col(JournalRow.kind)


# ---- titles


def topics(connection: sa.Connection) -> dict[str, str]:
    """Titles of all topics."""
    return dict(connection.execute(sa.select(col(TopicRow.key), col(TopicRow.title))).all())
