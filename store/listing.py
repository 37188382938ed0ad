"""The list of messages: what a person may see of it, narrowed and searched, page by page, newest first.

A page must not take longer with a hundred thousand messages: it is reached by the narrowest thing asked for, which is
the words sought, else the one body. SQLite keeps no statistics here, and has to be told by the form of the statement.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY, JSONB, array
from sqlalchemy.orm import aliased
from sqlmodel import col

from store.messages import SEES_ALL, SEES_OWN, searchable
from store.people import Actor, Capacity
from store.tables import LimitRunRow, MessageBodyRow, MessageRow

_Statement = sa.Select[*tuple[Any, ...]]
_Number = sa.SQLColumnExpression[Any]

_MICROSECOND = timedelta(microseconds=1)
_TRIGRAM = 3  # characters; shorter words are sought without the index

# Made and kept by the migrations: on SQLite an FTS5 index of trigrams, on PostgreSQL a table with one of pg_trgm.
_FTS5 = sa.table("message_search", sa.column("rowid", sa.Integer), sa.column("message_search"))
_PG_TRGM = sa.table("message_search", sa.column("message", sa.Integer), sa.column("content", sa.String))

# JSON as it is stored: whoever shows it reads it once, into what is shown.
_LISTED = (
    col(MessageRow.number),
    col(MessageRow.network),
    col(MessageRow.url),
    col(MessageRow.author),
    col(MessageRow.text),
    col(MessageRow.detected_at),
    col(MessageRow.registered_at),
    col(MessageRow.registered_by),
    col(MessageRow.next_due),
    col(MessageRow.overdue),
    col(MessageRow.clock_ahead),
    sa.cast(col(MessageRow.snapshot), sa.String),
)


_HELD = aliased(MessageBodyRow)  # made once: that takes longer than the rest of the statement


@dataclass(frozen=True, slots=True)
class Filters:
    """What a listing is narrowed to."""

    stage: str | None = None
    body: str | None = None
    overdue: bool | None = None
    q: str | None = None


@dataclass(slots=True)
class Listed:
    """A message of a page; `snapshot` and each of `runs`, in order of start, are JSON.

    A message just registered has neither.
    """

    number: int
    network: str
    url: str
    author: str
    text: str
    detected_at: datetime
    registered_at: datetime
    registered_by: str
    next_due: datetime | None
    overdue: bool
    clock_ahead: int
    snapshot: str | None
    runs: list[str] = field(default_factory=list)

    def now(self, now: datetime) -> datetime:
        """The moment on the message's own clock; it differs from the wall's only in training."""
        return now + self.clock_ahead * _MICROSECOND


def page(
    connection: sa.Connection, actor: Actor, filters: Filters, now: datetime, *, before: int | None, size: int
) -> list[Listed]:
    """Up to `size` messages the person may see, newest first, registered before number `before`."""
    statement = _statement(actor, filters, now, before, connection.dialect.name).limit(size)
    return [Listed(*row) for row in connection.execute(statement)]


def load_runs(connection: sa.Connection, listed: Sequence[Listed], without: tuple[str, ...] = ()) -> None:
    """Give the messages their limit runs, without fields of these names."""
    runs: dict[int, list[str]] = defaultdict(list)
    statement = _runs(connection.dialect.name, without)
    for message, run in connection.execute(statement, {"messages": [row.number for row in listed]}):
        runs[message].append(run)
    for row in listed:
        row.runs = runs[row.number]


@cache
def _runs(dialect: str, without: tuple[str, ...]) -> _Statement:
    """Fields are taken out where the JSON is: to read and write all of it here takes longer than the whole page."""
    run: sa.ColumnElement[Any] = col(LimitRunRow.run)  # type: ignore[assignment]
    if dialect == "postgresql":
        run = sa.cast(run, JSONB).op("-")(sa.cast(array(without), ARRAY(sa.Text)))
    elif without:
        run = sa.func.json_remove(run, *(f"$.{name}" for name in without))
    return (
        sa.select(col(LimitRunRow.message), sa.cast(run, sa.String))
        .where(col(LimitRunRow.message).in_(sa.bindparam("messages", expanding=True)))
        .order_by(col(LimitRunRow.message), col(LimitRunRow.number))
    )


def _statement(actor: Actor, filters: Filters, now: datetime, before: int | None, dialect: str) -> _Statement:
    statement: _Statement = sa.select(*_LISTED)
    number: _Number = col(MessageRow.number)
    only = [filters.body] if filters.body is not None else _all_bodies(actor)
    if filters.q:
        statement, number = _containing(statement, searchable(filters.q), dialect)
    elif only is not None and len(only) == 1:
        number = col(MessageBodyRow.message)
        statement = statement.join(MessageBodyRow, number == col(MessageRow.number))
        statement = statement.where(col(MessageBodyRow.body) == only[0])
    elif only is not None and filters.stage is None and filters.overdue is None:
        statement = statement.where(number.in_(_of_bodies(only)))
    if filters.q and filters.body is not None:
        statement = statement.where(_was_with([filters.body]))
    statement = statement.where(_visible(actor, now))
    if before is not None:
        statement = statement.where(number < before)
    if filters.stage is not None:
        statement = statement.where(col(MessageRow.stage) == filters.stage)
    if filters.overdue is not None:
        statement = statement.where(col(MessageRow.overdue).is_(filters.overdue))
    return statement.order_by(number.desc())


def _containing(statement: _Statement, words: str, dialect: str) -> tuple[_Statement, _Number]:
    """The statement narrowed to messages that contain the words as they stand, and the number it goes by."""
    number: _Number = col(MessageRow.number)
    if dialect == "postgresql":
        number = _PG_TRGM.c.message
        found = _PG_TRGM.c.content.contains(words, autoescape=True)
        return statement.join(_PG_TRGM, number == col(MessageRow.number)).where(found), number
    if len(words) >= _TRIGRAM:
        # With + 0 the index is asked once for all, and not for each message in turn.
        statement = statement.join(_FTS5, col(MessageRow.number) == _FTS5.c.rowid + 0)
        statement = statement.where(_FTS5.c.message_search.match(_trigrams(words)))
        number = _FTS5.c.rowid
    return statement.where(col(MessageRow.search_text).contains(words, autoescape=True)), number


def _trigrams(words: str) -> str:
    """Every three characters in a row, all of which must be there, in the words of FTS5."""
    found = dict.fromkeys(words[start : start + _TRIGRAM] for start in range(len(words) - _TRIGRAM + 1))
    return " ".join('"{}"'.format(trigram.replace('"', '""')) for trigram in found)


def _of_bodies(bodies: Sequence[str]) -> sa.Select[int]:
    """The numbers of what was with the bodies: read whole, which pays where nothing narrower is asked for."""
    return sa.select(col(MessageBodyRow.message)).where(col(MessageBodyRow.body).in_(bodies))


def _was_with(bodies: Sequence[str]) -> sa.ColumnElement[bool]:
    """Asked of each message in turn: the page is full long before the end, or something narrower goes first."""
    return (
        sa.select(col(_HELD.message))
        .where(col(_HELD.message) == col(MessageRow.number), col(_HELD.body).in_(bodies))
        .exists()
    )


def _all_bodies(actor: Actor) -> list[str] | None:
    """The bodies by which the person sees messages at one moment or another; None for one who may see all."""
    roles = {held.role for held in actor.roles}
    if not roles.isdisjoint(SEES_ALL):
        return None
    return sorted({held.body for held in actor.roles if held.role in SEES_OWN and held.body})


def _visible(actor: Actor, now: datetime) -> sa.ColumnElement[bool]:
    """What the person may see, each message by its own clock.

    What a person may do changes only where an absence begins or ends, so clocks are judged by the spans between.
    """
    edges = sorted({moment for away in actor.substitutions for moment in (away.starts_at, away.ends_at)})
    ahead = col(MessageRow.clock_ahead)
    spans: list[sa.ColumnElement[bool]] = []
    for start, end in zip([None, *edges], [*edges, None], strict=True):
        seen = _visible_in(actor.capacities(start or (end - _MICROSECOND if end else now)))
        within = [
            *([ahead >= (start - now) // _MICROSECOND] if start else []),
            *([ahead < (end - now) // _MICROSECOND] if end else []),
        ]
        spans.append(sa.and_(seen, *within))
    return sa.or_(*spans)


def _visible_in(capacities: Sequence[Capacity]) -> sa.ColumnElement[bool]:
    if any(capacity.role in SEES_ALL for capacity in capacities):
        return sa.true()
    bodies = sorted({capacity.body for capacity in capacities if capacity.role in SEES_OWN and capacity.body})
    return _was_with(bodies) if bodies else sa.false()
