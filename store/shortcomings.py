"""Breaches of limits as shortcomings (cl. 20): by whom, of what, since when; and what was noted as done about them.

A shortcoming is a limit run that was breached: not one that began past its due moment, which is nobody's fault, and not
one whose breach was withdrawn. Who held the step of a late `answer`, and whom the work was assigned to, the journal row
of the breach says; the run names that row.
"""

import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from calendar_rules.regulation import Audience, HolderRole, LimitName
from store.tables import JournalRow, LimitRunRow, MessageRow, MessageTextRow, ShortcomingMeasureRow

_MICROSECOND = timedelta(microseconds=1)
_Statement = sa.Select[*tuple[Any, ...]]


@dataclass(frozen=True, slots=True)
class Shortcoming:
    """A breach of a limit: the run of a message, who held it, and what the journal says of it.

    `row` is its row of the journal, None in records of earlier releases. `calendar` is the body whose working time
    counts, None for the Department's. `assignee` is the person of `holder_body` whom the work was assigned to,
    `curator` the message's curator then. Of `answer`, `step` is what was open at its due moment, with its holder.
    `clock_ahead` is how far the message's clock is ahead of the wall's, in microseconds.
    """

    message: int
    run: int
    limit: LimitName
    clause: int
    holder_role: HolderRole
    holder_body: str | None
    calendar: str | None
    due_at: datetime
    met_at: datetime | None
    cancelled_at: datetime | None
    row: int | None
    assignee: str | None
    curator: str | None
    step: LimitName | None
    step_role: HolderRole | None
    step_body: str | None
    clock_ahead: int
    network: str

    @property
    def is_open(self) -> bool:
        """Whether the duty is still owed."""
        return self.met_at is None and self.cancelled_at is None

    def now(self, now: datetime) -> datetime:
        """The moment on the message's own clock; it differs from the wall's only in training."""
        return now + self.clock_ahead * _MICROSECOND

    @property
    def ended_at(self) -> datetime | None:
        """When the duty was done or fell away."""
        return self.met_at or self.cancelled_at

    @property
    def fault(self) -> "Fault":
        """Whose shortcoming it is."""
        return Fault(
            *(self.holder_role, self.holder_body, self.step_role, self.step_body),
            *(self.assignee, self.curator),
        )

    @property
    def fault_role(self) -> HolderRole:
        """In what they are at fault."""
        return self.fault.role

    @property
    def fault_body(self) -> str | None:
        """The body at fault; None: the curator."""
        return self.fault.body

    @property
    def person(self) -> str | None:
        """The person at fault; None where nobody of the body was named."""
        return self.fault.person


@dataclass(frozen=True, slots=True)
class Fault:
    """Whose shortcoming a breach is: of a late `answer`, of whoever held the step that was open."""

    holder_role: HolderRole
    holder_body: str | None
    step_role: HolderRole | None
    step_body: str | None
    assignee: str | None
    curator: str | None

    @property
    def role(self) -> HolderRole:
        return self.step_role or self.holder_role

    @property
    def body(self) -> str | None:
        """None: the curator."""
        return self.step_body if self.step_role else self.holder_body

    @property
    def person(self) -> str | None:
        """The assignee, or the curator; None where nobody of the body was named."""
        if self.role is HolderRole.CURATOR:
            return self.curator
        return self.assignee if self.body == self.holder_body else None


@dataclass(frozen=True, slots=True)
class Sought:
    """What a register is narrowed to: due from `since` on and before `to`, of a body at fault, of one limit."""

    body: str | None = None
    since: datetime | None = None
    to: datetime | None = None
    limit: LimitName | None = None


@dataclass(frozen=True, slots=True)
class Place:
    """A place in the register, the last breach first: right behind this one."""

    at: datetime
    message: int
    run: int


@dataclass(frozen=True, slots=True)
class Measure:
    """What was noted as done about a breach: the text, by whom, maybe for whom, and when."""

    text: str
    person: str
    acting_for: str | None
    at: datetime


@dataclass(frozen=True, slots=True)
class Total:
    """How many breaches somebody is at fault for, and of how many of them the duty is still owed."""

    body: str | None
    person: str | None
    breaches: int
    open: int


