"""The list of messages: what a person may see of it, narrowed, searched and sorted, page by page.

A page must not take longer with a hundred thousand messages: the numbers on it are found first, by the narrowest thing
asked for, which is the words sought, else the one body, else the one filter. Several filters at once are judged in an
index that has them all, so that no row is read in vain; that is also where filters of few values are judged, which need
no index of their own. SQLite keeps no statistics here, and has to be told by the form of the statement.

It is long because each filter and each order has its form of the statement.
"""

import re
from collections import defaultdict
from collections.abc import Callable, Sequence
from copy import copy
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any, NamedTuple, Self

import sqlalchemy as sa
from sqlalchemy.orm import aliased
from sqlalchemy.sql.elements import UnaryExpression
from sqlalchemy.sql.operators import custom_op
from sqlmodel import col

from calendar_rules.vocabulary import Outcome, Stage
from store.database.columns import UtcMoment
from store.database.packed import unpack
from store.messages.finding import SEES_ALL, SEES_OWN, bodies_of
from store.messages.narrowing import Said, said
from store.messages.own_clocks import by_own_clock
from store.messages.searching import (
    FTS5,
    PG_TRGM,
    Word,
    all_stand_in,
    as_they_stand,
    in_index,
    stand_in_row,
    trigrams,
)
from store.messages.tables import LimitRunRow, MessageBodyRow, MessageRow, SurgeMessageRow
from store.people.persons import Actor, Capacity

_Statement = sa.Select[*tuple[Any, ...]]
_Numbers = sa.Select[Any]
_Number = sa.SQLColumnExpression[Any]

_MICROSECOND = timedelta(microseconds=1)
OPEN_STAGES = tuple(stage for stage in Stage if stage is not Stage.CLOSED)
OPEN_ONES = sa.select(col(MessageRow.number)).where(col(MessageRow.stage).in_(OPEN_STAGES))
"""Found by the index of stages: few of all there ever were."""
LARGEST = 2**31 - 1
"""The largest number a message can have."""
MOST_COUNTED, MOST_COUNTED_BY_WORDS = 10_000, 1_000
"""Messages: whoever has found more seeks on, and does not read them all; those found by words take longest to read."""
_NEAR = 10_000
"""Messages among which PostgreSQL looks for words one by one: what is less frequent, their index finds soon."""
_EARLIEST = datetime.min.replace(tzinfo=UTC)
_A_NUMBER = re.compile(r"\s*(?:№\s*)?([1-9][0-9]{0,8})\s*")

# As it is stored: whoever shows it unpacks and reads it once, into what is shown.
_LISTED = (
    col(MessageRow.number),
    col(MessageRow.network),
    col(MessageRow.url),
    col(MessageRow.author),
    sa.type_coerce(col(MessageRow.text), sa.LargeBinary),
    col(MessageRow.detected_at),
    col(MessageRow.registered_at),
    col(MessageRow.registered_by),
    col(MessageRow.next_due),
    col(MessageRow.first_due),
    col(MessageRow.overdue),
    col(MessageRow.clock_ahead),
    sa.type_coerce(col(MessageRow.snapshot), sa.LargeBinary),
)
_ROWS: _Statement = sa.select(*_LISTED).where(
    col(MessageRow.number).in_(sa.bindparam("numbers", expanding=True))
)


_HELD = aliased(MessageBodyRow)  # made once: that takes longer than the rest of the statement

_TABLE: sa.Table = MessageRow.__table__  # type: ignore[attr-defined]
_FEW = _TABLE.alias()
_BEYOND_ALL = sa.literal_column(str(2**63 - 1), sa.BigInteger)
_EQUAL = {
    name: _TABLE.c[name]
    for name in (
        "stage",
        "overdue",
        "network",
        "topic",
        "importance",
        "outcome",
        "curator",
        "assignee",
    )
}
"""Filters that name the value of a column."""


