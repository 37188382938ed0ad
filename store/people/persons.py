"""People of the service: what each may do at a moment, and who acts in whose place (cl. 6).

What a person may do depends on the moment, and in training every message has a clock of its own. So rows are
loaded once, and the answer for a moment is computed from them without the database.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from calendar_rules.vocabulary import Role
from store.database.columns import UtcMoment, from_microseconds
from store.people import titles
from store.people.office_terms import held_at
from store.people.tables import AbsenceRow, PersonRoleRow, PersonRow, SecondFactorRow, TokenRow


@dataclass(frozen=True, slots=True)
class Capacity:
    """One thing a person may act as: a role, the body it is held in, and for whom if as a substitute."""

    role: Role
    body: str | None = None
    acting_for: str | None = None


@dataclass(frozen=True, slots=True)
class RoleHeld:
    """A role, and whose it is."""

    person: str
    role: Role
    body: str | None


@dataclass(frozen=True, slots=True)
class OfficeLeft:
    """A role that somebody held before: from `since` on (None: from ever), and before `until`."""

    person: str
    role: Role
    body: str | None
    since: datetime | None
    until: datetime


@dataclass(frozen=True, slots=True)
class Substitution:
    """From `starts_at` until `ends_at`, that moment itself not included, `person` is away; None: until it is ended.

    Without a `substitute` nobody acts in the person's place.
    """

    person: str
    substitute: str | None
    starts_at: datetime
    ends_at: datetime | None

    def covers(self, moment: datetime) -> bool:
        return self.starts_at <= moment and (self.ends_at is None or moment < self.ends_at)

    @property
    def edges(self) -> tuple[datetime, ...]:
        """The moments at which it begins and ends."""
        return (self.starts_at,) if self.ends_at is None else (self.starts_at, self.ends_at)


@dataclass(frozen=True, slots=True)
class Actor:
    """A person with the roles and substitutions that decide what they may do at any moment.

    Those of whoever they may stand in for are among them; with the head of the Department also those of the curators.
    """

    key: str
    name: str
    position: str
    roles: tuple[RoleHeld, ...]
    substitutions: tuple[Substitution, ...]
    left: tuple[OfficeLeft, ...] = ()
    """Offices that they, or those they may stand in for, held before."""

    def offices_left(self, moment: datetime) -> tuple[OfficeLeft, ...]:
        """What the person held before, and what those did whom they stand in for at `moment`."""
        persons = represented_by(self.key, self.substitutions, moment)
        return tuple(office for office in self.left if office.person in persons)

    def capacities(self, moment: datetime) -> tuple[Capacity, ...]:
        """Everything the person may act as at `moment`: their own roles first, then those of the absent.

        The head of the Department acts as a curator too while no curator is at work.
        """
        found = tuple(
            Capacity(held.role, held.body, None if represented == self.key else represented)
            for represented in represented_by(self.key, self.substitutions, moment)
            for held in self.roles
            if held.person == represented
        )
        held = {capacity.role for capacity in found}
        if Role.HEAD not in held or Role.CURATOR in held or self._curator_at_work(moment):
            return found
        return (*found, Capacity(Role.CURATOR))

    def _curator_at_work(self, moment: datetime) -> bool:
        curators = [held.person for held in self.roles if held.role is Role.CURATOR]
        present = {stand_in(curator, self.substitutions, moment) for curator in curators} - {None}
        return not present <= {away.person for away in self.substitutions if away.covers(moment)}

    @property
    def edges(self) -> tuple[datetime, ...]:
        """The moments at which what the person may act as changes."""
        return tuple(moment for away in self.substitutions for moment in away.edges)


class Lacking(StrEnum):
    """What a sign-in lacks before everything is open to it."""

    NOTHING = "nothing"
    OWN_PASSWORD = "own password"  # noqa: S105
    """Somebody else has set the password that it was made with."""
    CODE = "code"
    """The person has a second factor, and it was not proved at this sign-in."""
    SECOND_FACTOR = "second factor"
    """The person has none; it matters where one is required."""


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A sign-in that is open: whose, and what it lacks."""

    id: str
    digest: str
    person: Actor
    lacking: Lacking