_RUN = LimitRunRow
_TOLD = col(_RUN.run)["told"].as_integer()
_DATA = col(JournalRow.data)
_fault: sa.ColumnElement[str | None] = sa.case(
    (
        sa.and_(col(_RUN.name) == LimitName.ANSWER, _DATA["step_holder"].as_string().is_not(None)),
        _DATA["step_body"].as_string(),
    ),
    else_=col(_RUN.holder_body),
)
"""The body at fault; null: the curator."""
_IS_OPEN = sa.and_(col(_RUN.met_at).is_(None), col(_RUN.cancelled_at).is_(None))
_SELECTED: _Statement = sa.select(
    col(_RUN.message),
    col(_RUN.number),
    col(_RUN.name),
    col(_RUN.run)["clause"].as_integer(),
    col(_RUN.holder_role),
    col(_RUN.holder_body),
    col(_RUN.run)["calendar"].as_string(),
    col(_RUN.due_at),
    col(_RUN.met_at),
    col(_RUN.cancelled_at),
    _TOLD,
    sa.cast(col(_RUN.run)["told_to"], sa.String),
    sa.cast(_DATA, sa.String),
    col(MessageRow.curator),
    col(MessageRow.clock_ahead),
    col(MessageRow.network),
)
_CURATOR = (
    sa.select(col(MessageRow.curator)).where(col(MessageRow.number) == col(_RUN.message)).scalar_subquery()
)
_OF_CURATOR = sa.func.coalesce(_DATA["step_holder"].as_string(), col(_RUN.holder_role)) == HolderRole.CURATOR
# Who the curator was is read only where that is who is at fault: it takes longest.
_AT_FAULT: _Statement = sa.select(
    col(_RUN.holder_role).label("holder_role"),
    col(_RUN.holder_body).label("holder_body"),
    _DATA["step_holder"].as_string().label("step_role"),
    _DATA["step_body"].as_string().label("step_body"),
    _DATA["assignee"].as_string().label("assignee"),
    sa.case((_OF_CURATOR, sa.cast(col(_RUN.run)["told_to"], sa.String))).label("told_to"),
    sa.case((_OF_CURATOR, _CURATOR)).label("curator"),
    sa.case((_IS_OPEN, 1), else_=0).label("is_open"),
)
"""What says who is at fault, and whether the duty is still owed."""


def _with_messages(statement: _Statement) -> _Statement:
    return _from(statement).join(MessageRow, col(_RUN.message) == col(MessageRow.number))


def _from(statement: _Statement) -> _Statement:
    return (
        statement.select_from(_RUN)
        .outerjoin(
            JournalRow,
            sa.and_(col(JournalRow.message) == col(_RUN.message), col(JournalRow.number) == _TOLD),
        )
        .where(col(_RUN.breached_at).is_not(None), col(_RUN.inherited).is_(sa.false()))
    )


def page(
    connection: sa.Connection,
    bodies: Sequence[str] | None,
    sought: Sought,
    *,
    size: int,
    after: Place | None = None,
) -> list[Shortcoming]:
    """Up to `size` breaches these bodies are at fault for, the last due first; None: whoever is at fault."""
    statement = _with_messages(_SELECTED).where(*_narrowed(bodies, sought))
    if after is not None:
        behind = sa.tuple_(col(_RUN.breached_at), col(_RUN.message), col(_RUN.number)) < sa.tuple_(
            *(sa.literal(value, column.type) for value, column in _placed(after))
        )
        statement = statement.where(behind)
    statement = statement.order_by(
        col(_RUN.breached_at).desc(), col(_RUN.message).desc(), col(_RUN.number).desc()
    ).limit(size)
    return [_shortcoming(row) for row in connection.execute(statement)]


def _placed(place: Place) -> tuple[tuple[Any, Any], ...]:
    return (
        (place.at, col(_RUN.breached_at)),
        (place.message, col(_RUN.message)),
        (place.run, col(_RUN.number)),
    )


def one(connection: sa.Connection, message: int, run: int) -> Shortcoming | None:
    """The breach of one run; None where there is none, or it was withdrawn."""
    statement = _with_messages(_SELECTED).where(col(_RUN.message) == message, col(_RUN.number) == run)
    row = connection.execute(statement).first()
    return _shortcoming(row) if row else None


def of_messages(connection: sa.Connection, messages: Collection[int]) -> list[Shortcoming]:
    """Every breach of some messages, in the order of their runs."""
    if not messages:
        return []
    statement = (
        _with_messages(_SELECTED)
        .where(col(_RUN.message).in_(sorted(messages)))
        .order_by(col(_RUN.message), col(_RUN.number))
    )
    return [_shortcoming(row) for row in connection.execute(statement)]


