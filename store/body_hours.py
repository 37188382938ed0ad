"""Working hours of bodies that were given in the browser."""

from typing import Any

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from calendar_rules.schedules import DEPARTMENT, HoursGiven
from store.tables import BodyHoursRow, BodyRow


async def given(session: AsyncSession) -> HoursGiven:
    """The hours of all bodies that ever got their own here."""
    statement = select(BodyHoursRow.body, BodyHoursRow.hours, BodyRow.kind).join(
        BodyRow, col(BodyRow.key) == col(BodyHoursRow.body)
    )
    rows = (await session.exec(statement)).all()
    return {
        DEPARTMENT if kind == DEPARTMENT else body: None if hours is None else dict(hours)
        for body, hours, kind in rows
    }


async def keep(session: AsyncSession, body: str, hours: dict[str, Any] | None) -> None:
    """Give a body its hours, or take them back."""
    await session.merge(BodyHoursRow(body=body, hours=hours))
