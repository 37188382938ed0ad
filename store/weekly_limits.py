"""Runs of limits as a weekly summary counts them (cl. 21): by the messages of a week, or by what was decided in it."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import col

from calendar_rules.regulation import HolderRole, LimitName
from calendar_rules.vocabulary import Outcome
from store.tables import JournalRow, LimitRunRow, MessageRow
from store.weekly import NOT_VOID, Span, chunks, within

_VOID = sa.func.coalesce(col(MessageRow.outcome) == Outcome.VOID, sa.false())
_LATE_ANSWER = sa.and_(col(LimitRunRow.name) == LimitName.ANSWER, col(LimitRunRow.breached_at).is_not(None))
_TOLD: sa.ColumnElement[int | None] = sa.case(
    # Of others the whole run need not be read.
    (_LATE_ANSWER, col(LimitRunRow.run)["told"].as_integer()),
    else_=None,
)
_DECIDED = sa.or_(col(LimitRunRow.met_at).is_not(None), col(LimitRunRow.breached_at).is_not(None))
_KEPT = sa.and_(col(LimitRunRow.met_at).is_not(None), col(LimitRunRow.breached_at).is_(None), NOT_VOID)
_OWN = col(LimitRunRow.inherited).is_(sa.false())


@dataclass(frozen=True, slots=True)
class Run:
    """A run of a limit that is nobody's inheritance, with who is answerable for it.

    That is its holder; for a late `answer` whoever held the step that was open at its due moment. `body` None: the
    curators.
    """

    message: int
    topic: str | None
    void: bool
    name: LimitName
    body: str | None
    started_at: datetime
    due_at: datetime
    met_at: datetime | None
    breached_at: datetime | None

    @property
    def in_time(self) -> bool:
        """The duty was done by the due moment."""
        return self.met_at is not None and self.breached_at is None and not self.void


@dataclass(frozen=True, slots=True)
class Tally:
    """Runs of messages of one topic that one holder is answerable for: kept, and broken."""

    topic: str | None
    body: str | None
    in_time: int
    breached: int


def tallies(connection: sa.Connection, span: Span) -> list[Tally]:
    """Of messages detected in the span."""
    run = LimitRunRow
    detected = within(col(MessageRow.detected_at), span)
    statement = (
        sa.select(col(MessageRow.topic), col(run.holder_role), col(run.holder_body), sa.func.count())
        .select_from(MessageRow)
        .join(run, col(MessageRow.number) == col(run.message))
        .where(_OWN, detected, _KEPT)
        .group_by(col(MessageRow.topic), col(run.holder_role), col(run.holder_body))
    )
    found = [
        Tally(topic, body if role == HolderRole.EXECUTOR else None, in_time, 0)
        for topic, role, body, in_time in connection.execute(statement)
    ]
    broken: sa.SQLColumnExpression[Any] = col(run.breached_at)
    if connection.dialect.name == "sqlite":
        # In these words it begins with the messages, and not with everything that was ever broken.
        broken = sa.literal_column("+limit_run.breached_at")
    late = _runs(connection, detected, broken.is_not(None))
    return found + [Tally(it.topic, it.body, 0, 1) for it in late]


def runs_decided(connection: sa.Connection, span: Span) -> list[Run]:
    """Runs that were met in the span, in time or late, or broken in it."""
    return _runs(
        connection,
        sa.or_(within(col(LimitRunRow.met_at), span), within(col(LimitRunRow.breached_at), span)),
    )


def runs_overdue(connection: sa.Connection, moment: datetime) -> list[Run]:
    """Runs that were broken before a moment, and neither met nor fallen away by then."""
    ends = (col(LimitRunRow.met_at), col(LimitRunRow.cancelled_at))
    lasted = [sa.or_(end.is_(None), end >= moment) for end in ends]
    return _runs(connection, col(LimitRunRow.breached_at) < moment, *lasted)


def final_drafts_due(connection: sa.Connection, span: Span) -> list[Run]:
    """Runs of `final_draft` due in the span that were met or broken: answers promised by an interim one (cl. 14)."""
    return _runs(
        connection,
        col(LimitRunRow.name) == LimitName.FINAL_DRAFT,
        within(col(LimitRunRow.due_at), span),
        _DECIDED,
        NOT_VOID,
    )


def _runs(connection: sa.Connection, *where: sa.ColumnElement[bool]) -> list[Run]:
    run = LimitRunRow
    statement: sa.Select[*tuple[Any, ...]] = (
        sa.select(
            col(run.message),
            _TOLD,
            col(run.holder_role),
            col(run.holder_body),
            col(MessageRow.topic),
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
    rows = connection.execute(statement).all()
    at_work = _at_the_open_step(connection, {(row[0], row[1]) for row in rows if row[1] is not None})
    found = []
    for message, told, role, body, topic, void, name, *moments in rows:
        who, whose = at_work.get((message, told), (role, body))
        of_body = whose if who == HolderRole.EXECUTOR else None
        found.append(Run(message, topic, bool(void), LimitName(name), of_body, *moments))
    return found


def _at_the_open_step(
    connection: sa.Connection, breaches: Collection[tuple[int, int]]
) -> dict[tuple[int, int | None], tuple[str, str | None]]:
    """Who held the step that was open when an `answer` was broken, by message and number of the breach's row."""
    found: dict[tuple[int, int | None], tuple[str, str | None]] = {}
    for some in chunks(breaches):
        statement = sa.select(col(JournalRow.message), col(JournalRow.number), col(JournalRow.data)).where(
            sa.tuple_(col(JournalRow.message), col(JournalRow.number)).in_(some)
        )
        for message, number, data in connection.execute(statement):
            if "step_holder" in data:
                found[message, number] = data["step_holder"], data.get("step_body")
    return found


@dataclass(frozen=True, slots=True)
class Counted:
    """Of one week: messages received, and their runs of limits kept and not kept."""

    received: int = 0
    in_time: int = 0
    breached: int = 0


def by_week(connection: sa.Connection, bounds: Sequence[datetime]) -> list[Counted]:
    """Of each week between two neighbouring bounds, by the detection of messages."""
    at = col(MessageRow.detected_at)
    week = sa.case(*((at < bound, place) for place, bound in enumerate(bounds[1:])), else_=len(bounds))
    detected = within(at, (bounds[0], bounds[-1]))
    received: dict[int, int] = dict(
        connection.execute(sa.select(week, sa.func.count()).where(detected, NOT_VOID).group_by(week)).all()
    )
    statement = (
        sa.select(
            week,
            sa.func.count(sa.case((_KEPT, 1))),
            sa.func.count(col(LimitRunRow.breached_at)),
        )
        .select_from(MessageRow)
        .join(LimitRunRow, col(MessageRow.number) == col(LimitRunRow.message))
        .where(detected, _OWN)
        .group_by(week)
    )
    limits = {place: (in_time, breached) for place, in_time, breached in connection.execute(statement)}
    return [Counted(received.get(place, 0), *limits.get(place, (0, 0))) for place in range(len(bounds) - 1)]
