"""Values of the directory that hold from a day on: titles of bodies and offices, hours of work, and offices to come.

A row says what an entry has from its day on, until the next row of the same field. Titles and hours keep their rows
for good. Offices are on record in `person_role`; they have a row here only until its day comes.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from enum import StrEnum
from operator import itemgetter
from typing import Any, NamedTuple, Self

import sqlalchemy as sa
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from calendar_rules.schedules import DEPARTMENT, HoursGiven
from store.people.tables import FROM_EVER, BodyRow, DatedValueRow


class Kind(StrEnum):
    """The fields that have days, and what their values are."""

    TITLES = "titles"
    """Of a body: its title and short title."""
    HOURS = "hours"
    """Of a body: its own hours; None where those of the installation's files hold."""
    POSITION = "position"
    """Of a person: the title of their office."""
    OFFICE = "office"
    """Of a person: whether they hold the office, and from what moment."""


OF_BODIES = (Kind.TITLES, Kind.HOURS)


class Field(NamedTuple):
    """One field of a body or person; `office` is a role, with its body where it belongs to one."""

    kind: Kind
    subject: str
    office: str = ""


@dataclass(frozen=True, slots=True)
class EffectiveDate:
    """When a change is entered (`now`, `today`), and since when it holds: titles from `day`, offices from `moment`.

    Days are those of the Department's zone.
    """

    now: datetime
    today: date
    moment: datetime
    day: date

    @classmethod
    def at_once(cls, now: datetime | None = None) -> Self:
        """From the moment it is entered."""
        now = now or datetime.now(UTC)
        return cls(now, now.date(), now, now.date())

    @property
    def is_planned(self) -> bool:
        """Whether the day is still to come."""
        return self.day > self.today


IN_ORDER = select(DatedValueRow).order_by(col(DatedValueRow.since))


Dated = DatedValueRow | sa.Row[Any]
"""A row, or the columns of one."""


def field_of(row: Dated) -> Field:
    return Field(Kind(row.kind), row.subject, row.office)


def on(rows: Iterable[Dated], day: date) -> dict[Field, Any]:
    """What each field has on a day, by rows in the order of their days; without those that have nothing by then."""
    return {field_of(row): row.value for row in rows if row.since <= day}


async def set_from(session: AsyncSession, day: date, changes: Iterable[tuple[Field, Any, Any]]) -> None:
    """Fields with their values before (None: none) and from the day on; what they had before stays on record."""
    known = {field_of(row) for row in await session.exec(IN_ORDER)}
    for field, before, after in changes:
        if before is not None and field not in known:
            session.add(_row(field, FROM_EVER, before))
        await session.merge(_row(field, day, after))
    await session.flush()


def _row(field: Field, since: date, value: Any) -> DatedValueRow:
    return DatedValueRow(
        kind=field.kind, subject=field.subject, office=field.office, since=since, value=value
    )


async def planned(session: AsyncSession, today: date) -> list[DatedValueRow]:
    """All that holds from days to come, in the order of the days."""
    return list(await session.exec(IN_ORDER.where(col(DatedValueRow.since) > today)))


async def forget_bodies(session: AsyncSession, bodies: Collection[str]) -> None:
    """Bodies that are gone have no values, and nobody will hold an office in them."""
    for row in await session.exec(IN_ORDER):
        if (row.kind in OF_BODIES and row.subject in bodies) or body_of(row.office) in bodies:
            await session.delete(row)


# ---- offices


def office_text(role: str, body: str | None) -> str:
    """An office as rows have it."""
    return f"{role} {body or ''}".strip()


def role_of(office: str) -> str:
    return office.partition(" ")[0]


def body_of(office: str) -> str | None:
    """The body of an office as rows have it."""
    return office.partition(" ")[2] or None


# ---- hours


async def hours(session: AsyncSession) -> HoursGiven:
    """The hours of all bodies that ever got their own in the program."""
    row = DatedValueRow
    found = await session.exec(
        select(row, BodyRow.kind)
        .join(BodyRow, col(BodyRow.key) == col(row.subject))
        .where(row.kind == Kind.HOURS)
    )
    return hours_in_order((own.subject, kind, own.since, own.value) for own, kind in found)


def hours_in_order(rows: Iterable[tuple[str, str, date, dict[str, Any] | None]]) -> HoursGiven:
    """The same of rows of body, its kind, day and hours."""
    found: dict[str, list[tuple[date, dict[str, Any] | None]]] = {}
    for body, kind, since, given in sorted(rows, key=itemgetter(0, 2)):
        found.setdefault(DEPARTMENT if kind == DEPARTMENT else body, []).append((since, given))
    return found


async def set_hours(session: AsyncSession, body: str, since: date, given: dict[str, Any] | None) -> None:
    """Hours of a body from a day on; None: those of the installation's files."""
    await set_from(session, since, [(Field(Kind.HOURS, body), None, given)])


async def withdraw(session: AsyncSession, rows: Iterable[DatedValueRow]) -> None:
    """What was to hold from a day on does not."""
    for row in rows:
        await session.delete(row)
    await session.flush()


async def forget_offices(session: AsyncSession, person: str) -> None:
    """Whoever has left takes up no office that was planned for them."""
    row = DatedValueRow
    await session.exec(sa.delete(row).where(col(row.kind) == Kind.OFFICE, col(row.subject) == person))
