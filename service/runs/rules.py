"""Rules of an installation: the regulation, working hours, the production calendar, and what is judged by them."""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from pathlib import Path
from zoneinfo import ZoneInfo

from calendar_rules import CalendarError, act_words, production_calendar, regulation, schedules
from calendar_rules.act_words import Words
from calendar_rules.due_moments import DueMoment, Stood, due_moment
from calendar_rules.lateness import late_by
from calendar_rules.production_calendar import ProductionCalendar
from calendar_rules.regulation import LimitName, Readings, Regulation, RegulationError
from calendar_rules.schedules import HoursGiven, ScheduleError, Schedules, with_hours
from calendar_rules.vocabulary import Importance
from calendar_rules.work_calendar import WorkCalendar
from service.runs import calendar_in_force
from settings import Settings
from store.database.engines import Database
from store.database.session import Session
from store.people import dated_values
from workflows.state import Calendars

_NO_TIME = timedelta(0)


@dataclass
class Rules:
    """The act in force with everything that time is counted by.

    `schedules` are those of the files until `keep_hours` brings what bodies were given in the browser. `file` and
    `edition` are those of the production calendar, which is the file's until `keep_calendar` brings the one in force
    for all processes.
    """

    regulation: Regulation
    schedules: Schedules
    production: ProductionCalendar
    file: Path = production_calendar.DATA_FILE
    edition: str = ""

    def __post_init__(self) -> None:
        self.of_files = self.schedules
        self.production_of_file = self.production
        self.given: HoursGiven = {}
        self._calendars: dict[str | None, WorkCalendar] = {}

    def keep_hours(self, given: HoursGiven) -> None:
        """Count from now on by the files with these hours over them, each from its day on."""
        if given == self.given:
            return
        self.schedules = with_hours(self.of_files, given)
        self.given = dict(given)
        # Behind the hours: whoever still makes a calendar of those before keeps it among the old ones.
        self._calendars = {}

    def keep_calendar(self, production: ProductionCalendar) -> None:
        """Count from now on by this production calendar."""
        if production == self.production:
            return
        self.production = production
        self._calendars = {}

    @property
    def file_in_force(self) -> Path | None:
        """The file of the production calendar; None where that in force has been brought from another."""
        return self.file if self.production == self.production_of_file else None

    @property
    def readings(self) -> Readings:
        """How the act in force is read."""
        return self.regulation.readings

    @property
    def department(self) -> WorkCalendar:
        """The calendar of curator limits and of `answer`."""
        return self.calendar_of(None)

    def calendar_of(self, body: str | None) -> WorkCalendar:
        """The calendar by which the limits of a body run, as the act has it; None: the Department's."""
        own, made = body if self.readings.calendars == "holder" else None, self._calendars
        if own not in made:
            made[own] = self.schedules.of(own).calendar(
                self.production, breaks_stop_the_clock=self.readings.breaks_stop_the_clock
            )
        return made[own]

    def late(
        self, calendar: str | None, due: datetime, until: datetime, stood: Sequence[Stood] = ()
    ) -> timedelta:
        """Working time from a due moment to `until`, by the calendar of a body or, for None, the Department.

        Less the time that it `stood`, in which nobody could work.
        """
        hours = self.calendar_of(calendar)
        pauses = (late_by(hours, max(due, pause.start), min(until, pause.end)) for pause in stood)
        return late_by(hours, due, until) - sum(pauses, _NO_TIME)

    def calendars(self, detected_at: datetime) -> Calendars:
        """What a message detected then takes along: its year, the one before, and all that follow.

        Raises CalendarRangeError for a detection before the loaded years.
        """
        day = detected_at.astimezone(self.zone).date()
        return Calendars(
            production=self.production.carried_from(day),
            department=self.schedules.of(None).carried_from(day),
        )

    @property
    def zone(self) -> ZoneInfo:
        """The Department's time zone."""
        return ZoneInfo(self.schedules.of(None).timezone)

    def opening(self, at: datetime) -> datetime:
        """When a notice of that moment may leave: once the Department is open, at once where the act says so."""
        if self.readings.notices.outside_hours == "at_once":
            return at
        try:
            return self.department.add(at, _NO_TIME)
        except CalendarError:
            # A notice is not worth losing over a calendar that does not go back so far: it goes out at once.
            return at

    def routing_due(self, detected_at: datetime) -> datetime:
        """The due moment of `routing`. Raises CalendarRangeError before the loaded years."""
        return self.routing(detected_at).due_at

    def answer_due(self, start: datetime) -> datetime:
        """The due moment of `answer` in its ordinary term. Raises CalendarRangeError before the loaded years."""
        return self.answer(start).due_at

    def routing(self, detected_at: datetime) -> DueMoment:
        """When a message detected then is to be routed (cl. 7). Raises CalendarRangeError before the loaded years."""
        term = self.regulation.routing_term(repeated=False)
        return due_moment(self.regulation, self.department, LimitName.ROUTING, detected_at, term=term)

    def answer(
        self, start: datetime, *, reduced_term: timedelta | None = None, importance: Importance | None = None
    ) -> DueMoment:
        """When an answer whose term starts then is due (cl. 9). Raises CalendarRangeError before the loaded years."""
        term = self.regulation.answer_term(importance, reduced_term)
        return due_moment(self.regulation, self.department, LimitName.ANSWER, start, term=term)

    def first_due(self, detected_at: datetime) -> datetime:
        """The first due moment of a message detected then. Raises CalendarRangeError before the loaded years."""
        routing = self.routing_due(detected_at)
        if self.regulation.limits.answer.starts != ("detection",):
            return routing
        return min(routing, self.answer_due(detected_at))