def represented_by(person: str, substitutions: Sequence[Substitution], moment: datetime) -> tuple[str, ...]:
    """The person, and everyone they stand in for at `moment`, also through others who are away; nearest first."""
    found = [person]
    for present in found:  # grows while it is walked
        found += [
            away.person
            for away in substitutions
            if away.substitute == present and away.covers(moment) and away.person not in found
        ]
    return tuple(dict.fromkeys(found))


def stand_in(person: str, substitutions: Sequence[Substitution], moment: datetime) -> str | None:
    """Who gets at `moment` what is meant for the person: they themselves, or whoever their chain of substitutes
    ends with; None where it ends with somebody absent without a substitute.

    Of several absences at once the last of the sequence decides. A chain that comes back to itself leaves
    nobody at work: it stays with the person.
    """
    current, passed = person, {person}
    while True:
        now_away = [away for away in substitutions if away.person == current and away.covers(moment)]
        if not now_away:
            return current
        substitute = now_away[-1].substitute
        if substitute is None:
            return None
        if substitute in passed:
            return person
        current = substitute
        passed.add(current)


def nobody_stands_in(substitutions: Sequence[Substitution], moment: datetime) -> frozenset[str]:
    """Who is absent at `moment` with nobody at work in their place."""
    persons = {away.person for away in substitutions}
    return frozenset(person for person in persons if stand_in(person, substitutions, moment) is None)


# ---- from the database


def storable(key: str) -> bool:
    """Whether a key from outside can be looked up: PostgreSQL refuses a zero character in a text."""
    return "\x00" not in key


_PERSON, _ROLE, _AWAY, _SIGN_IN = "person", "role", "away", "sign-in"


def _actor_selected_by(person: sa.Select[Any], *more: sa.Select[Any]) -> sa.CompoundSelect[Any]:
    """One statement for a person, the roles and the substitutions: every request begins with it.

    `person` selects one `key`; what `more` selects comes with it. Each row begins with what it is; what such a row does
    not use is null.
    """
    who = person.cte("who")
    reach = sa.select(who.c.key).cte("reach", recursive=True)
    # UNION, not UNION ALL: it stops where a chain of substitutes comes back to itself.
    reach = reach.union(
        sa.select(col(AbsenceRow.person)).join(reach, col(AbsenceRow.substitute) == reach.c.key)
    )
    holds_head = sa.exists(
        sa.select(col(PersonRoleRow.person))
        .join(reach, col(PersonRoleRow.person) == reach.c.key)
        .where(col(PersonRoleRow.role) == Role.HEAD)
    )
    # Curators, and whoever stands in for them in turn.
    duty = (
        sa.select(col(PersonRoleRow.person).label("key"))
        .where(col(PersonRoleRow.role) == Role.CURATOR, holds_head)
        .cte("duty", recursive=True)
    )
    duty = duty.union(sa.select(col(AbsenceRow.substitute)).join(duty, col(AbsenceRow.person) == duty.c.key))
    no_moment = sa.cast(sa.null(), UtcMoment)
    themselves: Any = sa.select(
        sa.literal(_PERSON).label("what"),
        col(PersonRow.key).label("first"),
        col(PersonRow.name).label("second"),
        col(PersonRow.position).label("third"),
        no_moment.label("starts"),
        no_moment.label("ends"),
    ).join(who, col(PersonRow.key) == who.c.key)
    roles = sa.select(
        sa.literal(_ROLE),
        col(PersonRoleRow.person),
        col(PersonRoleRow.role),
        col(PersonRoleRow.body),
        col(PersonRoleRow.since),
        col(PersonRoleRow.until),
    ).where(
        sa.or_(
            col(PersonRoleRow.person).in_(sa.select(reach.c.key)),
            sa.and_(col(PersonRoleRow.role) == Role.CURATOR, holds_head),
        )
    )
    substitutions = sa.select(
        sa.literal(_AWAY),
        col(AbsenceRow.person),
        col(AbsenceRow.substitute),
        sa.cast(col(AbsenceRow.recorded_at), sa.String),
        col(AbsenceRow.starts_at),
        col(AbsenceRow.ends_at),
    ).where(
        sa.or_(
            col(AbsenceRow.substitute).in_(sa.select(reach.c.key)),
            col(AbsenceRow.person).in_(sa.select(duty.c.key)),
        )
    )
    return sa.union_all(themselves, roles, substitutions, *more)