@dataclass(frozen=True, slots=True)
class Filters:
    """What a listing is narrowed to: all of it holds.

    `detected_from` itself is included, `detected_to` is not; so it is with a text published, and with a limit breached,
    in a period. A limit that is open is due before `due_before`. `is_open`: work on it goes on. `surge`: it is behind
    the surge of this id. `void`: it was registered by mistake. `routed`: it has a topic. `repeated`: it repeats an
    earlier one. `answered_by`: this body drafted its answer. `author_of`: by whoever wrote this message, in its
    network. `verdict`: what the author says of the answer. `words`: how `q` is understood; None: each of its words as
    it stands.
    """

    stage: str | None = None
    body: str | None = None
    overdue: bool | None = None
    q: str | None = None
    network: str | None = None
    topic: str | None = None
    importance: str | None = None
    outcome: str | None = None
    curator: str | None = None
    assignee: str | None = None
    detected_from: datetime | None = None
    detected_to: datetime | None = None
    published_from: datetime | None = None
    published_to: datetime | None = None
    breached_from: datetime | None = None
    breached_to: datetime | None = None
    due_before: datetime | None = None
    is_open: bool | None = None
    surge: int | None = None
    void: bool | None = None
    verdict: Said | None = None
    words: tuple[Word, ...] | None = None


class Sort(StrEnum):
    """The orders of a list: the last registered first; or the first due first, and those without a limit last."""

    REGISTERED = "registered"
    DUE = "due"


@dataclass(frozen=True, slots=True)
class Place:
    """A place in the order of a list: right behind the message of this number whose limit is due then."""

    sort: Sort
    number: int
    due: datetime | None = None

    @classmethod
    def beginning(cls, sort: Sort) -> Self:
        """The place before every message."""
        return cls(sort, LARGEST) if sort is Sort.REGISTERED else cls(sort, 0, _EARLIEST)


@dataclass(slots=True)
class Listed:
    """A message of a page; `packed_text`, and as JSON `snapshot` and each of `runs`, in order of start, are packed.

    A message just registered has neither.
    """

    number: int
    network: str
    url: str
    author: str
    packed_text: bytes
    detected_at: datetime
    registered_at: datetime
    registered_by: str
    next_due: datetime | None
    first_due: datetime | None
    overdue: bool
    clock_ahead: int
    snapshot: bytes | None
    runs: list[bytes] = field(default_factory=list)

    @property
    def text(self) -> str:
        """The text of the message."""
        return unpack(self.packed_text)

    def now(self, now: datetime) -> datetime:
        """The moment on the message's own clock; it differs from the wall's only in training."""
        return now + self.clock_ahead * _MICROSECOND


@dataclass(frozen=True, slots=True)
class Page:
    """A page of a list, and where the next one begins; None after the last."""

    rows: list[Listed]
    next: Place | None


def page(
    connection: sa.Connection,
    actor: Actor,
    filters: Filters,
    now: datetime,
    *,
    size: int,
    sort: Sort = Sort.REGISTERED,
    after: Place | None = None,
) -> Page:
    """Up to `size` messages the person may see, in the order of `sort`, from behind `after`, a place of that order.

    The message whose number is sought stands before all others.
    """
    search = _Search(actor, filters, now, connection.dialect.name)
    place, wanted = after or Place.beginning(sort), size + 1
    numbers: list[int] = []
    if after is None and search.number is not None:
        numbers += connection.scalars(search.of_that_number())
    if sort is Sort.REGISTERED:
        numbers += _newest(
            connection, search, wanted - len(numbers), lambda one: one.newest_first(place.number)
        )
    else:
        if place.due is not None:
            first = search.first_due_first(place.due, place.number)
            numbers += connection.scalars(first.limit(wanted - len(numbers)))
        # What is late, or due before a moment, has a limit that is open.
        if len(numbers) < wanted and filters.due_before is None and filters.overdue is not True:
            below = LARGEST if place.due is not None else place.number
            numbers += _newest(
                connection, search, wanted - len(numbers), lambda one: one.without_limit(below)
            )
    rows = rows_of(connection, numbers[:size])
    if len(numbers) <= size or not rows:
        return Page(rows, None)
    last = rows[-1]
    if last.number == search.number:  # it stands where its number and limit do not belong
        return Page(rows, Place.beginning(sort))
    return Page(rows, Place(sort, last.number, last.first_due if sort is Sort.DUE else None))