class RulesError(ValueError):
    """The act, the working hours or the production calendar of an installation is not accepted; the text says why."""


def load(act: Path | None, hours: Path | None, calendar: Path | None = None) -> Rules:
    """Read the files of an installation; order 238, its hours and the shipped calendar where none are named.

    From then on whoever has read them speaks in the words of that act (`calendar_rules.act_words`).

    Raises RulesError.
    """
    try:
        held = schedules.load(hours) if hours else schedules.assumed()
        file = calendar or production_calendar.DATA_FILE
        production, edition = production_calendar.with_edition(file)
        in_force = regulation.load(act) if act else regulation.order_238()
        act_words.speak(in_force.words)
        return Rules(
            regulation=in_force,
            schedules=held,
            production=production,
            file=file,
            edition=edition,
        )
    except (RegulationError, ScheduleError, CalendarError) as error:
        raise RulesError(str(error)) from error


def speak(act: Path | None) -> None:
    """Speak in the words of the act in force, by its file; as before where that cannot be used.

    For who writes without counting: the file is read again only when it has changed.
    """
    with suppress(RegulationError, OSError):
        words = regulation.order_238().words if act is None else _words(act, act.stat().st_mtime_ns)
        act_words.speak(words)


@lru_cache(maxsize=8)
def _words(act: Path, _changed_at: int) -> Words:
    return regulation.load(act).words


def load_files(settings: Settings) -> Rules:
    """The same of the files that settings name. Raises RulesError."""
    return load(settings.regulation, settings.schedules, settings.calendar)


def zone_of(settings: Settings) -> ZoneInfo:
    """The Department's zone; a file that cannot be used, or is not here with a copy, keeps nobody from looking."""
    try:
        return load_files(settings).zone
    except RulesError:
        return ZoneInfo(schedules.assumed().of(None).timezone)


class RulesInForce:
    """The rules as they are at each look: the act, or the hours of a body, may be others by the next one.

    Nothing is read before: a worker leads messages also where a file of the act cannot be used.
    """

    def __init__(self, settings: Settings, database: Database) -> None:
        self._settings = settings
        self._database = database

    async def now(self) -> Rules:
        """By the installation's files, with the hours given in the browser over them. Raises RulesError."""
        async with self._database.lookup() as session:
            return await self.seen_in(session)

    async def seen_in(self, session: Session) -> Rules:
        """The same, in a transaction that is under way. Raises RulesError."""
        rules = load_files(self._settings)
        rules.keep_hours(await dated_values.hours(session))
        await calendar_in_force.take_over(session, rules)
        return rules
