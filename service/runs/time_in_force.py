"""The production calendar and the rules of zones in force: on record, one for all processes, whatever each finds.

A process brings what it finds into force where that is new: a calendar whose file has never been in force and has all
years of the one that is, zone data of a later release. Any other process, and one that was started with an older file,
counts by what is in force.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from pydantic import BaseModel, ConfigDict

from calendar_rules import zones
from calendar_rules.production_calendar import ProductionCalendar
from service.runs import working_times
from store.database import installation_settings
from store.database.session import Session
from store.messages import working_times as kept
from workflows.working_time import contents

if TYPE_CHECKING:
    from service.runs.rules import Rules

_SETTING = "time_in_force"


class TimeInForce(BaseModel):
    """What is in force: `calendar` is the name of its content among working times, `years` its first and last;
    `editions` are the files that have been in force, its own last. `zones` are rules by names of zones, of this
    `release` of zone data.
    """

    model_config = ConfigDict(frozen=True)

    calendar: str
    years: tuple[int, int]
    editions: tuple[str, ...]
    release: str
    zones: dict[str, str]


async def in_force(session: Session) -> TimeInForce | None:
    """What is in force; None before the first process of the API."""
    text = await installation_settings.value(session, _SETTING)
    return TimeInForce.model_validate_json(text) if text else None


async def take_over(session: Session, rules: Rules) -> TimeInForce | None:
    """Have these rules count by what is in force, if anything is; returns that."""
    stands = await in_force(session)
    if stands is not None:
        rules.keep_time(await _calendar(session, rules, stands), {**rules.zones, **stands.zones})
    return stands


async def bring(session: Session, rules: Rules) -> TimeInForce | None:
    """Bring into force what is new here, and have these rules count by what is in force then; returns that.

    None where another process has brought something at the same time: its own comes next.
    """
    stands = await take_over(session, rules)
    new = _with(rules, stands)
    if new == stands:
        return stands
    if stands is None or new.calendar != stands.calendar:
        await working_times.keep_in(session, [rules.production_of_file])
    known = None if stands is None else stands.model_dump_json()
    if not await installation_settings.replace(session, _SETTING, known, new.model_dump_json()):
        return None
    return await take_over(session, rules)


def _with(rules: Rules, stands: TimeInForce | None) -> TimeInForce:
    """What is in force, with what is new here in its place."""
    used = rules.schedules.zones
    own = TimeInForce(
        calendar=next(iter(contents([rules.production_of_file]))),
        years=(rules.production_of_file.first_year, rules.production_of_file.last_year),
        editions=(rules.edition,),
        release=rules.release,
        zones=zones.rules_of_all(used),
    )
    if stands is None:
        return own
    if own.release > stands.release:
        stands = stands.model_copy(update={"release": own.release, "zones": own.zones})
    elif used - stands.zones.keys():
        stands = stands.model_copy(update={"zones": own.zones | stands.zones})
    lost = own.years[0] > stands.years[0] or own.years[1] < stands.years[1]
    if lost or rules.edition in stands.editions:
        return stands
    editions = (*stands.editions, rules.edition)
    return stands.model_copy(update={"calendar": own.calendar, "years": own.years, "editions": editions})


async def _calendar(session: Session, rules: Rules, stands: TimeInForce) -> ProductionCalendar:
    if rules.edition == stands.editions[-1]:
        return rules.production_of_file
    connection = await session.connection()
    found = await connection.run_sync(kept.contents, [stands.calendar])
    return _read(found[stands.calendar]) if found else rules.production


@lru_cache(maxsize=4)
def _read(content: str) -> ProductionCalendar:
    return ProductionCalendar.model_validate_json(content)
