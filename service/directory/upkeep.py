"""Upkeep of the directory: what holds from a day on, or was entered in another process, comes into force here.

New working time reaches running messages by a command to each open one (docs/change/decisions.md, 5).
"""

from datetime import UTC, date, datetime, timedelta
from hashlib import sha256
from uuid import uuid4

import structlog

from calendar_rules.schedules import DEPARTMENT, HoursGiven
from service.runs import calendar_in_force, machine_commands
from service.runs.background import Background
from service.runs.calendar_in_force import CalendarInForce, in_force
from service.runs.rules import Rules
from service.runs.when_written import WhenWritten
from store.database import installation_settings
from store.database.engines import Database
from store.database.session import IntegrityError, Session
from store.directory import in_force as directory_in_force
from store.messages import finding
from store.people import dated_values
from store.promises import rows as promises
from workflows.commands import ChangeCalendar
from workflows.state import MessageState

log = structlog.get_logger(__name__)

_ON_THEIR_WAY = timedelta(minutes=1)

APPLIED = "working_time"
"""The setting that names the working time which running messages know."""


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


def fingerprint(rules: Rules) -> str:
    """A short name of the production calendar and of everyone's hours together."""
    content = f"{rules.production.version} {rules.schedules.model_dump_json()}"
    return sha256(content.encode()).hexdigest()[:16]


async def roll_out(database: Database, rules: Rules, looked_at: datetime | None = None) -> int:
    """Put a change of calendar into the outbox for every open message that may know another one; returns how many.

    The rules count by the hours that bodies have by then, and by the calendar in force, which is the one found
    here where it is new. One transaction: a second process that starts at the same time, or a start after a fall,
    adds nothing. `looked_at`: when this process last knew what is in force; where another has brought something since,
    messages registered here meanwhile are told too.
    """
    try:
        async with database.write() as session:
            # What is known first, then what stands: between them another process may only have brought it up to date.
            known = await installation_settings.value(session, APPLIED)
            rules.keep_hours(await dated_values.hours(session))
            before = fingerprint(rules)
            stands = await calendar_in_force.bring(session, rules)
            current = fingerprint(rules)
            if stands is None:
                return 0
            if stands.editions[-1] != rules.edition:
                log.warning("another file of the production calendar is in force", years=stands.years)
            if known == current:
                since = looked_at - _ON_THEIR_WAY if looked_at and before != current else None
                return await _notify_open_messages(session, rules, current, since) if since else 0
            if not await installation_settings.replace(session, APPLIED, known, current):
                return 0
            changed = await _notify_open_messages(session, rules, current) if known is not None else 0
            await promises.look_again(session)
    except IntegrityError:
        return 0
    if changed:
        log.info("working time has changed", messages=changed, working_time=current)
    return changed


async def _notify_open_messages(
    session: Session, rules: Rules, name: str, since: datetime | None = None
) -> int:
    """`since`: only those registered since then."""
    rows = [row for row in await finding.open_ones(session) if since is None or row.registered_at >= since]
    now = datetime.now(UTC)
    for row in rows:
        assert row.number is not None  # noqa: S101
        bodies = MessageState.model_validate(row.snapshot).bodies if row.snapshot else ()
        calendars = rules.calendars(row.detected_at)
        day = row.detected_at.astimezone(rules.zone).date()
        command = ChangeCalendar(
            id=uuid4().hex,
            person=None,
            taken_at=finding.message_now(row, now),
            production=calendars.production,
            department=calendars.department,
            # Those of a route under way are not in the state yet.
            bodies={
                body: rules.schedules.of(body).carried_from(day)
                for body in {*bodies, *rules.given} - {DEPARTMENT}
            },
        )
        await machine_commands.give(session, command, row.number, key=f"{APPLIED}-{command.id}", request=name)
    return len(rows)
