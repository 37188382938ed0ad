"""Breaches of limits as shortcomings (cl. 20): by whom, of what, since when; and what was noted as done about them.

A shortcoming is a limit run that was breached: not one that began past its due moment, which is nobody's fault, and not
one whose breach was withdrawn. Whom it is charged to the table of charges says; a late `answer` may be nobody's.

It is long because every number of the register is one query here, beside the list it counts.
"""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from pydantic import TypeAdapter
from sqlalchemy.orm import aliased
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from calendar_rules.due_moments import Stood
from calendar_rules.regulation import HolderRole, LimitName
from calendar_rules.vocabulary import NoticeKind
from store.database.statements import chunks
from store.journal import charges
from store.journal.charges import Charged
from store.journal.tables import ChargeRow
from store.messages.tables import LimitRunRow, MessageRow, MessageTextRow
from store.notices.tables import NoticeRow
from store.oversight.tables import ShortcomingMeasureRow
from store.people.persons import OfficeLeft

_OF_BREACHES = (NoticeKind.BREACH, NoticeKind.ESCALATION, NoticeKind.UNACKNOWLEDGED)
"""By what people are told of a breach."""
_MICROSECOND = timedelta(microseconds=1)
_Statement = sa.Select[*tuple[Any, ...]]


@dataclass(frozen=True, slots=True)
class Shortcoming:
    """A breach of a limit; moments in UTC.

    `row` is its row of the journal. `calendar` is the body whose working time counts, None for the Department's.
    `charged` is whose it is, the one most over first; nobody's where it is empty. `stood` is when nobody could work.
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
    stood: Sequence[Stood]
    clock_ahead: int
    network: str
    charged: Sequence[Charged] = ()

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
    def bodies(self) -> list[str]:
        """The bodies it is charged to."""
        return list(dict.fromkeys(item.body for item in self.charged if item.body))


@dataclass(frozen=True, slots=True)
class Sought:
    """What a register is narrowed to: due from `since` on and before `to`, of a body or a person, of one limit.

    `measures`: whether it is noted what was done.
    """

    body: str | None = None
    person: str | None = None
    since: datetime | None = None
    to: datetime | None = None
    limit: LimitName | None = None
    measures: bool | None = None


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
    """How many breaches are charged to somebody, and of how many of them the duty is still owed.

    `role` None: nobody's. `body` None: a curator's, or nobody's.
    """

    role: HolderRole | None
    body: str | None
    person: str | None
    breaches: int
    open: int


_RUN, _CHARGE = LimitRunRow, ChargeRow
_IS_OPEN = sa.and_(col(_RUN.met_at).is_(None), col(_RUN.cancelled_at).is_(None))
_BEFORE = aliased(ChargeRow)
_IS_FIRST = sa.or_(
    sa.func.coalesce(col(_CHARGE.position), 0) == 0,
    sa.not_(
        sa.exists(
            sa.select(1).where(
                *(col(_BEFORE.message) == col(_CHARGE.message), col(_BEFORE.run) == col(_CHARGE.run)),
                col(_BEFORE.position) < col(_CHARGE.position),
                col(_BEFORE.role) == col(_CHARGE.role),
                col(_BEFORE.body).is_not_distinct_from(col(_CHARGE.body)),
                col(_BEFORE.person).is_not_distinct_from(col(_CHARGE.person)),
            )
        )
    ),
)
"""A person whose limits were over twice has lost one answer: their first charge counts."""
_SELECTED: _Statement = sa.select(
    col(_RUN.message),
    col(_RUN.number),
    col(_RUN.name),
    col(_RUN.run),
    col(_RUN.holder_role),
    col(_RUN.holder_body),
    col(_RUN.due_at),
    col(_RUN.met_at),
    col(_RUN.cancelled_at),
    col(_RUN.told),
    col(MessageRow.clock_ahead),
    col(MessageRow.network),
)
_STOOD: TypeAdapter[tuple[Stood, ...]] = TypeAdapter(tuple[Stood, ...])


def _with_messages(statement: _Statement) -> _Statement:
    return _of_somebody(statement.select_from(_RUN)).join(
        MessageRow, col(_RUN.message) == col(MessageRow.number)
    )


def _of_somebody(statement: _Statement) -> _Statement:
    return statement.where(col(_RUN.breached_at).is_not(None), col(_RUN.inherited).is_(sa.false()))


def page(
    connection: sa.Connection,
    bodies: Sequence[str] | None,
    sought: Sought,
    *,
    size: int,
    after: Place | None = None,
    left: Sequence[OfficeLeft] = (),
) -> list[Shortcoming]:
    """Up to `size` breaches charged to these bodies, the last due first; None: to whomever, and nobody's.

    With those of the time of offices that somebody `left`, or that they were told of.
    """
    statement = _with_messages(_SELECTED).where(*_narrowed(bodies, sought, left))
    if after is not None:
        behind = sa.tuple_(col(_RUN.breached_at), col(_RUN.message), col(_RUN.number)) < sa.tuple_(
            *(sa.literal(value, column.type) for value, column in _placed(after))
        )
        statement = statement.where(behind)
    statement = statement.order_by(
        col(_RUN.breached_at).desc(), col(_RUN.message).desc(), col(_RUN.number).desc()
    ).limit(size)
    return _shortcomings(connection, statement)


def _placed(place: Place) -> tuple[tuple[Any, Any], ...]:
    return (
        (place.at, col(_RUN.breached_at)),
        (place.message, col(_RUN.message)),
        (place.run, col(_RUN.number)),
    )


def one(
    connection: sa.Connection,
    message: int,
    run: int,
    bodies: Sequence[str] | None = None,
    left: Sequence[OfficeLeft] = (),
) -> Shortcoming | None:
    """The breach of one run, if it is among those that `page` gives; None where there is none, or it was withdrawn."""
    statement = _with_messages(_SELECTED).where(
        col(_RUN.message) == message, col(_RUN.number) == run, *_narrowed(bodies, Sought(), left)
    )
    return next(iter(_shortcomings(connection, statement)), None)


def of_the_time(
    connection: sa.Connection, office: OfficeLeft, breaches: Collection[tuple[int, int]]
) -> set[tuple[int, int]]:
    """Which of these breaches somebody reads by an office that they left."""
    found: set[tuple[int, int]] = set()
    for some in chunks(breaches):
        statement = sa.select(col(_RUN.message), col(_RUN.number)).where(
            sa.tuple_(col(_RUN.message), col(_RUN.number)).in_(some),
            *_narrowed([], Sought(), [office]),
        )
        found.update((message, run) for message, run in connection.execute(statement))
    return found


def of_messages(connection: sa.Connection, messages: Collection[int]) -> list[Shortcoming]:
    """Every breach of some messages, in the order of their runs."""
    if not messages:
        return []
    statement = (
        _with_messages(_SELECTED)
        .where(col(_RUN.message).in_(sorted(messages)))
        .order_by(col(_RUN.message), col(_RUN.number))
    )
    return _shortcomings(connection, statement)


def totals(
    connection: sa.Connection,
    bodies: Sequence[str] | None,
    sought: Sought,
    left: Sequence[OfficeLeft] = (),
) -> list[Total]:
    """By body and person they are charged to, and how many are nobody's; the most first."""
    who = (col(_CHARGE.role), col(_CHARGE.body), col(_CHARGE.person))
    each: _Statement = _of_somebody(
        sa.select(*who, sa.func.count(), sa.func.sum(sa.case((_IS_OPEN, 1), else_=0)))
        .select_from(_RUN)
        .outerjoin(
            _CHARGE,
            sa.and_(col(_CHARGE.message) == col(_RUN.message), col(_CHARGE.run) == col(_RUN.number)),
        )
        .group_by(*who)
    ).where(*_narrowed(None, sought), _IS_FIRST)
    if bodies is not None:
        theirs = [
            sa.and_(col(_CHARGE.body) == office.body if office.body else sa.true(), _of_the_time(office))
            for office in left
        ]
        # Cast in a period, so that SQLite keeps to the index of breaches, and not to all that a body ever had.
        body = col(_CHARGE.body) if sought.since is None else sa.cast(col(_CHARGE.body), sa.String)
        each = each.where(sa.or_(body.in_(sorted(bodies)), *theirs))
    if sought.body:
        each = each.where(col(_CHARGE.body) == sought.body)
    if sought.person is not None:
        each = each.where(col(_CHARGE.person) == sought.person)
    found = [
        Total(HolderRole(role) if role else None, body, person, breaches, is_open)
        for role, body, person, breaches, is_open in connection.execute(each)
    ]
    return sorted(found, key=lambda item: (-item.breaches, item.body or "", item.person or ""))


