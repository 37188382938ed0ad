"""Promises of a period as reports count them, each thing that happened to one by itself."""

from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple

import sqlalchemy as sa
from sqlmodel import col

from calendar_rules.vocabulary import PromiseState
from store.promises.tables import PromiseRow
from store.reports import period
from store.reports.period import Span, within

_MOVED = "move_promise"


class Happened(NamedTuple):
    """What happened to a promise of a body: `given`, `kept`, `moved`, or `broken`; `at` in UTC."""

    what: str
    message: int
    at: datetime
    body: str


def of_period(connection: sa.Connection, span: Span, body: str | None = None) -> list[Happened]:
    """What happened in the span; a broken one is of the day that was promised.

    A promise is that of the body that answers for it now, which may be the successor of the one that gave it; a move
    is that of the body that moved it.
    """
    row = PromiseRow
    theirs = sa.true() if body is None else col(row.body) == body
    given = sa.select(sa.literal("given"), col(row.message), col(row.given_at), col(row.body)).where(
        within(col(row.given_at), span), theirs
    )
    ends = sa.select(col(row.state), col(row.message), col(row.settled_at), col(row.body)).where(
        col(row.state).in_((PromiseState.KEPT, PromiseState.BROKEN)),
        within(col(row.settled_at), span),
        theirs,
    )
    found: list[Happened] = []
    for statement in (given, ends):
        rows: Iterable[tuple[str, int, datetime, str]] = connection.execute(statement)
        found += [Happened(*one) for one in rows]
    moves = period.rows_in(connection, span, (_MOVED,), body)
    return found + [
        Happened("moved", one.message, one.at, one.data["body"])
        for one in moves
        if body in (None, one.data["body"])
    ]
