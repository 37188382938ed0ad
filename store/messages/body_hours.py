"""Working hours of bodies that were given in the browser, each from a day on."""

from collections.abc import Iterable
from datetime import date
from operator import itemgetter
from typing import Any

from sqlalchemy import delete
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from calendar_rules.schedules import DEPARTMENT, HoursGiven
from store.messages.tables import BodyHoursRow
from store.people.tables import BodyRow


async def given(session: AsyncSession) -> HoursGiven:
    """The hours of all bodies that ever got their own here, in the order of their days."""
    statement = select(BodyHoursRow, BodyRow.kind).join(BodyRow, col(BodyRow.key) == col(BodyHoursRow.body))
    rows = (await session.exec(statement)).all()
    return in_order((row.body, kind, row.since, row.hours) for row, kind in rows)


def in_order(rows: Iterable[tuple[str, str, date, dict[str, Any] | None]]) -> HoursGiven:
    """The same of rows of body, its kind, day and hours."""
    found: dict[str, list[tuple[date, dict[str, Any] | None]]] = {}
    for body, kind, since, hours in sorted(rows, key=itemgetter(0, 2)):
        own = found.setdefault(DEPARTMENT if kind == DEPARTMENT else body, [])
        own.append((since, None if hours is None else dict(hours)))
    return found


async def keep(session: AsyncSession, body: str, since: date, hours: dict[str, Any] | None) -> None:
    """Give a body its hours from a day on, or, without hours, take its own back from then on."""
    await session.merge(BodyHoursRow(body=body, since=since, hours=hours))


async def withdraw(session: AsyncSession, body: str, since: date) -> None:
    """What was to hold from a day on does not."""
    await session.exec(
        delete(BodyHoursRow).where(col(BodyHoursRow.body) == body, col(BodyHoursRow.since) == since)
    )