def count(
    connection: sa.Connection,
    bodies: Sequence[str] | None,
    sought: Sought,
    left: Sequence[OfficeLeft] = (),
) -> tuple[int, int]:
    """How many there are, and of how many the duty is still owed."""
    amounts = sa.func.count(), sa.func.count(sa.case((_IS_OPEN, 1)))
    statement: _Statement = _of_somebody(sa.select(*amounts).select_from(_RUN)).where(
        *_narrowed(bodies, sought, left)
    )
    breaches, is_open = connection.execute(statement).one()
    return breaches, is_open


def _narrowed(
    bodies: Sequence[str] | None, sought: Sought, left: Sequence[OfficeLeft] = ()
) -> list[sa.ColumnElement[bool]]:
    found: list[sa.ColumnElement[bool]] = []
    if bodies is not None:
        theirs = [
            sa.and_(_charged_to([office.body]) if office.body else sa.true(), _of_the_time(office))
            for office in left
        ]
        found.append(sa.or_(_charged_to(bodies), *theirs) if theirs else _charged_to(bodies))
    if sought.body is not None:
        found.append(_charged_to([sought.body]))
    if sought.person is not None:
        found.append(_charged(lambda theirs: col(theirs.person) == sought.person))
    # A breach is dated by its due moment.
    if sought.since is not None:
        found.append(col(_RUN.breached_at) >= sought.since)
    if sought.to is not None:
        found.append(col(_RUN.breached_at) < sought.to)
    if sought.limit is not None:
        # Cast, so that SQLite keeps to the index of breaches: runs of one limit are many more.
        found.append(sa.cast(col(_RUN.name), sa.String) == sought.limit)
    if sought.measures is not None:
        row = ShortcomingMeasureRow
        noted = sa.exists(
            sa.select(1).where(col(row.message) == col(_RUN.message), col(row.run) == col(_RUN.number))
        )
        found.append(noted if sought.measures else sa.not_(noted))
    return found


