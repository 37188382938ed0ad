"""Absences of people, with their substitutes or without (cl. 6): recorded, listed, ended, and claimed as they begin."""

import secrets
from collections.abc import Sequence
from datetime import UTC, datetime

import sqlalchemy as sa
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from store.people.persons import storable
from store.people.tables import AbsenceRow, PersonRow

EARLIEST = datetime(2000, 1, 1, tzinfo=UTC)
LATEST = datetime(2100, 1, 1, tzinfo=UTC)
AT_MOST = 200
"""Absences on record of one person."""


class AbsenceError(ValueError):
    """An absence that cannot be; the text says in Russian what is wrong, `field` which part of it."""

    def __init__(self, field: str, text: str) -> None:
        super().__init__(text)
        self.field = field


async def record(
    session: AsyncSession,
    person: str,
    *,
    substitute: str | None,
    starts_at: datetime,
    ends_at: datetime | None,
    recorded_by: str,
    now: datetime,
) -> AbsenceRow:
    """Put an absence on record; without `ends_at` it lasts until it is ended, without `substitute` nobody stands in.

    Raises AbsenceError for one that ends before it starts, lies outside what can be meant, has a substitute who cannot
    be, or is one too many.
    """
    for field, moment in (("from", starts_at), ("to", ends_at)):
        if moment is not None and not EARLIEST <= moment <= LATEST:
            raise AbsenceError(
                field, f"Нужен момент с {EARLIEST:%d.%m.%Y} по {LATEST:%d.%m.%Y}, проверьте год."
            )
    if ends_at is not None and ends_at <= starts_at:
        raise AbsenceError("to", "Конец отсутствия должен быть позже начала.")
    if substitute == person:
        raise AbsenceError("substitute", "Замещать должен другой сотрудник.")
    if substitute is not None:
        found = await session.get(PersonRow, substitute) if storable(substitute) else None
        if found is None or not found.active:
            raise AbsenceError("substitute", "Такого сотрудника нет. Укажите имя для входа замещающего.")
    on_record = select(sa.func.count()).select_from(AbsenceRow).where(col(AbsenceRow.person) == person)
    if (await session.exec(on_record)).one() >= AT_MOST:
        raise AbsenceError(
            "key", f"У сотрудника уже записано отсутствий: {AT_MOST}. Удалите прошедшие и повторите."
        )
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


def runs(absence: AbsenceRow, now: datetime) -> bool:
    """Whether it has begun before `now`, and is not over."""
    return absence.starts_at < now and (absence.ends_at is None or now < absence.ends_at)


async def end(session: AsyncSession, absence: AbsenceRow, now: datetime) -> None:
    """End an absence that runs at `now`: the person is back. One that has not begun, or is over, is removed."""
    if runs(absence, now):
        absence.ends_at = now
        session.add(absence)
    else:
        await session.delete(absence)


_BEGUN = select(AbsenceRow).where(col(AbsenceRow.notified_at).is_(None))


async def next_to_begin(session: AsyncSession) -> datetime | None:
    """When the first of those begins of which nobody was notified: from then on `claim_begun` finds it."""
    first = (
        select(AbsenceRow.starts_at)
        .where(col(AbsenceRow.notified_at).is_(None))
        .order_by(col(AbsenceRow.starts_at))
        .limit(1)
    )
    return (await session.exec(first)).first()


async def claim_begun(session: AsyncSession, now: datetime, limit: int) -> Sequence[AbsenceRow]:
    """Absences that have begun and of which somebody is still to be notified, which this transaction does.

    In the order in which they began. No other transaction gets them, unless this one fails.
    """
    begun = (
        _BEGUN.where(col(AbsenceRow.starts_at) <= now)
        .order_by(col(AbsenceRow.starts_at), col(AbsenceRow.recorded_at))
        .limit(limit)
        .with_for_update()
    )
    rows = (await session.exec(begun)).all()
    for row in rows:
        row.notified_at = now
        session.add(row)
    return rows
