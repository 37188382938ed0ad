"""The production calendar in force: on record, one for all processes, whatever file each finds.

A process brings its file into force where that has never been in force and has all years of the one that is. Any other
process counts by what is in force.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from pydantic import BaseModel, ConfigDict

from calendar_rules.production_calendar import ProductionCalendar
from service.runs import working_times
from store.database import installation_settings
from store.database.session import Session
from store.messages import working_times as kept
from workflows.working_time import contents

if TYPE_CHECKING:
    from service.runs.rules import Rules

_SETTING = "calendar_in_force"


class CalendarInForce(BaseModel):
    """`calendar` is the name of its content among working times, `years` its first and last; `editions` are the files
    that have been in force, its own last.
    """

    model_config = ConfigDict(frozen=True)

    calendar: str
    years: tuple[int, int]
    editions: tuple[str, ...]


async def in_force(session: Session) -> CalendarInForce | None:
    """What is in force; None before the first process of the API."""
    text = await installation_settings.value(session, _SETTING)
    return CalendarInForce.model_validate_json(text) if text else None


async def take_over(session: Session, rules: Rules) -> CalendarInForce | None:
    """Have these rules count by what is in force, if anything is; returns that."""
    stands = await in_force(session)
    if stands is not None:
        rules.keep_calendar(await _calendar(session, rules, stands))
    return stands


async def bring(session: Session, rules: Rules) -> CalendarInForce | None:
    """Bring the calendar found here into force if it is new, and have these rules count by what is in force then.

    Returns that; None where another process has brought something at the same time: its own comes next.
    """
    stands, found = await take_over(session, rules), rules.production_of_file
    if stands is not None:
        lost = found.first_year > stands.years[0] or found.last_year < stands.years[1]
        if lost or rules.edition in stands.editions:
            return stands
    await working_times.keep_in(session, [found])
    new = CalendarInForce(
        calendar=next(iter(contents([found]))),
        years=(found.first_year, found.last_year),
        editions=(*(stands.editions if stands else ()), rules.edition),
    )
    known = stands.model_dump_json() if stands else None
    if not await installation_settings.replace(session, _SETTING, known, new.model_dump_json()):
        return None
    return await take_over(session, rules)


async def _calendar(session: Session, rules: Rules, stands: CalendarInForce) -> ProductionCalendar:
    if rules.edition == stands.editions[-1]:
        return rules.production_of_file
    connection = await session.connection()
    found = await connection.run_sync(kept.contents, [stands.calendar])
    return _read(found[stands.calendar]) if found else rules.production


@lru_cache(maxsize=4)
def _read(content: str) -> ProductionCalendar:
    return ProductionCalendar.model_validate_json(content)
