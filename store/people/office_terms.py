"""Terms of offices: who holds which from when until when; rows are ended, and never taken away (cl. 6, 20)."""

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime

import sqlalchemy as sa
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from store.database.columns import UtcMoment
from store.people import dated_values
from store.people.dated_values import EffectiveDate, Field, Kind
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


async def set_from(
    session: AsyncSession,
    offices: Mapping[str, Iterable[Office]],
    returned: Collection[str],
    effective: EffectiveDate,
) -> None:
    """Let each of these people hold `offices` and no others, from the date on; what is planned for later stays planned.

    `returned` are those who work here again: what they held when they left ended then.
    """
    rows = (await session.exec(select(PersonRoleRow))).all()
    known = {(row.role, row.body) for row in rows}
    for person, wanted in offices.items():
        held = {} if person in returned else _held_by(rows, person, effective.now)
        ending = [row for office, row in held.items() if office not in set(wanted)]
        beginning = [office for office in dict.fromkeys(wanted) if office not in held]
        if effective.is_planned:
            changed = [((row.role, row.body), False) for row in ending]
            changed += [(office, True) for office in beginning]
            moment = effective.moment.isoformat()
            planned = [
                (Field(Kind.OFFICE, person, dated_values.office_text(*office)), None, [begins, moment])
                for office, begins in changed
            ]
            await dated_values.set_from(session, effective.day, planned)
            continue
        await _end(session, ending, effective.moment)
        for role, body in beginning:
            # The first who ever holds an office holds it from ever.
            since = effective.moment if (role, body) in known else None
            session.add(PersonRoleRow(person=person, role=role, body=body, since=since))


def _held_by(rows: Iterable[PersonRoleRow], person: str, now: datetime) -> dict[Office, PersonRoleRow]:
    return {
        (row.role, row.body): row
        for row in rows
        if row.person == person
        and (row.since is None or row.since <= now)
        and (row.until is None or row.until > now)
    }


async def change(session: AsyncSession, person: str, office: Office, at: datetime, *, begins: bool) -> None:
    """An office begins or ends at a moment; nothing happens where it is held, or not, already."""
    role, body = office
    found = await session.exec(
        select(PersonRoleRow).where(
            PersonRoleRow.person == person,
            PersonRoleRow.role == role,
            col(PersonRoleRow.body).is_(None) if body is None else col(PersonRoleRow.body) == body,
            col(PersonRoleRow.until).is_(None),
        )
    )
    held = found.all()
    if begins and not held:
        session.add(PersonRoleRow(person=person, role=role, body=body, since=at))
    if not begins:
        await _end(session, held, at)


async def end_all(session: AsyncSession, person: str, at: datetime) -> None:
    """Everything the person held, or was to hold, ended at a moment: they had left."""
    rows = await session.exec(
        select(PersonRoleRow).where(PersonRoleRow.person == person, col(PersonRoleRow.until).is_(None))
    )
    await _end(session, rows.all(), at)
    await dated_values.forget_offices(session, person)


async def _end(session: AsyncSession, rows: Iterable[PersonRoleRow], at: datetime) -> None:
    for row in rows:
        if row.since is not None and row.since >= at:
            await session.delete(row)
        else:
            row.until = at
            session.add(row)