def count(connection: sa.Connection, actor: Actor, filters: Filters, now: datetime) -> int:
    """How many messages all the pages of a list have, and no more than `most_counted` and one.

    To read all that there are takes longer than the page itself.
    """
    search = _Search(actor, filters, now, connection.dialect.name)
    most = most_counted(filters) + 1
    if search.parts:
        found = len(_newest(connection, search, most, lambda one: one.newest_first(LARGEST)))
    else:
        others = search.others().limit(most).subquery()
        found = connection.execute(sa.select(sa.func.count()).select_from(others)).scalar_one()
    if search.number is None:
        return found
    return found + len(connection.scalars(search.of_that_number()).all())


def _newest(
    connection: sa.Connection, search: "_Search", most: int, asked: Callable[["_Search"], "_Asked"]
) -> list[int]:
    """Up to `most` numbers of what is asked, the highest first; by several bodies, of each of them in turn."""
    found: set[int] = set()
    for part in search.parts or (search,):
        found.update(_highest(connection, asked(part), most))
    return sorted(found, reverse=True)[:most]


def _highest(connection: sa.Connection, asked: "_Asked", most: int) -> Sequence[int]:
    if not asked.by_words:
        return connection.scalars(asked.statement.order_by(asked.number.desc()).limit(most)).all()
    # PostgreSQL reads one message after another where it expects enough of them, and may read all: here these alone.
    last = sa.select(sa.func.max(col(MessageRow.number))).where(col(MessageRow.number) < asked.below)
    near = asked.statement.where(asked.number > last.scalar_subquery() - _NEAR)
    found = connection.scalars(near.order_by(asked.number.desc()).limit(most)).all()
    if len(found) == most:
        return found
    # Words that are so seldom there are sought by their index: with + 0 it has no other order to go by.
    return connection.scalars(asked.statement.order_by((asked.number + 0).desc()).limit(most)).all()


def most_counted(filters: Filters) -> int:
    """Up to how many messages a list so narrowed is counted."""
    return MOST_COUNTED_BY_WORDS if filters.q else MOST_COUNTED


def rows_of(connection: sa.Connection, numbers: Sequence[int]) -> list[Listed]:
    """The messages of these numbers in this order, without their limit runs."""
    if not numbers:
        return []
    rows = {row[0]: row for row in connection.execute(_ROWS, {"numbers": numbers})}
    return [Listed(*rows[number]) for number in numbers if number in rows]


def seen_of(
    connection: sa.Connection, actor: Actor, numbers: Sequence[int], now: datetime
) -> dict[int, tuple[str, str]]:
    """The texts and networks of those of these messages that the person may see."""
    if not numbers:
        return {}
    statement = sa.select(col(MessageRow.number), col(MessageRow.text), col(MessageRow.network))
    statement = statement.where(col(MessageRow.number).in_(numbers), visible(actor, now))
    return {number: (text, network) for number, text, network in connection.execute(statement) if number}


def load_runs(connection: sa.Connection, listed: Sequence[Listed]) -> None:
    """Give the messages their limit runs."""
    runs: dict[int, list[bytes]] = defaultdict(list)
    for message, run in connection.execute(_RUNS, {"messages": [row.number for row in listed]}):
        runs[message].append(run)
    for row in listed:
        row.runs = runs[row.number]


_RUNS = (
    sa.select(col(LimitRunRow.message), sa.type_coerce(col(LimitRunRow.run), sa.LargeBinary))
    .where(col(LimitRunRow.message).in_(sa.bindparam("messages", expanding=True)))
    .order_by(col(LimitRunRow.message), col(LimitRunRow.number))
)


class _Asked(NamedTuple):
    """A statement for numbers below this one; `by_words`: on PostgreSQL, with words that are sought."""

    statement: _Numbers
    number: _Number
    below: int
    by_words: bool


