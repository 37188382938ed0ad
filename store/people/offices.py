"""Holders of the offices that notices go to, and who stands in for them; read by the worker with each record.

Everything is asked of a moment: who oversaw a body on a day stays on record when another does.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import (
    Connection,
    Select,
    String,
    bindparam,
    cast,
    literal_column,
    null,
    or_,
    select,
    true,
    union_all,
)
from sqlmodel import col

from store.database.columns import UtcMoment
from store.people.office_terms import NOW
from store.people.persons import Substitution, ends_after
from store.people.tables import AbsenceRow, BodyRow, PersonRoleRow, PersonRow

# Built once: building a statement costs more than executing it.
_HOLDERS = (
    select(
        col(PersonRoleRow.role),
        col(PersonRoleRow.body),
        col(PersonRoleRow.person),
        col(PersonRoleRow.since),
        col(PersonRoleRow.until),
        col(PersonRow.left_at),
    )
    .join(PersonRow, col(PersonRow.key) == col(PersonRoleRow.person))
    .where(
        or_(col(PersonRow.active).is_(true()), col(PersonRow.left_at) > NOW),
        col(PersonRoleRow.body).is_(None) | col(PersonRoleRow.body).in_(bindparam("bodies", expanding=True)),
        or_(col(PersonRoleRow.until).is_(None), col(PersonRoleRow.until) > NOW),
    )
    .order_by(col(PersonRoleRow.person), col(PersonRoleRow.id))
)
_AWAY = (
    select(
        col(AbsenceRow.person), col(AbsenceRow.substitute), col(AbsenceRow.starts_at), col(AbsenceRow.ends_at)
    )
    .where(
        col(AbsenceRow.starts_at) <= bindparam("latest", type_=UtcMoment),
        ends_after(bindparam("earliest", type_=UtcMoment)),
    )
    .order_by(col(AbsenceRow.recorded_at), col(AbsenceRow.id))
)
_NAMES = select(col(PersonRow.key), col(PersonRow.name)).where(
    col(PersonRow.key).in_(bindparam("people", expanding=True))
)
_TITLES = select(col(BodyRow.key), col(BodyRow.short_title))
_TERM, _ABSENCE, _TITLE = "term", "absence", "title"


def _part(what: str, statement: Any, *columns: Any) -> Select[Any]:
    """Rows of a statement as those of the statement that asks for all: what each is, and seven columns."""
    named: Select[Any] = statement.with_only_columns(
        literal_column(f"'{what}'").label("what"), *columns, maintain_column_froms=True
    )
    return named.order_by(None)


_ALL = union_all(
    _part(
        _TERM,
        _HOLDERS,
        col(PersonRoleRow.person).label("who"),
        col(PersonRoleRow.role),
        col(PersonRoleRow.body),
        col(PersonRoleRow.since),
        col(PersonRoleRow.until),
        col(PersonRow.left_at).label("left_or_recorded_at"),
        cast(null(), String).label("absence"),
    ),
    _part(
        _ABSENCE,
        _AWAY,
        null(),
        col(AbsenceRow.person),
        col(AbsenceRow.substitute),
        col(AbsenceRow.starts_at),
        col(AbsenceRow.ends_at),
        col(AbsenceRow.recorded_at),
        col(AbsenceRow.id),
    ),
    _part(
        _TITLE,
        _TITLES,
        null(),
        col(BodyRow.key),
        col(BodyRow.short_title),
        null(),
        null(),
        null(),
        null(),
    ),
    # Terms by person, absences as they were recorded; whoever reads them takes a person of an office once.
).order_by(*map(literal_column, ("what", "who", "left_or_recorded_at", "absence")))


class Term(NamedTuple):
    """That somebody holds an office from `since` on (None: from ever) and before `until`; they left at `left_at`."""

    role: str
    body: str | None
    person: str
    since: datetime | None
    until: datetime | None
    left_at: datetime | None = None

    def covers(self, moment: datetime) -> bool:
        """Whether the office was theirs at a moment."""
        ends = [end for end in (self.until, self.left_at) if end is not None]
        return (self.since is None or self.since <= moment) and all(moment < end for end in ends)

    @property
    def works(self) -> bool:
        """Whether they still work here, in whatever office."""
        return self.left_at is None


def terms(connection: Connection, bodies: Iterable[str], earliest: datetime) -> Sequence[Term]:
    """Every office of these bodies, and of those that belong to none, that is held at `earliest` or later."""
    rows = connection.execute(_HOLDERS, {"bodies": sorted(bodies), "now": earliest})
    return [Term(*row) for row in rows]


def holders(
    connection: Connection, bodies: Iterable[str], at: datetime
) -> Sequence[tuple[str, str | None, str]]:
    """Role, body and person of every office of these bodies, and of those that belong to none, at a moment, to be told
    of something; without those who have left since."""
    return [
        (term.role, term.body, term.person)
        for term in terms(connection, bodies, at)
        if term.covers(at) and term.works
    ]


class Known(NamedTuple):
    """What `terms`, `away` and `titles` return."""

    terms: Sequence[Term]
    away: tuple[Substitution, ...]
    titles: Mapping[str, str]


def known(connection: Connection, bodies: Iterable[str], earliest: datetime, latest: datetime) -> Known:
    """What a record asks of the people and the bodies, in one statement."""
    given = {"bodies": sorted(bodies), "now": earliest, "earliest": earliest, "latest": latest}
    found: dict[str, list[tuple[Any, ...]]] = {_TERM: [], _ABSENCE: [], _TITLE: []}
    for row in connection.execute(_ALL, given):
        found[row[0]].append(tuple(row))
    return Known(
        [Term(role, body, who, *moments) for _, who, role, body, *moments, _ in found[_TERM]],
        tuple(Substitution(person, other, *span) for _, _, person, other, *span, _, _ in found[_ABSENCE]),
        {row[2]: row[3] for row in found[_TITLE]},
    )


def away(connection: Connection, earliest: datetime, latest: datetime) -> tuple[Substitution, ...]:
    """Every substitution in force at some moment from `earliest` to `latest`, the one recorded last at the end."""
    rows = connection.execute(_AWAY, {"earliest": earliest, "latest": latest})
    return tuple(Substitution(*row) for row in rows)


def titles(connection: Connection) -> dict[str, str]:
    """Short titles of all bodies, by key."""
    return dict(connection.execute(_TITLES).all())


def names(connection: Connection, people: Iterable[str]) -> dict[str, str]:
    """Names of these people by sign-in, also of those who have left; nothing is asked where there are none."""
    wanted = sorted(people)
    return dict(connection.execute(_NAMES, {"people": wanted}).all()) if wanted else {}
