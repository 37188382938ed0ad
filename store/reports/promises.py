"""Promises of a period as reports count them, each thing that happened to one by itself."""

from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple

import sqlalchemy as sa
from sqlmodel import col

from calendar_rules.vocabulary import PromiseState
from store.promises.tables import PromiseEventRow, PromiseRow
from store.reports.period import Span, within


class Happened(NamedTuple):
    """What happened to a promise of a body: `given`, `kept`, `moved`, or `broken`; `at` in UTC."""

    what: str
    message: int
    at: datetime
    body: str


_EVENTS = ("given", "moved")
_ENDS = (PromiseState.KEPT, PromiseState.BROKEN)


def of_period(connection: sa.Connection, span: Span, body: str | None = None) -> list[Happened]:
    """What happened in the span; a broken one is of the day that was promised.

    A promise is that of the body that answers for it now, which may be the successor of the one that gave it.
    """
    promise, event = PromiseRow, PromiseEventRow
    events = (
        sa.select(col(event.kind), col(promise.message), col(event.at), col(promise.body))
        .join(promise, col(promise.id) == col(event.promise))
        .where(col(event.kind).in_(_EVENTS), within(col(event.at), span))
    )
    ends = sa.select(
        col(promise.state), col(promise.message), col(promise.settled_at), col(promise.body)
    ).where(col(promise.state).in_(_ENDS), within(col(promise.settled_at), span))
    found: list[Happened] = []
    theirs = sa.true() if body is None else col(promise.body) == body
    for statement in (events, ends):
        rows: Iterable[tuple[str, int, datetime, str]] = connection.execute(statement.where(theirs))
        found += [Happened(*row) for row in rows]
    return found
