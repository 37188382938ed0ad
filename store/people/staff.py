"""Everybody in the directory as those see them who look after accounts; also who has left."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from calendar_rules.vocabulary import Role
from store.people.office_terms import held_at
from store.people.persons import Capacity, storable
from store.people.tables import PersonRoleRow, PersonRow, SecondFactorRow, TokenRow


@dataclass(frozen=True, slots=True)
class Member:
    """Somebody with their own roles, and how they may sign in."""

    key: str
    name: str
    position: str
    email: str | None
    active: bool
    has_password: bool
    must_change_password: bool
    second_factor: bool
    sign_ins: int
    """Open ones."""
    roles: Sequence[Capacity]

    def holds(self, *roles: Role) -> bool:
        """Whether one of the roles is theirs, in whatever body."""
        return any(held.role in roles for held in self.roles)


async def everybody(session: AsyncSession, now: datetime) -> list[Member]:
    """All members of staff by name."""
    return await _members(session, now)


async def one(session: AsyncSession, key: str, now: datetime) -> Member | None:
    """The member of this sign-in; None where there is none."""
    return next(iter(await _members(session, now, key)), None) if storable(key) else None


async def _members(session: AsyncSession, now: datetime, key: str | None = None) -> list[Member]:
    people = select(PersonRow, SecondFactorRow.confirmed_at).outerjoin(
        SecondFactorRow, col(SecondFactorRow.person) == col(PersonRow.key)
    )
    roles = select(PersonRoleRow).where(held_at(now)).order_by(col(PersonRoleRow.id))
    if key is not None:
        people = people.where(PersonRow.key == key)
        roles = roles.where(PersonRoleRow.person == key)
    held: dict[str, list[Capacity]] = {}
    for role in await session.exec(roles):
        held.setdefault(role.person, []).append(Capacity(Role(role.role), role.body))
    sign_ins = await _open_sign_ins(session, now)
    rows = (await session.exec(people.order_by(col(PersonRow.name), col(PersonRow.key)))).all()
    return [
        Member(
            key=person.key,
            name=person.name,
            position=person.position,
            email=person.email,
            active=person.active,
            has_password=bool(person.password_hash),
            must_change_password=person.must_change_password,
            second_factor=confirmed_at is not None,
            sign_ins=sign_ins.get(person.key, 0),
            roles=tuple(held.get(person.key, ())),
        )
        for person, confirmed_at in rows
    ]


async def _open_sign_ins(session: AsyncSession, now: datetime) -> Mapping[str, int]:
    statement = (
        select(TokenRow.person, func.count())
        .where(col(TokenRow.revoked_at).is_(None), col(TokenRow.expires_at) > now)
        .group_by(col(TokenRow.person))
    )
    return dict((await session.exec(statement)).all())
