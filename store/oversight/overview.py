"""Overview for those who oversee: how much is open, late and soon due, with whom, and what was broken lately.

Late is what the list calls `overdue`; soon is what it finds by `overdue=false` and `due_before`: each figure is the
length of a list.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import col

from calendar_rules.regulation import LimitName
from store.journal import charges
from store.journal.charges import Charged
from store.journal.tables import ChargeRow
from store.messages.listing import OPEN_ONES, OPEN_STAGES, breached_in, published_in, visible, visible_by
from store.messages.tables import LimitRunRow, MessageBodyRow, MessageRow
from store.people.persons import Actor

_EVER = datetime.min.replace(tzinfo=UTC)
_ENDED = sa.func.coalesce(col(LimitRunRow.met_at), col(LimitRunRow.cancelled_at))
"""When a duty was done or fell away, in the words of its index."""


@dataclass(frozen=True, slots=True)
class Figures:
    """How many messages: late now, due soon and not late, and open at all."""

    late: int
    soon: int
    open: int


@dataclass(frozen=True, slots=True)
class Share:
    """Figures of one body's messages whose open step is with the same holder.

    That is the curator, or a body with the person it is assigned to; all three None where the step is nobody's.
    """

    body: str
    curator: str | None
    step_body: str | None
    assignee: str | None
    figures: Figures


@dataclass(frozen=True, slots=True)
class Kept:
    """Of a body's messages in which it has done, or failed to do, a duty in time: in how many it broke no limit."""

    in_time: int
    messages: int


@dataclass(frozen=True, slots=True)
class Breach:
    """A limit that was not kept, with whom that is charged to; `met_at` None: not done to this day."""

    message: int
    limit: LimitName
    charged: Sequence[Charged]
    breached_at: datetime
    met_at: datetime | None
    is_open: bool


def figures(connection: sa.Connection, actor: Actor, now: datetime, soon_before: datetime) -> Figures:
    """Of all the person may see."""
    statement = sa.select(*_amounts(soon_before)).select_from(MessageRow).where(*_open(actor, now))
    row: tuple[int, int, int] = tuple(connection.execute(statement).one())
    return Figures(*row)


def shares(
    connection: sa.Connection,
    actor: Actor,
    now: datetime,
    soon_before: datetime,
    bodies: Sequence[str] | None,
) -> list[Share]:
    """Of the messages that each of these bodies has or had, by who holds them now; None: of every body."""
    parts: list[sa.SQLColumnExpression[Any]] = [
        col(MessageBodyRow.body),
        col(MessageRow.step_curator),
        col(MessageRow.step_body),
        col(MessageRow.assignee),
    ]
    statement = (
        sa.select(*parts, *_amounts(soon_before))
        .join(MessageRow, col(MessageBodyRow.message) == col(MessageRow.number))
        # Of the few that are open, and not of all that a body ever had.
        .where(col(MessageBodyRow.message).in_(OPEN_ONES), *_open(actor, now))
        .group_by(*parts)
    )
    if bodies is not None:
        statement = statement.where(col(MessageBodyRow.body).in_(bodies))
    return [
        Share(body, curator, step_body, assignee, Figures(*amounts))
        for body, curator, step_body, assignee, *amounts in connection.execute(statement)
    ]


def breaches(
    connection: sa.Connection,
    actor: Actor,
    now: datetime,
    bodies: Sequence[str] | None,
    *,
    size: int,
    since: datetime = _EVER,
) -> list[Breach]:
    """The last ones since then, newest first, that these bodies are charged with; None: that anybody is, or nobody.

    A run that began past its due moment is nobody's fault, and left out.
    """
    run, charge = LimitRunRow, ChargeRow
    statement: sa.Select[*tuple[Any, ...]] = (
        sa.select(
            col(run.message),
            col(run.number),
            col(run.name),
            col(run.breached_at),
            col(run.met_at),
            col(run.cancelled_at),
        )
        .where(
            col(run.breached_at) >= since,
            col(run.inherited).is_(sa.false()),
            visible_by(col(run.message), actor, now),
        )
        .order_by(col(run.breached_at).desc(), col(run.message).desc(), col(run.number).desc())
        .limit(size)
    )
    if bodies is not None:
        theirs = sa.select(1).where(
            col(charge.message) == col(run.message),
            col(charge.run) == col(run.number),
            col(charge.body).in_(bodies),
        )
        statement = statement.where(sa.exists(theirs))
    rows = connection.execute(statement).all()
    charged = charges.of(connection, [(message, number) for message, number, *_ in rows])
    return [
        Breach(
            message,
            LimitName(name),
            charged.get((message, number), ()),
            breached_at,
            met_at,
            met_at is None and cancelled_at is None,
        )
        for message, number, name, breached_at, met_at, cancelled_at in rows
    ]