def _of_the_time(office: OfficeLeft) -> sa.ColumnElement[bool]:
    """What came due while somebody held an office, or what they were told of: it stays theirs to answer."""
    within = col(_RUN.breached_at) < office.until
    if office.since is not None:
        within = sa.and_(within, col(_RUN.breached_at) >= office.since)
    told = sa.exists(
        sa.select(1).where(
            col(NoticeRow.message) == col(_RUN.message),
            col(NoticeRow.row) == col(_RUN.told),
            col(NoticeRow.kind).in_(_OF_BREACHES),
            sa.or_(col(NoticeRow.person) == office.person, col(NoticeRow.acting_for) == office.person),
        )
    )
    return sa.or_(within, told)


def _charged_to(bodies: Sequence[str]) -> sa.ColumnElement[bool]:
    return _charged(lambda theirs: col(theirs.body).in_(bodies))


def _charged(those: Callable[[type[ChargeRow]], sa.ColumnElement[bool]]) -> sa.ColumnElement[bool]:
    """Whether a breach is charged to anybody of those."""
    theirs = aliased(ChargeRow)
    of_it = col(theirs.message) == col(_RUN.message), col(theirs.run) == col(_RUN.number)
    return sa.exists(sa.select(1).where(*of_it, those(theirs)))


def _shortcomings(connection: sa.Connection, statement: _Statement) -> list[Shortcoming]:
    rows = connection.execute(statement).all()
    charged = charges.of(connection, [(row[0], row[1]) for row in rows])
    return [_shortcoming(row, charged.get((row[0], row[1]), ())) for row in rows]


def _shortcoming(row: Any, charged: Sequence[Charged]) -> Shortcoming:
    message, run, limit, whole, role, body, due_at, met_at, cancelled_at, told, ahead, network = row
    return Shortcoming(
        message=message,
        run=run,
        limit=LimitName(limit),
        clause=whole["clause"],
        holder_role=HolderRole(role),
        holder_body=body,
        calendar=whole.get("calendar"),
        due_at=due_at,
        met_at=met_at,
        cancelled_at=cancelled_at,
        row=told,
        stood=_STOOD.validate_python(whole.get("stood", ())),
        clock_ahead=ahead,
        network=network,
        charged=charged,
    )


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
    row = ShortcomingMeasureRow
    found: dict[tuple[int, int], list[Measure]] = {}
    for some in chunks(breaches):
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
            .where(sa.tuple_(col(row.message), col(row.run)).in_(some))
            .order_by(col(row.id))
        )
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