def totals(connection: sa.Connection, bodies: Sequence[str] | None, sought: Sought) -> list[Total]:
    """By body and person at fault; the most first."""
    # Counted by the database as far as it can be: of thousands there are some dozens of kinds.
    each = _from(_AT_FAULT).where(*_narrowed(bodies, sought)).subquery()
    *kinds, is_open = each.c
    statement = sa.select(*kinds, sa.func.count(), sa.func.sum(is_open)).group_by(*kinds)
    found: dict[tuple[str | None, str | None], list[int]] = {}
    for role, body, step_role, step_body, assignee, told_to, curator, *amounts in connection.execute(
        statement
    ):
        fault = Fault(
            *(HolderRole(role), body, HolderRole(step_role) if step_role else None, step_body),
            *(assignee, _curator(told_to) or curator),
        )
        counts = found.setdefault((fault.body, fault.person), [0, 0])
        counts[0] += amounts[0]
        counts[1] += amounts[1]
    items = [Total(body, person, *counts) for (body, person), counts in found.items()]
    return sorted(items, key=lambda item: (-item.breaches, item.body or "", item.person or ""))


def count(connection: sa.Connection, bodies: Sequence[str] | None, sought: Sought) -> int:
    """How many there are."""
    statement: _Statement = _from(sa.select(sa.func.count())).where(*_narrowed(bodies, sought))
    return int(connection.execute(statement).scalar_one())


def _narrowed(bodies: Sequence[str] | None, sought: Sought) -> list[sa.ColumnElement[bool]]:
    found: list[sa.ColumnElement[bool]] = []
    if bodies is not None:
        found.append(_fault.in_(bodies))
    if sought.body is not None:
        found.append(_fault == sought.body)
    # A breach is dated by its due moment.
    if sought.since is not None:
        found.append(col(_RUN.breached_at) >= sought.since)
    if sought.to is not None:
        found.append(col(_RUN.breached_at) < sought.to)
    if sought.limit is not None:
        # Cast, so that SQLite keeps to the index of breaches: runs of one limit are many more.
        found.append(sa.cast(col(_RUN.name), sa.String) == sought.limit)
    return found


def _shortcoming(row: Any) -> Shortcoming:
    message, run, limit, clause, role, body, calendar, due_at, met_at, cancelled_at, *rest = row
    told, told_to, data, curator, ahead, network = rest
    said: dict[str, Any] = json.loads(data) if data else {}
    step_role = said.get("step_holder")
    return Shortcoming(
        message=message,
        run=run,
        limit=LimitName(limit),
        clause=clause,
        holder_role=HolderRole(role),
        holder_body=body,
        calendar=calendar,
        due_at=due_at,
        met_at=met_at,
        cancelled_at=cancelled_at,
        row=told,
        assignee=said.get("assignee"),
        curator=_curator(told_to) or curator,
        step=LimitName(said["step"]) if "step" in said else None,
        step_role=HolderRole(step_role) if step_role else None,
        step_body=said.get("step_body"),
        clock_ahead=ahead,
        network=network,
    )


def _curator(told_to: str | None) -> str | None:
    """The curator who was told of the breach."""
    found: list[dict[str, Any]] = (json.loads(told_to) if told_to else None) or []
    return next((to.get("person") for to in found if to.get("audience") == Audience.CURATOR), None)


# ---- what was noted as done


def last_measures(
    connection: sa.Connection, breaches: Collection[tuple[int, int]]
) -> dict[tuple[int, int], Measure]:
    """What stands as done about these breaches, each a message and a run of it."""
    return {key: measures[-1] for key, measures in measures_of(connection, breaches).items()}


def measures_of(
    connection: sa.Connection, breaches: Collection[tuple[int, int]]
) -> dict[tuple[int, int], list[Measure]]:
    """All that was ever noted about these breaches, the first first."""
    if not breaches:
        return {}
    row = ShortcomingMeasureRow
    statement = (
        sa.select(
            col(row.message),
            col(row.run),
            col(MessageTextRow.content),
            col(row.person),
            col(row.acting_for),
            col(row.at),
        )
        .join(MessageTextRow, col(MessageTextRow.id) == col(row.text))
        .where(sa.tuple_(col(row.message), col(row.run)).in_(sorted(breaches)))
        .order_by(col(row.id))
    )
    found: dict[tuple[int, int], list[Measure]] = {}
    for message, run, text, person, acting_for, at in connection.execute(statement):
        found.setdefault((message, run), []).append(Measure(text, person, acting_for, at))
    return found


async def add_measure(session: AsyncSession, row: ShortcomingMeasureRow) -> None:
    """Note what was done about a breach; its text is there already."""
    session.add(row)
    await session.flush()


async def is_erased(session: AsyncSession, message: int) -> bool:
    """Whether the data of the message have been erased: it takes no text any more."""
    erased = await session.exec(select(MessageRow.erased_at).where(MessageRow.number == message))
    return erased.one() is not None
