"""Absences of people and their substitutes (cl. 6): recorded, listed, ended."""

import secrets
from datetime import datetime

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from store.people import storable
from store.tables import AbsenceRow, PersonRow


class AbsenceError(ValueError):
    """An absence that cannot be; the text says in Russian what is wrong, `field` which part of it."""

    def __init__(self, field: str, text: str) -> None:
        super().__init__(text)
        self.field = field


async def record(
    session: AsyncSession,
    person: str,
    *,
    substitute: str,
    starts_at: datetime,
    ends_at: datetime,
    recorded_by: str,
    now: datetime,
) -> AbsenceRow:
    """Put an absence on record. Raises AbsenceError for one that ends before it starts, or has no substitute."""
    if ends_at <= starts_at:
        raise AbsenceError("to", "Конец отсутствия должен быть позже начала.")
    if substitute == person:
        raise AbsenceError("substitute", "Замещать должен другой сотрудник.")
    found = await session.get(PersonRow, substitute) if storable(substitute) else None
    if found is None or not found.active:
        raise AbsenceError("substitute", "Такого сотрудника нет. Укажите имя для входа замещающего.")
    absence = AbsenceRow(
        id=secrets.token_hex(8),
        person=person,
        substitute=substitute,
        starts_at=starts_at,
        ends_at=ends_at,
        recorded_by=recorded_by,
        recorded_at=now,
    )
    session.add(absence)
    return absence


async def of(session: AsyncSession, person: str) -> list[AbsenceRow]:
    """Every absence of a person, the one recorded last first."""
    rows = await session.exec(
        select(AbsenceRow)
        .where(col(AbsenceRow.person) == person)
        .order_by(col(AbsenceRow.recorded_at).desc(), col(AbsenceRow.id).desc())
    )
    return list(rows)


async def one(session: AsyncSession, person: str, absence: str) -> AbsenceRow | None:
    """An absence of this person by its id."""
    found = await session.get(AbsenceRow, absence) if storable(absence) else None
    return found if found is not None and found.person == person else None


async def end(session: AsyncSession, absence: AbsenceRow, now: datetime) -> None:
    """End an absence at `now`: the person is back. One that has not begun is forgotten; one that is over stays."""
    if now <= absence.starts_at:
        await session.delete(absence)
    elif now < absence.ends_at:
        absence.ends_at = now
        session.add(absence)