class _Search:
    """One question as statements that find the numbers of messages."""

    def __init__(self, actor: Actor, filters: Filters, now: datetime, dialect: str) -> None:
        self._filters = filters
        self._is_sqlite = dialect == "sqlite"
        self._words = (as_they_stand(filters.q or "") if filters.words is None else filters.words) or None
        self._bodies = [filters.body] if filters.body is not None else _all_bodies(actor)
        self._visible = visible(actor, now)
        self.parts = self._apart()
        """The same of each body in turn, where a person sees messages by several and nothing narrower is asked for."""
        found = _A_NUMBER.fullmatch(filters.q) if filters.q else None
        self.number = int(found[1]) if found else None
        """The message whose number is sought: «12», «№ 12»."""

    def _apart(self) -> list[Self]:
        # Each goes by its index to the end of a page; together they are sorted first, all that they ever had.
        if self._bodies is None or len(self._bodies) <= 1 or self._words or self._columns(in_place=False):
            return []
        parts = [copy(self) for _ in self._bodies]
        for part, body in zip(parts, self._bodies, strict=True):
            part._bodies = [body]
        return parts

    def others(self) -> _Numbers:
        """All but the message whose number is sought."""
        return self._by_number()[0]

    def newest_first(self, below: int) -> _Asked:
        """Those registered before number `below`."""
        return self._asked(below)

    def without_limit(self, below: int) -> _Asked:
        """Those of them in which no limit is open."""
        return self._asked(below, col(MessageRow.first_due).is_(None))

    def _asked(self, below: int, *more: sa.ColumnElement[bool]) -> _Asked:
        statement, number = self._by_number(*more)
        by_words = self._words is not None and not self._is_sqlite
        return _Asked(statement.where(number < below), number, below, by_words)

    def first_due_first(self, due: datetime, number: int) -> _Numbers:
        """Those in which a limit is open, behind the place of this one."""
        place = col(MessageRow.first_due), col(MessageRow.number)
        behind = sa.tuple_(*place) > sa.tuple_(sa.literal(due, UtcMoment), sa.literal(number))
        statement = self._by_columns().where(col(MessageRow.first_due).is_not(None), behind)
        if self._words is not None:
            statement = statement.where(self._holds(self._words), self._is_another(col(MessageRow.number)))
        return statement.order_by(*place)

    def of_that_number(self) -> _Numbers:
        """The message whose number is sought, whatever its words."""
        return self._by_columns().where(col(MessageRow.number) == self.number)

    def _by_columns(self) -> _Numbers:
        """All but for the words sought, by whatever else the statement goes."""
        statement = sa.select(col(MessageRow.number)).where(*self._columns(in_place=True), self._visible)
        if self._filters.body is not None:
            statement = statement.where(_was_with([self._filters.body]))
        return statement

    def _by_number(self, *more: sa.ColumnElement[bool]) -> tuple[_Numbers, _Number]:
        """All of them, and the number to go by: that of what narrows them most."""
        number: _Number = col(MessageRow.number)
        if self._words is not None:
            statement, number = self._containing(self._words)
            # With + 0 the index of words is asked once, and not for each of those; older ones than all are not read.
            statement = statement.where(*self._few(number + 0), *self._from_the_first(number))
            if self._filters.body is not None:
                statement = statement.where(_was_with([self._filters.body], number))
            columns = self._columns(in_place=True)
        elif self._bodies is not None and len(self._bodies) == 1:
            number = col(MessageBodyRow.message)
            statement = sa.select(number).join(MessageRow, number == col(MessageRow.number))
            statement = statement.where(col(MessageBodyRow.body) == self._bodies[0])
            if self._filters.is_open:
                # Of the few that are open, and not of all that the body ever had.
                statement = statement.where(number.in_(OPEN_ONES))
            statement = statement.where(*self._few(number))
            columns = self._columns(in_place=True)
        else:
            statement = sa.select(number)
            columns = self._columns(in_place=bool(more))
            if len(columns) + len(more) > 1:
                statement = statement.where(*self._few(number))
        return statement.where(*columns, *more, self._visible), number

    def _few(self, number: _Number) -> list[sa.ColumnElement[bool]]:
        """Filters that find few in an index of their own: SQLite asks that once, and reads no row of the others."""
        return [number.in_(sa.select(_FEW.c.number).where(one)) for one in self._of_few()]

    def _from_the_first(self, number: _Number) -> list[sa.ColumnElement[bool]]:
        """That it is none of those older than all the few; where there are none, no number is."""
        # Written as a number where there is none: for FTS5 NULL is no bound.
        first = sa.func.coalesce(sa.func.min(_FEW.c.number), _BEYOND_ALL)
        return [number >= sa.select(first).where(one).scalar_subquery() for one in self._of_few()]

    def _of_few(self) -> list[sa.ColumnElement[bool]]:
        if not self._is_sqlite:
            return []
        filters, few = self._filters, _FEW.c
        found: list[sa.ColumnElement[bool]] = []
        if filters.overdue:
            found.append(few.overdue.is_(True))
        if filters.stage in OPEN_STAGES:
            found.append(few.stage == filters.stage)
        if filters.topic is not None:
            found.append(few.topic == filters.topic)
        if filters.assignee is not None:
            found.append(few.assignee == filters.assignee)
        return found

    def _columns(self, *, in_place: bool) -> list[sa.ColumnElement[bool]]:
        """What the columns of a message must be; `in_place`: read wherever the statement goes by already."""
        filters = self._filters
        equal = {name: value for name in _EQUAL if (value := getattr(filters, name)) is not None}
        others = (
            filters.detected_from,
            filters.detected_to,
            *(filters.published_from, filters.published_to),
            *(filters.breached_from, filters.breached_to),
            filters.due_before,
            filters.is_open,
            filters.surge,
            filters.void,
            filters.verdict,
        )
        in_place = in_place or len(equal) > 1 or any(other is not None for other in others)
        found = []
        for name, value in equal.items():
            column = self._in_place(_EQUAL[name]) if in_place else _EQUAL[name]
            found.append(column.is_(value) if isinstance(value, bool) else column == value)
        if filters.is_open is not None:
            stage = self._in_place(_TABLE.c.stage)
            found.append(stage != Stage.CLOSED if filters.is_open else stage == Stage.CLOSED)
        if filters.void is not None:
            outcome = self._in_place(_TABLE.c.outcome)
            mistaken = outcome.is_not(None) & (outcome == Outcome.VOID)
            found.append(mistaken if filters.void else sa.not_(mistaken))
        # Messages are registered about as they are detected: to go by their numbers is never far from the shortest way.
        detected = self._in_place(_TABLE.c.detected_at)
        if filters.detected_from is not None:
            found.append(detected >= filters.detected_from)
        if filters.detected_to is not None:
            found.append(detected < filters.detected_to)
        published, breached = (
            (filters.published_from, filters.published_to),
            (filters.breached_from, filters.breached_to),
        )
        if any(published):
            found.append(self._in_place(_TABLE.c.number).in_(published_in(*published)))
        if any(breached):
            found.append(self._in_place(_TABLE.c.number).in_(breached_in(*breached)))
        if filters.due_before is not None:
            found.append(col(MessageRow.first_due) < filters.due_before)
        if filters.surge is not None:
            behind = sa.select(col(SurgeMessageRow.message)).where(
                col(SurgeMessageRow.surge) == filters.surge
            )
            found.append(col(MessageRow.number).in_(behind))
        if filters.verdict is not None:
            columns = (_TABLE.c.outcome, _TABLE.c.verdict)
            found.append(said(filters.verdict, *(self._in_place(column) for column in columns)))
        return found

    def _in_place(self, column: sa.Column[Any]) -> sa.ColumnElement[Any]:
        return in_place(column) if self._is_sqlite else column

    def _containing(self, words: Sequence[Word]) -> tuple[_Numbers, _Number]:
        """Those that have all the words, and the number to go by."""
        number: _Number = col(MessageRow.number)
        if not self._is_sqlite:
            number = PG_TRGM.c.message
            found = all_stand_in(PG_TRGM.c.content, words)
            statement = sa.select(number).join(MessageRow, number == col(MessageRow.number)).where(found)
        else:
            # With + 0 the index is asked once for all, and not for each message in turn.
            number = FTS5.c.rowid
            statement = sa.select(number).select_from(MessageRow)
            statement = statement.join(FTS5, col(MessageRow.number) == number + 0)
            statement = statement.where(FTS5.c.message_search.match(trigrams(words)), stand_in_row(words))
        return statement.where(self._is_another(number)), number

    def _holds(self, words: Sequence[Word]) -> sa.ColumnElement[bool]:
        """Whether a message has all the words, asked of one after another."""
        found = self._in_place(_TABLE.c.number).in_(in_index(words, is_sqlite=self._is_sqlite))
        return sa.and_(found, stand_in_row(words)) if self._is_sqlite else found

    def _is_another(self, number: _Number) -> sa.ColumnElement[bool]:
        """Not the one that stands before all others."""
        return number != self.number if self.number is not None else sa.true()


