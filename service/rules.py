"""What messages are started by: the regulation, working hours, the production calendar, read when the API starts."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from pathlib import Path
from zoneinfo import ZoneInfo

from calendar_rules import CalendarError, production_calendar, regulation, schedules
from calendar_rules.production_calendar import ProductionCalendar
from calendar_rules.regulation import Regulation, RegulationError
from calendar_rules.schedules import ScheduleError, Schedules
from calendar_rules.work_calendar import WorkCalendar
from workflows.state import Calendars


@dataclass(frozen=True)
class Rules:
    """The act in force with everything that time is counted by."""

    regulation: Regulation
    schedules: Schedules
    production: ProductionCalendar

    @cached_property
    def department(self) -> WorkCalendar:
        """The calendar of curator limits and of `answer`."""
        breaks = self.regulation.readings.breaks_stop_the_clock
        return self.schedules.of(None).calendar(self.production, breaks_stop_the_clock=breaks)

    def calendars(self, detected_at: datetime) -> Calendars:
        """What a message detected then takes along: its year, the one before, and all that follow.

        Raises CalendarRangeError for a detection before the loaded years.
        """
        return Calendars(
            production=self.production.carried_from(detected_at.astimezone(self.zone).date()),
            department=self.schedules.of(None),
        )

    @property
    def zone(self) -> ZoneInfo:
        """The Department's time zone."""
        return ZoneInfo(self.schedules.of(None).timezone)

    def routing_due(self, detected_at: datetime) -> datetime:
        """When a message detected then is to be routed (cl. 7). Raises CalendarRangeError."""
        term = self.regulation.routing_term(repeated=False)
        return term.due(self.department, detected_at, self.regulation.readings.counting)

    def first_due(self, detected_at: datetime) -> datetime:
        """The first due moment of a message detected then. Raises CalendarRangeError."""
        return min(self.routing_due(detected_at), self.answer_due(detected_at))

    def answer_due(self, detected_at: datetime, reduced_term: timedelta | None = None) -> datetime:
        """When the answer to a message detected then is due (cl. 9). Raises CalendarRangeError."""
        term = self.regulation.answer_term(None, reduced_term)
        return term.due(self.department, detected_at, self.regulation.readings.counting)


class RulesError(ValueError):
    """The act, the working hours or the production calendar of an installation is not accepted; the text says why."""


def load(act: Path | None, hours: Path | None) -> Rules:
    """Read the files of an installation; order 238 and its hours where none are named.

    Raises RulesError.
    """
    try:
        return Rules(
            regulation=regulation.load(act) if act else regulation.order_238(),
            schedules=schedules.load(hours) if hours else schedules.ivanovo(),
            production=production_calendar.current(),
        )
    except (RegulationError, ScheduleError, CalendarError) as error:
        raise RulesError(str(error)) from error
