"""The record by which the load is counted: messages and steps of a span, runs of their limits, what is open now.

Messages registered by mistake count nowhere.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlmodel import col

from calendar_rules.regulation import HolderRole, LimitName
from store.messages.listing import OPEN_STAGES
from store.messages.tables import JournalRow, LimitRunRow, MessageBodyRow, MessageRow
from store.people.tables import PersonRow
from store.reports.limits import Holder
from store.reports.period import NOT_VOID, Span, within


@dataclass(frozen=True, slots=True)
class Done:
    """A step that a person took: the row of the journal, and the body it was taken for; None: a curator's."""

    message: int
    at: datetime
    kind: str
    person: str
    body: str | None


@dataclass(frozen=True, slots=True)
class Run:
    """A run of a limit that was met or broken and is nobody's inheritance, by its holder."""

    message: int
    name: LimitName
    body: Holder
    started_at: datetime
    met_at: datetime | None
    breached_at: datetime | None

    @property
    def in_time(self) -> bool:
        """Whether the duty was done by the due moment."""
        return self.breached_at is None


def done_in(connection: sa.Connection, span: Span, kinds: Iterable[str]) -> list[Done]:
    """Return steps of these kinds in the span, in the order of their moments."""
    row = JournalRow
    statement = (
        sa.select(
            *(col(row.message), col(row.at), col(row.kind), col(row.person)),
            col(row.data)["body"].as_string(),
        )
        .join(MessageRow, col(MessageRow.number) == col(row.message))
        .where(
            *(col(row.kind).in_(tuple(kinds)), within(col(row.at), span)),
            *(col(row.person).is_not(None), NOT_VOID),
        )
        .order_by(col(row.at), col(row.message), col(row.number))
    )
    return [
        Done(message, at, kind, person or "", body)
        for message, at, kind, person, body in connection.execute(statement)
    ]


def detected(connection: sa.Connection, span: Span) -> list[tuple[int, datetime]]:
    """Return the numbers of messages detected in the span and the moments, in order."""
    statement = (
        sa.select(col(MessageRow.number), col(MessageRow.detected_at))
        .where(within(col(MessageRow.detected_at), span), NOT_VOID)
        .order_by(col(MessageRow.detected_at), col(MessageRow.number))
    )
    return [(number or 0, at) for number, at in connection.execute(statement)]


def turns(connection: sa.Connection, span: Span) -> dict[int, list[str]]:
    """Return the bodies that have or had their turn, of messages detected in the span."""
    row = MessageBodyRow
    statement = (
        sa.select(col(row.message), col(row.body))
        .join(MessageRow, col(MessageRow.number) == col(row.message))
        .where(within(col(MessageRow.detected_at), span), NOT_VOID)
        .order_by(col(row.message), col(row.body))
    )
    found: dict[int, list[str]] = defaultdict(list)
    for message, body in connection.execute(statement):
        found[message].append(body)
    return found


def runs_detected(connection: sa.Connection, span: Span) -> list[Run]:
    """Return runs that were met or broken, of messages detected in the span."""
    run = LimitRunRow
    is_decided = sa.or_(col(run.met_at).is_not(None), col(run.breached_at).is_not(None))
    statement = (
        sa.select(
            *(col(run.message), col(run.name), col(run.holder_role), col(run.holder_body)),
            *(col(run.started_at), col(run.met_at), col(run.breached_at)),
        )
        .join(MessageRow, col(MessageRow.number) == col(run.message))
        .where(within(col(MessageRow.detected_at), span), col(run.inherited).is_(False), is_decided, NOT_VOID)
    )
    return [
        Run(message, LimitName(name), body if role == HolderRole.EXECUTOR else None, started, met, breached)
        for message, name, role, body, started, met, breached in connection.execute(statement)
    ]


def open_now(connection: sa.Connection) -> list[tuple[Holder, str | None, int]]:
    """Return how many open messages each curator has, and each body by whom the work is assigned to (None: nobody)."""
    row = MessageRow
    is_open = col(row.stage).in_(OPEN_STAGES)
    of_curators = (
        sa.select(sa.null(), col(row.curator), sa.func.count())
        .where(is_open, col(row.curator).is_not(None))
        .group_by(col(row.curator))
    )
    of_bodies = (
        sa.select(col(row.current_body), col(row.assignee), sa.func.count())
        .where(is_open, col(row.current_body).is_not(None))
        .group_by(col(row.current_body), col(row.assignee))
    )
    return [
        (body, person, many)
        for statement in (of_curators, of_bodies)
        for body, person, many in connection.execute(statement)
    ]


def names(connection: sa.Connection) -> dict[str, str]:
    """Return the names of all persons by sign-in."""
    return dict(connection.execute(sa.select(col(PersonRow.key), col(PersonRow.name))).all())