_BY_KEY = _actor_selected_by(
    sa.select(col(PersonRow.key)).where(
        col(PersonRow.key) == sa.bindparam("key"), col(PersonRow.active).is_(sa.true())
    )
)
_OPEN_TOKEN = sa.and_(
    col(TokenRow.digest) == sa.bindparam("digest"),
    col(TokenRow.revoked_at).is_(None),
    col(TokenRow.expires_at) > sa.bindparam("now", type_=UtcMoment),
)
_LACKING = sa.case(
    (col(PersonRow.must_change_password).is_(sa.true()), Lacking.OWN_PASSWORD.value),
    (col(TokenRow.second_factor).is_(sa.true()), Lacking.NOTHING.value),
    (col(SecondFactorRow.confirmed_at).is_not(None), Lacking.CODE.value),
    else_=Lacking.SECOND_FACTOR.value,
)
_BY_TOKEN = _actor_selected_by(
    sa.select(col(PersonRow.key))
    .join(TokenRow, col(TokenRow.person) == col(PersonRow.key))
    .where(_OPEN_TOKEN, col(PersonRow.active).is_(sa.true())),
    sa.select(
        sa.literal(_SIGN_IN),
        col(TokenRow.id),
        _LACKING,
        sa.cast(sa.null(), sa.String),
        sa.cast(sa.null(), UtcMoment),
        sa.cast(sa.null(), UtcMoment),
    )
    .join(PersonRow, col(PersonRow.key) == col(TokenRow.person))
    .outerjoin(SecondFactorRow, col(SecondFactorRow.person) == col(TokenRow.person))
    .where(_OPEN_TOKEN),
)


async def actor(session: AsyncSession, key: str) -> Actor | None:
    """The person of a sign-in; None if there is no such person, or they have left."""
    return await _actor(session, _BY_KEY, {"key": key}) if storable(key) else None


async def name_and_position(session: AsyncSession, key: str, on: date) -> tuple[str, str] | None:
    """How a person is named in a document of a day, whether they still may act or not."""
    found = await session.get(PersonRow, key)
    if found is None:
        return None
    positions = await (await session.connection()).run_sync(titles.positions_on, on)
    return found.name, positions[key]


async def signed_in(session: AsyncSession, digest: str, now: datetime) -> SignedIn | None:
    """The sign-in of a token; None for one that is unknown, expired or revoked, or whose person has left."""
    return _signed_in_by(await _rows(session, _BY_TOKEN, {"digest": digest, "now": now}), digest)


def sign_in_as_json(dialect: str) -> sa.ColumnElement[str]:
    """All that `signed_in` reads, as one value beside what else a statement selects; `digest` and `now` are its own."""
    rows = _BY_TOKEN.subquery("sign_in")
    of_each = sa.func.json_build_array if dialect == "postgresql" else sa.func.json_array
    of_all = sa.func.json_agg if dialect == "postgresql" else sa.func.json_group_array
    return sa.select(sa.cast(of_all(of_each(*rows.c)), sa.String)).scalar_subquery()


def signed_in_from(value: str | None, digest: str) -> SignedIn | None:
    """What `signed_in` returns, from that value."""
    rows = [(*texts, _moment(begins), _moment(ends)) for *texts, begins, ends in json.loads(value or "[]")]
    return _signed_in_by(rows, digest)