def in_place(column: sa.ColumnElement[Any]) -> sa.ColumnElement[Any]:
    """The column in words by which SQLite uses no index of it."""
    return UnaryExpression(column, operator=custom_op("+"), type_=column.type)


_IS_PUBLICATION: sa.ColumnElement[bool] = col(LimitRunRow.name) == sa.literal_column(
    "'publication'", sa.String
)
"""Written out, not bound: SQLite goes by the index of just these runs only where it sees that it serves."""


def published_in(since: datetime | None, to: datetime | None) -> _Numbers:
    """Messages with a text whose publication was confirmed from `since` on and before `to`; None: whenever."""
    met = col(LimitRunRow.met_at)
    statement = sa.select(col(LimitRunRow.message)).where(_IS_PUBLICATION, met.is_not(None))
    return _within(statement, met, since, to)


def breached_in(since: datetime | None, to: datetime | None) -> _Numbers:
    """Messages with a limit that was breached from `since` on and before `to`, and not nobody's fault."""
    at = col(LimitRunRow.breached_at)
    statement = sa.select(col(LimitRunRow.message)).where(
        at.is_not(None), col(LimitRunRow.inherited).is_(sa.false())
    )
    return _within(statement, at, since, to)


def _within(statement: _Numbers, moment: Any, since: datetime | None, to: datetime | None) -> _Numbers:
    if since is not None:
        statement = statement.where(moment >= since)
    return statement.where(moment < to) if to is not None else statement


