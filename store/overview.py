"""What those who oversee ask: how much is open, late and soon due, with whom, and what was broken lately.

Late is what the list calls `overdue`; soon is what it finds by `overdue=false` and `due_before`: each figure is the
length of a list.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import col

from calendar_rules.regulation import LimitName
from store.board import OPEN_STAGES
from store.listing import visible
from store.people import Actor
from store.tables import LimitRunRow, MessageBodyRow, MessageRow


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
class Breach:
    """A limit that was not kept, by the body that held it, else the curator; `met_at` None: not done to this day."""

    message: int
    limit: LimitName
    body: str | None
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
        .where(*_open(actor, now))
        .group_by(*parts)
    )
    if bodies is not None:
        statement = statement.where(col(MessageBodyRow.body).in_(bodies))
    return [
        Share(body, curator, step_body, assignee, Figures(*amounts))
        for body, curator, step_body, assignee, *amounts in connection.execute(statement)
    ]


def breaches(
    connection: sa.Connection, actor: Actor, now: datetime, bodies: Sequence[str] | None, *, size: int
) -> list[Breach]:
    """The last ones, newest first, of limits that these bodies held; None: that anybody held, curators too.

    A run that began past its due moment is nobody's fault, and left out.
    """
    run = LimitRunRow
    statement: sa.Select[*tuple[Any, ...]] = (
        sa.select(
            col(run.message),
            col(run.name),
            col(run.holder_body),
            col(run.holder_role),
            col(run.breached_at),
            col(run.met_at),
            col(run.cancelled_at),
        )
        .join(MessageRow, col(run.message) == col(MessageRow.number))
        .where(col(run.breached_at).is_not(None), col(run.inherited).is_(sa.false()), visible(actor, now))
        .order_by(col(run.breached_at).desc(), col(run.message).desc(), col(run.number).desc())
        .limit(size)
    )
    if bodies is not None:
        statement = statement.where(col(run.holder_body).in_(bodies))
    return [
        Breach(
            message,
            LimitName(name),
            body if role == "executor" else None,
            breached_at,
            met_at,
            met_at is None and cancelled_at is None,
        )
        for message, name, body, role, breached_at, met_at, cancelled_at in connection.execute(statement)
    ]


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