def _moment(value: str | int | None) -> datetime | None:
    """A moment as the databases write it in JSON."""
    if value is None:
        return None
    return from_microseconds(value) if isinstance(value, int) else datetime.fromisoformat(value)


def _signed_in_by(rows: Sequence[tuple[Any, ...]], digest: str) -> SignedIn | None:
    person = _actor_of(rows)
    if person is None:
        return None
    id_, lacking = next((id_, lacking) for tag, id_, lacking, *_ in rows if tag == _SIGN_IN)
    return SignedIn(id_, digest, person, Lacking(lacking))


async def _actor(
    session: AsyncSession, statement: sa.CompoundSelect[Any], parameters: dict[str, str | datetime]
) -> Actor | None:
    return _actor_of(await _rows(session, statement, parameters))


async def _rows(
    session: AsyncSession, statement: sa.CompoundSelect[Any], parameters: dict[str, str | datetime]
) -> list[tuple[Any, ...]]:
    return [tuple(row) for row in (await (await session.connection()).execute(statement, parameters)).all()]


def _actor_of(rows: Sequence[tuple[Any, ...]]) -> Actor | None:
    found = next((row for row in rows if row[0] == _PERSON), None)
    if found is None:
        return None
    _, key, name, position, _, _ = found
    now = datetime.now(UTC)
    roles = [row[1:] for row in rows if row[0] == _ROLE]
    return Actor(
        key=key,
        name=name,
        position=position,
        roles=tuple(
            RoleHeld(person, Role(role), body)
            for person, role, body, since, until in roles
            if (since is None or since <= now) and (until is None or until > now)
        ),
        substitutions=tuple(
            Substitution(person, substitute, starts_at, ends_at)
            # Of several at once the one recorded last decides, as it stands last.
            for _, person, substitute, _, starts_at, ends_at in sorted(
                (row for row in rows if row[0] == _AWAY), key=lambda row: row[3]
            )
        ),
        left=tuple(
            OfficeLeft(person, Role(role), body, since, until)
            for person, role, body, since, until in roles
            if until is not None and until <= now
        ),
    )


def ends_after(moment: datetime | sa.BindParameter[datetime]) -> sa.ColumnElement[bool]:
    """Of absences: whether it is not over at `moment`."""
    return sa.or_(col(AbsenceRow.ends_at).is_(None), col(AbsenceRow.ends_at) > moment)


async def substitutions_at(session: AsyncSession, moment: datetime) -> tuple[Substitution, ...]:
    """Every substitution in force at `moment`, the one recorded last at the end: what `stand_in` goes by."""
    rows = await session.exec(
        select(AbsenceRow)
        .where(col(AbsenceRow.starts_at) <= moment, ends_after(moment))
        .order_by(col(AbsenceRow.recorded_at), col(AbsenceRow.id))
    )
    return tuple(Substitution(row.person, row.substitute, row.starts_at, row.ends_at) for row in rows)


async def holders(session: AsyncSession, role: Role, body: str | None = None) -> list[str]:
    """Who holds a role now, in a body where the role belongs to one, by sign-in; without those who have left."""
    rows = await session.exec(
        select(PersonRoleRow.person)
        .join(PersonRow, col(PersonRow.key) == col(PersonRoleRow.person))
        .where(
            col(PersonRoleRow.role) == role,
            col(PersonRoleRow.body) == body if body is not None else col(PersonRoleRow.body).is_(None),
            col(PersonRow.active).is_(sa.true()),
            held_at(datetime.now(UTC)),
        )
        .order_by(col(PersonRoleRow.person))
        .distinct()
    )
    return list(rows)


async def names(session: AsyncSession) -> dict[str, str]:
    """Everybody's name by sign-in, also of those who have left: the record names them."""
    return dict((await session.exec(select(PersonRow.key, PersonRow.name))).all())
