"""Terms of offices: who holds which from when until when; rows are ended, and never taken away (cl. 6, 20)."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from datetime import datetime

import sqlalchemy as sa
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from store.database.columns import UtcMoment
from store.people.held_from import HeldFrom
from store.people.tables import PersonRoleRow

Office = tuple[str, str | None]
"""A role, and the body it is held in where it belongs to one."""


def held_at(moment: datetime | sa.BindParameter[datetime]) -> sa.ColumnElement[bool]:
    """Of roles: whether it is held at a moment."""
    row = PersonRoleRow
    return sa.and_(
        sa.or_(col(row.since).is_(None), col(row.since) <= moment),
        sa.or_(col(row.until).is_(None), col(row.until) > moment),
    )


NOW = sa.bindparam("now", type_=UtcMoment)
"""The moment that a statement is executed with."""


async def bring(
    session: AsyncSession, offices: Mapping[str, Iterable[Office]], returned: Collection[str], held: HeldFrom
) -> None:
    """Bring what each of these people holds up to `offices`: what falls away ends, what comes begins.

    `returned` are those who work here again: what they held when they left ended then. The first who ever holds an
    office holds it from ever. What is planned already for later stays as it is.
    """
    rows: dict[str, list[PersonRoleRow]] = defaultdict(list)
    known: set[Office] = set()
    for row in await session.exec(select(PersonRoleRow).order_by(col(PersonRoleRow.id))):
        known.add((row.role, row.body))
        rows[row.person].append(row)
    for person, given in offices.items():
        standing = {} if person in returned else _standing(rows[person], held.now)
        wanted = dict.fromkeys(given)
        for office, row in standing.items():
            if office not in wanted:
                await _end(session, row, held.moment)
        for office in wanted:
            if office not in standing:
                since = held.moment if office in known or held.is_planned else None
                session.add(PersonRoleRow(person=person, role=office[0], body=office[1], since=since))


async def end_all(session: AsyncSession, person: str, at: datetime) -> None:
    """Everything the person held ended at a moment: they had left."""
    for row in await session.exec(
        select(PersonRoleRow).where(PersonRoleRow.person == person, col(PersonRoleRow.until).is_(None))
    ):
        await _end(session, row, at)


async def _end(session: AsyncSession, row: PersonRoleRow, at: datetime) -> None:
    if row.since is not None and row.since >= at:
        await session.delete(row)
        return
    row.until = at
    session.add(row)


def _standing(rows: Iterable[PersonRoleRow], now: datetime) -> dict[Office, PersonRoleRow]:
    return {
        (row.role, row.body): row
        for row in rows
        if (row.since is None or row.since <= now) and (row.until is None or row.until > now)
    }


# ---- what is planned


async def planned(session: AsyncSession, now: datetime) -> list[PersonRoleRow]:
    """Offices that will begin, or end, at a moment to come."""
    row = PersonRoleRow
    found = await session.exec(
        select(row)
        .where(sa.or_(col(row.since) > now, col(row.until) > now))
        .order_by(col(row.since), col(row.until), col(row.id))
    )
    return list(found)


async def withdraw(session: AsyncSession, rows: Iterable[PersonRoleRow], moment: datetime) -> None:
    """Of these, what was to begin at a moment does not, and what was to end then goes on."""
    for row in rows:
        if row.since == moment:
            await session.delete(row)
        elif row.until == moment:
            row.until = None
            session.add(row)
