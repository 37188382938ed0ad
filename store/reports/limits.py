"""Runs of limits as reports count them (cl. 21): by the messages of a period, or by what was decided in it.

A run that was kept counts at its holder. One that was broken counts at whomever the breach is charged to (`ChargeRow`),
at each of them once, and in the totals once; a breach that is charged to nobody counts in the totals only.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import col

from calendar_rules.regulation import HolderRole, LimitName
from calendar_rules.vocabulary import Outcome
from store.database.statements import chunks
from store.journal.tables import ChargeRow
from store.messages.tables import LimitRunRow, MessageRow
from store.oversight.tables import ShortcomingMeasureRow
from store.reports.period import NOT_VOID, Span, had_by, within

_VOID = sa.func.coalesce(col(MessageRow.outcome) == Outcome.VOID, sa.false())
_DECIDED = sa.or_(col(LimitRunRow.met_at).is_not(None), col(LimitRunRow.breached_at).is_not(None))
_KEPT = sa.and_(col(LimitRunRow.met_at).is_not(None), col(LimitRunRow.breached_at).is_(None), NOT_VOID)
_OWN = col(LimitRunRow.inherited).is_(sa.false())
_OF_RUN = sa.and_(
    col(ChargeRow.message) == col(LimitRunRow.message), col(ChargeRow.run) == col(LimitRunRow.number)
)
_ENDED = sa.and_(col(MessageRow.topic).is_(None), col(MessageRow.outcome).is_not(None))
"""Of messages without a topic those that never will be routed."""

Holder = str | None
"""A body; None: the curators."""


@dataclass(frozen=True, slots=True)
class Run:
    """A run of a limit that is nobody's inheritance, by its holder.

    `charged` is whose its breach is, nobody's if empty.
    """

    message: int
    number: int
    topic: str | None
    ended: bool
    void: bool
    name: LimitName
    body: Holder
    started_at: datetime
    due_at: datetime
    met_at: datetime | None
    breached_at: datetime | None
    charged: tuple[Holder, ...] = ()

    @property
    def in_time(self) -> bool:
        """The duty was done by the due moment."""
        return self.met_at is not None and self.breached_at is None and not self.void


@dataclass(frozen=True, slots=True)
class Tally:
    """Runs of messages of one topic, kept or broken, each counted once; `nobodys`: broken ones charged to nobody.

    `ended`: of messages that were closed without ever being routed.
    """

    topic: str | None
    ended: bool
    in_time: int = 0
    breached: int = 0
    nobodys: int = 0


def tallies(connection: sa.Connection, span: Span, body: str | None = None) -> list[Tally]:
    """By topic, of messages detected in the span; of a body, what counts at it."""
    topic = col(MessageRow.topic), _ENDED
    kept = _of_detected(connection, span, *topic).where(*_kept_by_message(connection), *_held_by(body))
    charged = sa.exists(sa.select(sa.literal(1)).where(_OF_RUN))
    broken = _of_detected(connection, span, *topic, sa.func.count(sa.case((sa.not_(charged), 1))))
    late = broken.where(_broken_by_message(connection), *charged_to(body))
    return [
        *(Tally(key, bool(ended), in_time=many) for key, ended, many in connection.execute(kept)),
        *(
            Tally(key, bool(ended), breached=many, nobodys=nobodys)
            for key, ended, nobodys, many in connection.execute(late)
        ),
    ]


def at_holders(
    connection: sa.Connection, span: Span, body: str | None = None
) -> list[tuple[Holder, int, int]]:
    """At whom they count: kept and broken ones."""
    holder = col(LimitRunRow.holder_role), col(LimitRunRow.holder_body)
    kept = _of_detected(connection, span, *holder).where(*_kept_by_message(connection), *_held_by(body))
    # Whose own limits were over twice has lost one answer.
    charge = ChargeRow
    once = (
        sa.select(col(charge.message), col(charge.run), col(charge.role), col(charge.body))
        .select_from(MessageRow)
        .join(LimitRunRow, col(MessageRow.number) == col(LimitRunRow.message))
        .join(charge, _OF_RUN)
        .where(_OWN, within(col(MessageRow.detected_at), span), _broken_by_message(connection))
        .distinct()
    )
    each = once.subquery()
    late = sa.select(each.c.role, each.c.body, sa.func.count()).group_by(each.c.role, each.c.body)
    return [
        *((_holder(role, held), many, 0) for role, held, many in connection.execute(kept)),
        *(
            (_holder(role, held), 0, many)
            for role, held, many in connection.execute(late)
            # By the body SQLite would begin with all that was ever charged to it.
            if body is None or _holder(role, held) == body
        ),
    ]


def _of_detected(connection: sa.Connection, span: Span, *keys: Any) -> sa.Select[Any]:
    """Counts runs of messages detected in the span, by the first two keys."""
    return (
        sa.select(*keys, sa.func.count())
        .select_from(MessageRow)
        .join(LimitRunRow, col(MessageRow.number) == col(LimitRunRow.message))
        .where(_OWN, within(col(MessageRow.detected_at), span))
        .group_by(*keys[:2])
    )


def _kept_by_message(connection: sa.Connection) -> tuple[sa.ColumnElement[bool], ...]:
    if connection.dialect.name != "sqlite":
        return (_KEPT,)
    # As below: not with everything that was ever done.
    return (
        sa.literal_column("+limit_run.met_at").is_not(None),
        col(LimitRunRow.breached_at).is_(None),
        NOT_VOID,
    )


def _broken_by_message(connection: sa.Connection) -> sa.ColumnElement[bool]:
    broken: sa.SQLColumnExpression[Any] = col(LimitRunRow.breached_at)
    if connection.dialect.name == "sqlite":
        # In these words it begins with the messages, and not with everything that was ever broken.
        broken = sa.literal_column("+limit_run.breached_at")
    return broken.is_not(None)


@dataclass(frozen=True, slots=True)
class Met:
    """A run whose duty was done, in time or late, with what its working time is counted from."""

    message: int
    name: LimitName
    body: Holder
    started_at: datetime
    met_at: datetime


def runs_met(connection: sa.Connection, span: Span, body: str | None = None) -> list[Met]:
    """Runs whose duty was done in the span, of messages not registered by mistake; of a body, its own."""
    run = LimitRunRow
    statement: sa.Select[*tuple[Any, ...]] = (
        sa.select(
            *(col(run.message), col(run.name), col(run.holder_role), col(run.holder_body)),
            *(col(run.started_at), col(run.met_at)),
        )
        .join(MessageRow, col(MessageRow.number) == col(run.message))
        .where(_OWN, NOT_VOID, within(col(run.met_at), span), *_held_by(body))
    )
    return [
        Met(message, LimitName(name), _holder(role, held), started_at, met_at)
        for message, name, role, held, started_at, met_at in connection.execute(statement)
    ]


def kept_in(
    connection: sa.Connection, span: Span, body: str | None = None
) -> list[tuple[Holder, LimitName, int]]:
    """How many runs were kept in the span, by holder and limit; of a body, its own."""
    run = LimitRunRow
    keys = col(run.holder_role), col(run.holder_body), col(run.name)
    statement = (
        sa.select(*keys, sa.func.count())
        .select_from(run)
        .join(MessageRow, col(MessageRow.number) == col(run.message))
        .where(_OWN, _KEPT, within(col(run.met_at), span), *_held_by(body))
        .group_by(*keys)
    )
    return [
        (_holder(role, held), LimitName(name), many)
        for role, held, name, many in connection.execute(statement)
    ]


def runs_detected(connection: sa.Connection, span: Span, body: str | None = None) -> list[Run]:
    """Runs that were kept or broken, of messages detected in the span; of a body, those that count at it."""
    detected = within(col(MessageRow.detected_at), span)
    return _runs(connection, detected, _DECIDED, *_at(body))


def _held_by(body: str | None) -> list[sa.ColumnElement[bool]]:
    run = LimitRunRow
    if body is None:
        return []
    return [col(run.holder_role) == HolderRole.EXECUTOR, col(run.holder_body) == body]


def charged_to(body: str | None) -> list[sa.ColumnElement[bool]]:
    """That the breach of a run is charged to a body; nothing where none is named."""
    if body is None:
        return []
    return [sa.exists(sa.select(sa.literal(1)).where(_OF_RUN, col(ChargeRow.body) == body))]


def _at(body: str | None) -> list[sa.ColumnElement[bool]]:
    """That a run counts at a body in one way or the other."""
    return [sa.or_(sa.and_(*_held_by(body)), *charged_to(body))] if body is not None else []


def runs_decided(connection: sa.Connection, span: Span, body: str | None = None) -> list[Run]:
    """Runs that were met in the span, in time or late, or broken in it."""
    return _runs(
        connection,
        # Said with the breach once more, so that SQLite sees that the index of just these serves.
        sa.or_(
            within(col(LimitRunRow.met_at), span), sa.and_(within(col(LimitRunRow.breached_at), span), _OWN)
        ),
        *_at(body),
    )


def runs_overdue(connection: sa.Connection, moment: datetime, body: str | None = None) -> list[Run]:
    """Runs that were broken before a moment, and neither met nor fallen away by then."""
    ends = (col(LimitRunRow.met_at), col(LimitRunRow.cancelled_at))
    lasted = [sa.or_(end.is_(None), end >= moment) for end in ends]
    return _runs(connection, col(LimitRunRow.breached_at) < moment, *lasted, *_at(body))


def final_drafts_due(connection: sa.Connection, span: Span, body: str | None = None) -> list[Run]:
    """Runs of `final_draft` due in the span that were met or broken: answers promised by an interim one (cl. 14)."""
    return _runs(
        connection,
        col(LimitRunRow.name) == LimitName.FINAL_DRAFT,
        within(col(LimitRunRow.due_at), span),
        _DECIDED,
        NOT_VOID,
        *_held_by(body),
    )


def _runs(connection: sa.Connection, *where: sa.ColumnElement[bool]) -> list[Run]:
    run = LimitRunRow
    statement: sa.Select[*tuple[Any, ...]] = (
        sa.select(
            col(run.message),
            col(run.number),
            col(run.holder_role),
            col(run.holder_body),
            col(MessageRow.topic),
            _ENDED,
            _VOID,
            col(run.name),
            col(run.started_at),
            col(run.due_at),
            col(run.met_at),
            col(run.breached_at),
        )
        .join(MessageRow, col(MessageRow.number) == col(run.message))
        .where(_OWN, *where)
    )
    found = []
    for message, number, role, body, topic, ended, void, name, *moments in connection.execute(statement):
        holder = _holder(role, body)
        found.append(Run(message, number, topic, bool(ended), bool(void), LimitName(name), holder, *moments))
    return _with_charges(connection, found)


def _holder(role: str, body: str | None) -> Holder:
    return body if role == HolderRole.EXECUTOR else None


def _with_charges(connection: sa.Connection, runs: Sequence[Run]) -> list[Run]:
    row = ChargeRow
    charged: dict[tuple[int, int], dict[Holder, None]] = defaultdict(dict)
    for some in chunks({(run.message, run.number) for run in runs if run.breached_at is not None}):
        statement = (
            sa.select(col(row.message), col(row.run), col(row.role), col(row.body))
            .where(sa.tuple_(col(row.message), col(row.run)).in_(some))
            .order_by(col(row.message), col(row.run), col(row.position))
        )
        for message, number, role, body in connection.execute(statement):
            # Whose own limits were over twice has lost one answer.
            charged[message, number][_holder(role, body)] = None
    return [
        replace(run, charged=tuple(charged[run.message, run.number]))
        if (run.message, run.number) in charged
        else run
        for run in runs
    ]


@dataclass(frozen=True, slots=True)
class Counted:
    """Of one period: messages received, and their runs of limits kept and not kept."""

    received: int = 0
    in_time: int = 0
    breached: int = 0


def by_period(
    connection: sa.Connection, bounds: Sequence[datetime], body: str | None = None
) -> list[Counted]:
    """Of each period between two neighbouring bounds, by the detection of messages; of a body, what counts at it."""
    at = col(MessageRow.detected_at)
    place = sa.case(*((at < bound, number) for number, bound in enumerate(bounds[1:])), else_=len(bounds))
    detected = within(at, (bounds[0], bounds[-1]))
    received: dict[int, int] = dict(
        connection.execute(
            sa.select(place, sa.func.count()).where(detected, NOT_VOID, *had_by(body)).group_by(place)
        ).all()
    )
    broken = sa.and_(col(LimitRunRow.breached_at).is_not(None), *charged_to(body))
    statement = (
        sa.select(
            place,
            sa.func.count(sa.case((sa.and_(_KEPT, *_held_by(body)), 1))),
            sa.func.count(sa.case((broken, 1))),
        )
        .select_from(MessageRow)
        .join(LimitRunRow, col(MessageRow.number) == col(LimitRunRow.message))
        .where(detected, _OWN)
        .group_by(place)
    )
    limits = {number: (in_time, breached) for number, in_time, breached in connection.execute(statement)}
    return [
        Counted(received.get(number, 0), *limits.get(number, (0, 0))) for number in range(len(bounds) - 1)
    ]


_HAS_MEASURES = sa.exists(
    sa.select(sa.literal(1)).where(
        col(ShortcomingMeasureRow.message) == col(LimitRunRow.message),
        col(ShortcomingMeasureRow.run) == col(LimitRunRow.number),
    )
)


def noted(connection: sa.Connection, span: Span, body: str | None = None) -> tuple[int, int]:
    """Breaches of the span, and those of them about which somebody noted what was done (cl. 20)."""
    breaches, of_them = connection.execute(
        sa.select(sa.func.count(), sa.func.count(sa.case((_HAS_MEASURES, 1))))
        .select_from(LimitRunRow)
        .where(within(col(LimitRunRow.breached_at), span), _OWN, *charged_to(body))
    ).one()
    return breaches, of_them


def broken(
    connection: sa.Connection, span: Span, body: str | None = None, *, noted: bool | None = None
) -> list[Run]:
    """The breaches of the span; `noted`: only those with, or without, what was noted about them."""
    wanted = [] if noted is None else [_HAS_MEASURES if noted else sa.not_(_HAS_MEASURES)]
    return _runs(connection, within(col(LimitRunRow.breached_at), span), *charged_to(body), *wanted)
