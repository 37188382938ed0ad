"""Working hours that bodies are given in the browser, over those of the installation's files."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from calendar_rules.act_words import said
from calendar_rules.schedules import DEPARTMENT, Schedule, with_hours
from calendar_rules.working_hours import Intervals
from service.access import note as access_note
from service.access import record as access_record
from service.access import wording
from service.access.errors import ConflictError
from service.access.recorded_calls import Call
from service.directory import hours_text
from service.directory.editing import edition_of
from service.directory.effective_date import FIELD, TITLE, effective_date
from service.directory.errors import MisfitError
from service.directory.hours_text import SPECIAL, ZONE, Texts
from service.runs import calendar_in_force
from service.runs.rules import Rules
from store.database.engines import Database
from store.database.session import Session
from store.directory import edits as directory_edits
from store.directory import rows as directory_rows
from store.directory.edits import Action, Edit, Part
from store.messages import finding
from store.people import dated_values
from store.people.persons import Actor

ZONES = (
    *("Europe/Kaliningrad", "Europe/Moscow", "Europe/Samara", "Asia/Yekaterinburg", "Asia/Omsk"),
    *("Asia/Krasnoyarsk", "Asia/Irkutsk", "Asia/Yakutsk", "Asia/Vladivostok"),
    *("Asia/Magadan", "Asia/Kamchatka"),
)


@dataclass(frozen=True, slots=True)
class HoursHeld:
    """Hours as texts, from the day `since` on; None: from ever. `planned`: the day is still to come."""

    since: date | None
    texts: Texts
    planned: bool

    @property
    def brief(self) -> str:
        """The week in one line."""
        return hours_text.brief(self.texts)


@dataclass(frozen=True, slots=True)
class BodyHours:
    """The hours of a body: those in force, all that ever held or will hold, and the exact content in one line.

    `own`, `own_for_good`: those in force, and those that will hold for good, were given in the browser.
    """

    now: HoursHeld
    held: Sequence[HoursHeld]
    own: bool
    own_for_good: bool
    assumed: bool
    edition: str

    @property
    def texts(self) -> Texts:
        """Those in force."""
        return self.now.texts

    @property
    def last(self) -> HoursHeld:
        """Those that will hold for good: what a change is made of."""
        return self.held[-1]


async def bring(database: Database, rules: Rules) -> None:
    """Count by the hours that bodies have in the database, and by the calendar in force, too: for what starts beside
    the API."""
    async with database.read() as session:
        rules.keep_hours(await dated_values.hours(session))
        await calendar_in_force.take_over(session, rules)


class WorkingHours:
    """Shows and changes the hours by which time is counted."""

    def __init__(self, database: Database, rules: Rules) -> None:
        self._db = database
        self._rules = rules

    async def of(self, body: str | None) -> BodyHours:
        """The hours of a body as they stand in the database; None: the Department's."""
        return (await self.every([body]))[0]

    async def every(self, bodies: Sequence[str | None]) -> list[BodyHours]:
        """The hours of several at once."""
        await self.refresh()
        return [self._shown(body) for body in bodies]

    def _shown(self, body: str | None) -> BodyHours:
        schedule, today = self._rules.schedules.of(body), datetime.now(self._rules.zone).date()
        given = self._rules.given.get(body or DEPARTMENT, ())
        days = [None, *(hours.until for hours in schedule.former)]
        held = [
            HoursHeld(since, hours_text.texts_of(hours), since is not None and since > today)
            for since, hours in zip(days, [*schedule.former, schedule], strict=True)
        ]
        return BodyHours(
            now=[one for one in held if not one.planned][-1],
            held=held,
            own=_is_given_on(given, today),
            own_for_good=_is_given_on(given, date.max),
            assumed=schedule.on(today).assumed,
            edition=edition_of(schedule),
        )

    async def open_messages(self, body: str | None) -> int:
        """Open messages that are or were with the body; None: all that are open. Their limits move with the hours."""
        async with self._db.read() as session:
            return await finding.open_with(session, body)

    async def change(
        self, caller: Actor, body: str, title: str, texts: Texts | None, seen: str, since: str = ""
    ) -> None:
        """Give a body its hours from a day on, by its key in the directory; without texts as in the files again.

        `since` is the day as it was typed, today where it is blank; `seen` the edition of what was shown. Running
        messages are told within seconds, and their open limits move, on record: what lies before the day is counted by
        what held then. Raises MisfitError with what is wrong by field, and ConflictError where the hours are others by
        now.
        """
        async with self._db.write(alone=True) as session:
            whose = None if body == await directory_rows.department_key(session) else body
            standing = await self._standing(session, whose)
            if edition_of(standing) != seen:
                raise ConflictError(wording.ENTRY_CHANGED)
            effective = effective_date(since, self._rules.zone)
            day, today = effective.day, effective.today
            if day < today:
                # What was counted by then was counted by what held.
                raise MisfitError({FIELD: wording.SINCE_IN_THE_PAST.format(today=today)})
            before = standing.on(day)
            hours = None if texts is None else hours_text.parse(texts)
            if whose is None and hours is not None and hours[ZONE] != before.timezone:
                # Everything shown and counted by days goes by it, in every process.
                raise MisfitError({ZONE: said(wording.ZONE_OF_THE_DEPARTMENT)})
            if hours is not None:
                _refuse_lost_days(hours["exceptions"], standing, today, day)
            await dated_values.set_hours(session, body, day, hours)
            after = (await self._standing(session, whose)).on(day)
            fields = hours_text.changes(hours_text.texts_of(before), hours_text.texts_of(after))
            if fields:
                fields.append((TITLE, "", f"{day:%d.%m.%Y}"))
                edit = Edit(Part.HOURS, body, title, Action.CHANGED, fields)
                directory_edits.note(session, caller.key, effective.now, [edit])
            counted = {"changed": {"hours": [0, len(fields), 0]}}
            await access_record.write_beside(session, caller.key, Call.DIRECTORY_APPLY, counted)
        access_note.is_written(Call.DIRECTORY_APPLY)
        await self.refresh()

    async def _standing(self, session: Session, body: str | None) -> Schedule:
        return with_hours(self._rules.of_files, await dated_values.hours(session)).of(body)

    async def refresh(self) -> None:
        """This process counts by them at once; the upkeep of each tells the messages."""
        await bring(self._db, self._rules)


