"""Working time goes on record before a message counts by it: due moments are explained by it for good."""

from collections.abc import Iterable, Mapping
from typing import Any

from calendar_rules.production_calendar import ProductionCalendar
from calendar_rules.schedules import Schedule
from store.database import statements
from store.database.engines import Database
from store.database.session import Session
from store.messages import working_times
from workflows.commands import ChangeCalendar, Route, Transfer
from workflows.state import Calendars, MessageInput
from workflows.vocabulary import Command
from workflows.working_time import contents

WorkingTime = ProductionCalendar | Schedule

_BRINGS_HOURS: Mapping[str, type[Route | Transfer | ChangeCalendar]] = {
    Command.ROUTE: Route,
    Command.TRANSFER: Transfer,
    Command.CHANGE_CALENDAR: ChangeCalendar,
}


class WorkingTimes:
    """Writes what messages are about to count by, each content once."""

    def __init__(self, database: Database) -> None:
        self._db = database
        self._kept: set[str] = set()

    async def keep(self, given: Iterable[WorkingTime]) -> None:
        """Have it in the database, committed. Raises DatabaseError."""
        found = contents(given)
        if found.keys() <= self._kept:
            return
        async with self._db.write() as session:
            await _write(session, found)
        self._kept |= found.keys()


async def keep_in(session: Session, given: Iterable[WorkingTime]) -> None:
    """The same, in a transaction that is under way."""
    await _write(session, contents(given))


async def _write(session: Session, found: Mapping[str, str]) -> None:
    connection = await session.connection()
    await statements.run(session, working_times.keep(found, connection.dialect.name))


def of_start(start: MessageInput) -> list[WorkingTime]:
    """What a run of a message begins with."""
    carried = [start.carried.calendars] if start.carried else []
    hours = [
        one for command in start.past if isinstance(command, Route) for one in command.schedules.values()
    ]
    return [one for calendars in (start.calendars, *carried) for one in of_calendars(calendars)] + hours


def of_calendars(calendars: Calendars) -> list[WorkingTime]:
    """What a message takes along."""
    return [calendars.production, calendars.department, *calendars.bodies.values()]


def of_command(name: str, payload: Mapping[str, Any]) -> list[WorkingTime]:
    """What a command brings to its message. Raises ValidationError for a payload of another form."""
    kind = _BRINGS_HOURS.get(name)
    if kind is None:
        return []
    command = kind.model_validate(payload)
    if isinstance(command, ChangeCalendar):
        return [command.production, command.department, *command.bodies.values()]
    return list(command.schedules.values())
