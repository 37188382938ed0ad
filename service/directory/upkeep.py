"""Upkeep of the directory: what holds from a day on, or was entered in another process, comes into force here."""

from datetime import UTC, date, datetime

import structlog

from calendar_rules.schedules import HoursGiven
from service.directory.calendar_rollout import roll_out
from service.runs.background import Background
from service.runs.calendar_in_force import CalendarInForce, in_force
from service.runs.rules import Rules
from service.runs.when_written import WhenWritten
from store.database.engines import Database
from store.directory import in_force as directory_in_force
from store.people import dated_values

log = structlog.get_logger(__name__)


class DirectoryUpkeep:
    """Puts hours, titles and offices into force."""

    def __init__(self, database: Database, rules: Rules) -> None:
        self._db = database
        self._rules = rules
        self._rolled_out: tuple[HoursGiven, CalendarInForce | None] | None = None
        self._looked_at = datetime.now(UTC)
        self._in_force_on: date | None = None
        self._bring_hours_once = WhenWritten(database, self._bring_hours)

    def background(self) -> Background:
        """Does so as long as it runs."""
        return Background(
            "upkeep of the directory",
            self.round,
            every=0.5,
            warning="the directory cannot be read now",
            fault="the directory could not be brought into force",
        )

    async def round(self) -> None:
        """Bring into force what there is to bring now."""
        await self._bring_hours_once()
        await self._put_into_force()

    async def _bring_hours(self) -> None:
        """Hours that a body was given, and a calendar that is new, here or by another process, reach the messages
        under way."""
        now = datetime.now(UTC)
        async with self._db.lookup() as session:
            found = await dated_values.hours(session), await in_force(session)
        self._rules.keep_hours(found[0])
        if found != self._rolled_out:
            await roll_out(self._db, self._rules, self._looked_at)
            self._rolled_out = found
        self._looked_at = now

    async def _put_into_force(self) -> None:
        """Titles and offices that hold from today on are what everybody reads from now on."""
        today = datetime.now(self._rules.zone).date()
        if today == self._in_force_on:
            return
        async with self._db.write(alone=True) as session:
            changed = await directory_in_force.put_into_force(session, today)
        if changed:
            log.info("planned changes of the directory have come into force", values=changed)
        self._in_force_on = today