def _is_given_on(given: Sequence[tuple[date, dict[str, Any] | None]], day: date) -> bool:
    return next((hours for since, hours in reversed(given) if since <= day), None) is not None


def _refuse_lost_days(special: Mapping[str, Intervals], standing: Schedule, today: date, since: date) -> None:
    """A special day to come that lies before the day from which it would hold is nobody's wish. Raises MisfitError."""
    given = {date.fromisoformat(day): hours for day, hours in special.items()}
    for day in sorted({*given, *(day for hours in (*standing.former, standing) for day in hours.exceptions)}):
        if today <= day < since and given.get(day) != standing.on(day).exceptions.get(day):
            raise MisfitError({SPECIAL: wording.SPECIAL_DAY_BEFORE.format(day=day)})


def zones(current: str) -> list[tuple[str, str]]:
    """The zones to choose from, each with how far it is from Moscow: «МСК+1 (Europe/Samara)»."""
    now = datetime.now(UTC).replace(tzinfo=None)
    moscow = ZoneInfo("Europe/Moscow").utcoffset(now) or timedelta()
    found = []
    for name in ZONES if current in ZONES else (current, *ZONES):
        hours = round(((ZoneInfo(name).utcoffset(now) or timedelta()) - moscow) / timedelta(hours=1))
        found.append((name, f"МСК{hours:+d} ({name})" if hours else f"МСК ({name})"))
    return found
