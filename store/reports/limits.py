"""Runs of limits as reports count them (cl. 21): by the messages of a period, or by what was decided in it.

A run that was kept counts at its holder. One that was broken counts at whomever the breach is charged to (`ChargeRow`),
at each of them once, and in the totals once; a breach that is charged to nobody counts in the totals only. Runs that
are an inheritance are nobody's, and count nowhere.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

import sqlalchemy as sa
from sqlmodel import col

from calendar_rules.regulation import HolderRole, LimitName
from store.journal.tables import ChargeRow
from store.messages.tables import LimitRunRow, MessageRow
from store.oversight.tables import ShortcomingMeasureRow
from store.reports.facts import Facts, counted, facts
from store.reports.period import ENDED, NOT_VOID, Span, Topic, detected_in, within

_KEPT = sa.and_(col(LimitRunRow.met_at).is_not(None), col(LimitRunRow.breached_at).is_(None), NOT_VOID)
_OWN = col(LimitRunRow.inherited).is_(sa.false())
_OF_RUN = sa.and_(
    col(ChargeRow.message) == col(LimitRunRow.message), col(ChargeRow.run) == col(LimitRunRow.number)
)
_OF_TOPIC: Final = (sa.label("topic", col(MessageRow.topic)), sa.label("ended", ENDED))
_HAS_MEASURES = sa.exists(
    sa.select(sa.literal(1)).where(
        col(ShortcomingMeasureRow.message) == col(LimitRunRow.message),
        col(ShortcomingMeasureRow.run) == col(LimitRunRow.number),
    )
)

CURATORS: Final = "curators"
"""The key of the curators, who are no body."""
Holder = str | None
"""A body; None: the curators."""

Key = tuple[Holder, LimitName]
"""At whom a run counts, and of which limit it is."""


# ---- facts: `holder` (None: the curators) and `name` are at whom a run counts, and of which limit it is


def _runs(at: sa.SQLColumnExpression[Any], **more: Any) -> Facts:
    run = LimitRunRow
    return (
        facts(run.message, at, run.holder_body, run=run.number, name=run.name, **more)
        .select_from(MessageRow)
        .join(run, col(MessageRow.number) == col(run.message))
        .where(_OWN)
    )


def _held_by(whose: str | None) -> list[sa.ColumnElement[bool]]:
    """That a body holds a run, or the curators; nothing for None."""
    if whose is None:
        return []
    if whose == CURATORS:
        return [col(LimitRunRow.holder_role) != HolderRole.EXECUTOR]
    return [col(LimitRunRow.holder_role) == HolderRole.EXECUTOR, col(LimitRunRow.holder_body) == whose]


def charged_to(whose: str | None) -> list[sa.ColumnElement[bool]]:
    """That the breach of a run is charged to a body, or the curators; nothing for None."""
    if whose is None:
        return []
    charged = sa.select(sa.literal(1)).where(_OF_RUN)
    if whose == CURATORS:
        return [charged.where(col(ChargeRow.role) != HolderRole.EXECUTOR).exists()]
    return [charged.where(col(ChargeRow.body) == whose).exists()]


def _kept(whose: str | None, *where: sa.ColumnElement[bool]) -> Facts:
    holder = _body(LimitRunRow.holder_role, LimitRunRow.holder_body)
    return _runs(col(LimitRunRow.met_at), holder=holder).where(_KEPT, *where, *_held_by(whose))


def _broken(whose: str | None, *where: sa.ColumnElement[bool]) -> Facts:
    return _runs(col(LimitRunRow.breached_at)).where(*where, *charged_to(whose))


def _charged(*where: sa.ColumnElement[bool]) -> Facts:
    """Broken runs at each whom the breach is charged to: whose own limits were over twice has lost one answer."""
    holder = _body(ChargeRow.role, ChargeRow.body)
    return (
        _runs(col(LimitRunRow.breached_at), holder=holder).join(ChargeRow, _OF_RUN).where(*where).distinct()
    )


def _body(role: Any, body: Any) -> sa.ColumnElement[Any]:
    return sa.case((col(role) == HolderRole.EXECUTOR, col(body)))


def _lasted(moment: datetime) -> tuple[sa.ColumnElement[bool], ...]:
    """That a run was broken before a moment, and neither met nor fallen away by then."""
    ends = (col(LimitRunRow.met_at), col(LimitRunRow.cancelled_at))
    return col(LimitRunRow.breached_at) < moment, *(sa.or_(end.is_(None), end >= moment) for end in ends)


# ---- of messages detected in the span


def _detected(span: Span) -> sa.ColumnElement[bool]:
    return within(col(MessageRow.detected_at), span)


def _by_message(connection: sa.Connection, column: str) -> sa.SQLColumnExpression[Any]:
    """A moment of runs, in a statement that finds them by their messages."""
    # In these words SQLite begins with the messages, and not with everything that was ever done or broken.
    plus = "+" if connection.dialect.name == "sqlite" else ""
    return sa.literal_column(f"{plus}limit_run.{column}")


def of_detected(connection: sa.Connection, span: Span, figure: str, whose: str | None = None) -> Facts:
    """Runs of messages detected in the span that count as `in_time` or `breached`, each once."""
    if figure == "in_time":
        return _kept(whose, _detected(span), _by_message(connection, "met_at").is_not(None))
    return _broken(whose, _detected(span), _by_message(connection, "breached_at").is_not(None))


def kept(connection: sa.Connection, span: Span, body: str | None = None) -> list[tuple[Topic, Holder, int]]:
    """How many runs of messages detected in the span were kept, by topic and holder; of a body, its own."""
    found = of_detected(connection, span, "in_time", body).add_columns(*_OF_TOPIC)
    return [
        ((topic, bool(ended)), holder, many)
        for topic, ended, holder, many in counted(connection, found, "topic", "ended", "holder")
    ]


def broken_by_topic(
    connection: sa.Connection, span: Span, body: str | None = None
) -> list[tuple[Topic, bool, int]]:
    """How many were broken, each counted once, and whether they are charged to anybody; of a body, what is its own."""
    charged = sa.exists(sa.select(sa.literal(1)).where(_OF_RUN))
    found = of_detected(connection, span, "breached", body).add_columns(
        *_OF_TOPIC, sa.label("charged", charged)
    )
    return [
        ((topic, bool(ended)), bool(is_charged), many)
        for topic, ended, is_charged, many in counted(connection, found, "topic", "ended", "charged")
    ]


def broken_at_holders(
    connection: sa.Connection, span: Span, body: str | None = None
) -> list[tuple[Holder, int]]:
    """How many of them are charged to whom."""
    found = _charged(_detected(span), _by_message(connection, "breached_at").is_not(None))
    return [(holder, many) for holder, many in counted(connection, found, "holder") if body in (None, holder)]


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
    whole = (bounds[0], bounds[-1])
    received: dict[int, int] = dict(
        connection.execute(
            sa.select(place, sa.func.count()).where(*detected_in(whole, body)).group_by(place)
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
        .where(_detected(whole), _OWN)
        .group_by(place)
    )
    limits = {number: (in_time, breached) for number, in_time, breached in connection.execute(statement)}
    return [
        Counted(received.get(number, 0), *limits.get(number, (0, 0))) for number in range(len(bounds) - 1)
    ]


# ---- decided in the span


def decided(span: Span, figure: str, whose: str | None = None) -> Facts:
    """Runs kept in the span (`in_time`), broken in it (`late`), or owed at its end (`open_overdue`), each once."""
    if figure == "in_time":
        return _kept(whose, within(col(LimitRunRow.met_at), span))
    return _broken(whose, *_of_decided(span, figure))


def _of_decided(span: Span, figure: str) -> tuple[sa.ColumnElement[bool], ...]:
    return (within(col(LimitRunRow.breached_at), span),) if figure == "late" else _lasted(span[1])


def in_time(connection: sa.Connection, span: Span, body: str | None = None) -> dict[Key, int]:
    """How many runs were kept in the span, by holder and limit; of a body, its own."""
    return _by_key(connection, decided(span, "in_time", body))


def overdue(
    connection: sa.Connection, span: Span, figure: str, body: str | None = None
) -> tuple[dict[Key, int], int]:
    """How many count as `late` or `open_overdue`, by whom they are charged to and by limit; and each run once."""
    at_holders = _by_key(connection, _charged(*_of_decided(span, figure)))
    theirs = {key: many for key, many in at_holders.items() if body in (None, key[0])}
    return theirs, _count(connection, decided(span, figure, body))


def _by_key(connection: sa.Connection, statement: Facts) -> dict[Key, int]:
    return {
        (holder, LimitName(name)): many
        for holder, name, many in counted(connection, statement, "holder", "name")
    }


def _count(connection: sa.Connection, statement: Facts) -> int:
    return connection.scalar(sa.select(sa.func.count()).select_from(statement.subquery())) or 0


MetBy = Mapping[str, Sequence[LimitName]]
"""Kinds of steps, with the limits that each may meet."""


def runs_met(
    connection: sa.Connection, span: Span, body: str | None = None
) -> Sequence[sa.Row[Holder, str, int, int, bool]]:
    """Runs whose duty was done in the span, of messages not registered by mistake; of a body, its own.

    Of each: holder, limit, from when until when it ran in microseconds since 1970, UTC, and whether it was in time.
    """
    run = LimitRunRow
    statement: sa.Select[Holder, str, int, int, bool] = (
        sa.select(
            *(_body(run.holder_role, run.holder_body), col(run.name)),
            *(_microseconds(connection, moment) for moment in (col(run.started_at), col(run.met_at))),
            col(run.breached_at).is_(None),
        )
        .join(MessageRow, col(MessageRow.number) == col(run.message))
        .where(_OWN, NOT_VOID, within(col(run.met_at), span), *_held_by(body))
    )
    return connection.execute(statement).all()


def _microseconds(
    connection: sa.Connection, moment: sa.SQLColumnExpression[Any]
) -> sa.SQLColumnExpression[int]:
    """A moment without becoming a datetime: of hundreds of thousands that takes longer than all else."""
    if connection.dialect.name == "sqlite":
        return sa.type_coerce(moment, sa.BigInteger)
    return sa.cast(sa.extract("epoch", moment) * 1_000_000, sa.BigInteger)


# ---- measures


def broken(span: Span, body: str | None = None, *, noted: bool | None = None) -> Facts:
    """The breaches of the span; `noted`: only those with, or without, what was noted about them (cl. 20)."""
    wanted = [] if noted is None else [_HAS_MEASURES if noted else sa.not_(_HAS_MEASURES)]
    return _broken(body, within(col(LimitRunRow.breached_at), span), *wanted)


def noted(connection: sa.Connection, span: Span, body: str | None = None) -> tuple[int, int]:
    """Breaches of the span, and those of them about which somebody noted what was done (cl. 20)."""
    return _count(connection, broken(span, body)), _count(connection, broken(span, body, noted=True))
