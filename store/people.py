"""People of the service: what each may do at a moment, and who acts in whose place (cl. 6).

What a person may do depends on the moment, and in training every message has a clock of its own. So rows are
loaded once, and the answer for a moment is computed from them without the database.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from calendar_rules.vocabulary import Role
from store.tables import AbsenceRow, PersonRoleRow, PersonRow, TokenRow, UtcMoment


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
class Substitution:
    """From `starts_at` until `ends_at`, that moment itself not included, `person` is away; None: until it is ended."""

    person: str
    substitute: str
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
    """A person with the roles and substitutions that decide what they may do at any moment."""

    key: str
    name: str
    position: str
    roles: tuple[RoleHeld, ...]
    substitutions: tuple[Substitution, ...]

    def capacities(self, moment: datetime) -> tuple[Capacity, ...]:
        """Everything the person may act as at `moment`: their own roles first, then those of the absent."""
        return tuple(
            Capacity(held.role, held.body, None if represented == self.key else represented)
            for represented in represented_by(self.key, self.substitutions, moment)
            for held in self.roles
            if held.person == represented
        )

    @property
    def edges(self) -> tuple[datetime, ...]:
        """The moments at which what the person may act as changes."""
        return tuple(moment for away in self.substitutions for moment in away.edges)


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


def stand_in(person: str, substitutions: Sequence[Substitution], moment: datetime) -> str:
    """Who gets at `moment` what is meant for the person: they themselves, or whoever their chain of substitutes
    ends with.

    Of several absences at once the last of the sequence decides. A chain that comes back to itself leaves
    nobody at work: it stays with the person.
    """
    current, passed = person, {person}
    while True:
        now_away = [away for away in substitutions if away.person == current and away.covers(moment)]
        if not now_away:
            return current
        current = now_away[-1].substitute
        if current in passed:
            return person
        passed.add(current)


# ---- from the database


def storable(key: str) -> bool:
    """Whether a key from outside can be looked up: PostgreSQL refuses a zero character in a text."""
    return "\x00" not in key


_PERSON, _ROLE, _AWAY = "person", "role", "away"


def _actor_selected_by(person: sa.Select[Any]) -> sa.CompoundSelect[Any]:
    """One statement for a person, the roles and the substitutions: every request begins with it.

    `person` selects one `key`. Each row begins with what it is; what such a row does not use is null.
    """
    who = person.cte("who")
    reach = sa.select(who.c.key).cte("reach", recursive=True)
    # UNION, not UNION ALL: it stops where a chain of substitutes comes back to itself.
    reach = reach.union(
        sa.select(col(AbsenceRow.person)).join(reach, col(AbsenceRow.substitute) == reach.c.key)
    )
    no_text, no_moment = sa.cast(sa.null(), sa.String), sa.cast(sa.null(), UtcMoment)
    themselves = sa.select(
        sa.literal(_PERSON),
        col(PersonRow.key),
        col(PersonRow.name),
        col(PersonRow.position),
        no_moment,
        no_moment,
    ).join(who, col(PersonRow.key) == who.c.key)
    roles = sa.select(
        sa.literal(_ROLE),
        col(PersonRoleRow.person),
        col(PersonRoleRow.role),
        col(PersonRoleRow.body),
        no_moment,
        no_moment,
    ).join(reach, col(PersonRoleRow.person) == reach.c.key)
    substitutions = sa.select(
        sa.literal(_AWAY),
        col(AbsenceRow.person),
        col(AbsenceRow.substitute),
        no_text,
        col(AbsenceRow.starts_at),
        col(AbsenceRow.ends_at),
    ).join(reach, col(AbsenceRow.substitute) == reach.c.key)
    return sa.union_all(themselves, roles, substitutions)


_BY_KEY = _actor_selected_by(
    sa.select(col(PersonRow.key)).where(
        col(PersonRow.key) == sa.bindparam("key"), col(PersonRow.active).is_(sa.true())
    )
)
_BY_TOKEN = _actor_selected_by(
    sa.select(col(PersonRow.key))
    .join(TokenRow, col(TokenRow.person) == col(PersonRow.key))
    .where(
        col(TokenRow.digest) == sa.bindparam("digest"),
        col(TokenRow.revoked_at).is_(None),
        col(TokenRow.expires_at) > sa.bindparam("now", type_=UtcMoment),
        col(PersonRow.active).is_(sa.true()),
    )
)


async def actor(session: AsyncSession, key: str) -> Actor | None:
    """The person of a sign-in; None if there is no such person, or they have left."""
    return await _actor(session, _BY_KEY, {"key": key}) if storable(key) else None


async def actor_of_token(session: AsyncSession, digest: str, now: datetime) -> Actor | None:
    """Whose token this is; None for one that is unknown, expired or revoked."""
    return await _actor(session, _BY_TOKEN, {"digest": digest, "now": now})


async def _actor(
    session: AsyncSession, statement: sa.CompoundSelect[Any], parameters: dict[str, str | datetime]
) -> Actor | None:
    rows = (await (await session.connection()).execute(statement, parameters)).all()
    found = next((row for row in rows if row[0] == _PERSON), None)
    if found is None:
        return None
    _, key, name, position, _, _ = found
    return Actor(
        key=key,
        name=name,
        position=position,
        roles=tuple(
            RoleHeld(person, Role(role), body) for tag, person, role, body, _, _ in rows if tag == _ROLE
        ),
        substitutions=tuple(
            Substitution(person, substitute, starts_at, ends_at)
            for tag, person, substitute, _, starts_at, ends_at in rows
            if tag == _AWAY
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


async def who_stands_in(session: AsyncSession, person: str, moment: datetime) -> str:
    """Who gets at `moment` what is meant for the person; see `stand_in`."""
    return stand_in(person, await substitutions_at(session, moment), moment)


async def holders(session: AsyncSession, role: Role, body: str | None = None) -> list[str]:
    """Who holds a role, in a body where the role belongs to one, by sign-in; without those who have left."""
    rows = await session.exec(
        select(PersonRoleRow.person)
        .join(PersonRow, col(PersonRow.key) == col(PersonRoleRow.person))
        .where(
            col(PersonRoleRow.role) == role,
            col(PersonRoleRow.body) == body if body is not None else col(PersonRoleRow.body).is_(None),
            col(PersonRow.active).is_(sa.true()),
        )
        .order_by(col(PersonRoleRow.person))
        .distinct()
    )
    return list(rows)
