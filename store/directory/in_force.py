"""Coming into force of what was entered for a day: the one place where planned values become those that hold."""

from datetime import date, datetime

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from store.people import dated_values, office_terms
from store.people.dated_values import Field, Kind
from store.people.tables import BodyRow, DatedValueRow, PersonRow


async def put_into_force(session: AsyncSession, today: date) -> int:
    """Write what holds today where everybody reads it; returns how many values have changed by that.

    Hours are read from their rows, and are not among them.
    """
    rows = (await session.exec(dated_values.IN_ORDER.where(col(DatedValueRow.since) <= today))).all()
    held = dated_values.on(rows, today)
    changed = 0
    for body in await session.exec(select(BodyRow)):
        title, short = held.get(Field(Kind.TITLES, body.key), (body.title, body.short_title))
        if (title, short) != (body.title, body.short_title):
            body.title, body.short_title = title, short
            changed += 1
    for person in await session.exec(select(PersonRow)):
        position = held.get(Field(Kind.POSITION, person.key), person.position)
        if position != person.position:
            person.position = position
            changed += 1
    for row in rows:
        if row.kind == Kind.OFFICE:
            begins, moment = row.value
            office = dated_values.role_of(row.office), dated_values.body_of(row.office)
            await office_terms.change(
                session, row.subject, office, datetime.fromisoformat(moment), begins=begins
            )
            await session.delete(row)
            changed += 1
    return changed