def in_time(connection: sa.Connection, since: datetime) -> dict[str, Kept]:
    """By body, of messages detected from `since` on; bodies without any are left out.

    What a body has kept is its own duty, done by its due moment; what it has broken is what it is charged with.
    """
    run, charge = LimitRunRow, ChargeRow
    # Of the messages alone that are asked about: SQLite would else read every run there ever was.
    lately = sa.select(col(MessageRow.number)).where(col(MessageRow.detected_at) >= since)
    kept: sa.Select[*tuple[Any, ...]] = sa.select(
        col(run.message).label("message"), col(run.holder_body).label("body"), sa.literal(0).label("broke")
    ).where(
        col(run.message).in_(lately),
        # Written out, not bound: SQLite goes by the index of just these runs only where it sees that it serves.
        col(run.holder_role) == sa.literal_column("'executor'", sa.String),
        col(run.inherited).is_(sa.false()),
        col(run.met_at).is_not(None),
        col(run.breached_at).is_(None),
    )
    broken = sa.select(col(charge.message), col(charge.body), sa.literal(1)).where(
        col(charge.message).in_(lately), col(charge.body).is_not(None)
    )
    judged = kept.union_all(broken).subquery()
    of_one = (
        sa.select(judged.c.body, sa.func.max(judged.c.broke).label("broke"))
        .group_by(judged.c.message, judged.c.body)
        .subquery()
    )
    statement = sa.select(of_one.c.body, sa.func.sum(1 - of_one.c.broke), sa.func.count()).group_by(
        of_one.c.body
    )
    return {body: Kept(int(kept), messages) for body, kept, messages in connection.execute(statement)}


@dataclass(frozen=True, slots=True)
class Work:
    """Of one period: messages detected, with a text published, with a limit breached; each is the length of a list."""

    received: int
    published: int
    breached: int


def work(
    connection: sa.Connection, actor: Actor, now: datetime, periods: Sequence[tuple[datetime, datetime]]
) -> list[Work]:
    """Of all the person may see, by period: from its beginning and before its end."""

    first, last = min(since for since, _ in periods), max(to for _, to in periods)
    run = LimitRunRow

    # All periods at once, from one part of an index: else PostgreSQL reads all that a body ever had for each.
    def counted(numbers: sa.Select[Any], number: Any, moment: Any, *, once: bool) -> Sequence[int]:
        within = [sa.case((sa.and_(moment >= since, moment < to), number)) for since, to in periods]
        amounts = [sa.func.count(sa.distinct(one) if once else one) for one in within]
        seen = visible_by(number, actor, now)
        return connection.execute(numbers.with_only_columns(*amounts).where(seen)).one()

    message, detected = col(MessageRow.number), col(MessageRow.detected_at)
    lately = sa.select(message).where(detected >= first, detected < last)
    return [
        Work(*amounts)
        for amounts in zip(
            counted(lately, message, detected, once=False),
            counted(published_in(first, last), col(run.message), col(run.met_at), once=True),
            counted(breached_in(first, last), col(run.message), col(run.breached_at), once=True),
            strict=True,
        )
    ]


@dataclass(frozen=True, slots=True)
class Stood:
    """How many messages were late at a moment, and how many were due soon after it and not late."""

    late: int
    soon: int


def stood(
    connection: sa.Connection, actor: Actor, now: datetime, then: datetime, soon_before: datetime
) -> Stood:
    """What `figures` told at a moment that is over, of all the person may see, by the due moments as they are now."""
    run, ended, seen = LimitRunRow, _ENDED, visible_by(col(LimitRunRow.message), actor, now)
    broken = sa.select(col(run.message)).where(col(run.breached_at) <= then, seen)
    # Of the few that were still owed, and not of all that ever was broken.
    late = sa.union(broken.where(ended.is_(None)), broken.where(ended > then))
    soon = (
        sa.select(col(run.message))
        .where(
            # All but the window of clause 8; named, so that the index by name and due moment serves.
            col(run.name).in_([name for name in LimitName if name is not LimitName.RETURN]),
            col(run.due_at) > then,
            col(run.due_at) < soon_before,
            col(run.started_at) <= then,
            col(run.message).not_in(late),
            sa.or_(ended.is_(None), ended > then),
            seen,
        )
        .distinct()
    )
    amounts = (
        sa.select(sa.func.count()).select_from(found.subquery()).scalar_subquery() for found in (late, soon)
    )
    row: tuple[int, int] = tuple(connection.execute(sa.select(*amounts)).one())
    return Stood(*row)


def last_late(connection: sa.Connection, actor: Actor, now: datetime) -> datetime | None:
    """When the last broken limit was met or fell away, of all the person may see; None where none was broken."""
    run = LimitRunRow
    broken = sa.select(_ENDED).where(
        col(run.breached_at).is_not(None), _ENDED.is_not(None), visible_by(col(run.message), actor, now)
    )
    return connection.scalar(broken.order_by(_ENDED.desc()).limit(1))


def _open(actor: Actor, now: datetime) -> tuple[sa.ColumnElement[bool], ...]:
    return col(MessageRow.stage).in_(OPEN_STAGES), visible(actor, now)


def _amounts(soon_before: datetime) -> tuple[sa.ColumnElement[int], ...]:
    is_late = col(MessageRow.overdue).is_(sa.true())
    is_soon = sa.and_(col(MessageRow.overdue).is_(sa.false()), col(MessageRow.first_due) < soon_before)
    return (
        sa.func.count(sa.case((is_late, 1))),
        sa.func.count(sa.case((is_soon, 1))),
        sa.func.count(),
    )