def _was_with(bodies: Sequence[str], number: _Number | None = None) -> sa.ColumnElement[bool]:
    """Asked of each message in turn: the page is full long before the end, or something narrower goes first."""
    body = col(_HELD.body)
    # Cast where there are several, so that SQLite reads the few bodies of a message instead of seeking each of these.
    held = body == bodies[0] if len(bodies) == 1 else sa.cast(body, sa.String).in_(bodies)
    asked = col(MessageRow.number) if number is None else number
    return sa.select(col(_HELD.message)).where(col(_HELD.message) == asked, held).exists()


def _all_bodies(actor: Actor) -> list[str] | None:
    """The bodies by which the person sees messages at one moment or another; None for one who may see all."""
    roles = {held.role for held in actor.roles}
    if not roles.isdisjoint(SEES_ALL):
        return None
    return sorted({held.body for held in actor.roles if held.role in SEES_OWN and held.body})


def visible(actor: Actor, now: datetime) -> sa.ColumnElement[bool]:
    """What the person may see, each message by its own clock."""
    return sa.or_(*(sa.and_(_of_these(bodies), within) for bodies, within in _seen(actor, now)))


def visible_by(number: _Number, actor: Actor, now: datetime) -> sa.ColumnElement[bool]:
    """The same of a column with numbers of messages: messages are read only where their clocks matter."""
    seen = _seen(actor, now)
    if len(seen) == 1:
        return _of_these(seen[0][0], number)
    return number.in_(sa.select(col(MessageRow.number)).where(visible(actor, now)))


def _seen(actor: Actor, now: datetime) -> list[tuple[tuple[str, ...] | None, sa.ColumnElement[bool]]]:
    """By which bodies the person sees messages, None for all, and those of which clocks."""
    return by_own_clock(lambda moment: _bodies_at(actor.capacities(moment)), actor.edges, now)


def _bodies_at(capacities: Sequence[Capacity]) -> tuple[str, ...] | None:
    """The bodies by which someone sees messages in these capacities; None for one who sees all."""
    if any(capacity.role in SEES_ALL for capacity in capacities):
        return None
    return tuple(bodies_of(capacities))


def _of_these(bodies: tuple[str, ...] | None, number: _Number | None = None) -> sa.ColumnElement[bool]:
    if bodies is None:
        return sa.true()
    return _was_with(bodies, number) if bodies else sa.false()
