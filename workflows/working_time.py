"""The working calendars of one message: the Department's and each routed body's."""

from collections.abc import Mapping
from datetime import datetime
from functools import lru_cache
from sys import intern
from zoneinfo import ZoneInfo

from calendar_rules.production_calendar import ProductionCalendar
from calendar_rules.regulation import Regulation
from calendar_rules.schedules import Schedule
from calendar_rules.work_calendar import WorkCalendar
from workflows.shared import one
from workflows.state import Calendars


@lru_cache(maxsize=512)
def _calendar(production: str, schedule: str, *, breaks_stop_the_clock: bool) -> WorkCalendar:
    return Schedule.model_validate_json(schedule).calendar(
        one(ProductionCalendar, production), breaks_stop_the_clock=breaks_stop_the_clock
    )


class WorkingTime:
    """Gives the calendar of a body by its key, of the Department by None.

    A calendar is computed from content alone, so thousands of messages share one.
    """

    def __init__(self, calendars: Calendars, regulation: Regulation) -> None:
        self._regulation = regulation
        self.change(calendars)

    def change(self, calendars: Calendars) -> None:
        """Take over other calendars (cl. 9: working hours are what the calendar says they are)."""
        self.calendars = calendars
        self._production = intern(calendars.production.model_dump_json(by_alias=True))
        self._schedules: dict[str | None, str] = {
            None: intern(calendars.department.model_dump_json()),
            **{body: intern(schedule.model_dump_json()) for body, schedule in calendars.bodies.items()},
        }

    def learn(self, schedules: Mapping[str, Schedule]) -> None:
        """Take over the hours of the bodies just routed."""
        self.change(self.calendars.model_copy(update={"bodies": {**self.calendars.bodies, **schedules}}))

    def replace(
        self, production: ProductionCalendar, department: Schedule, bodies: Mapping[str, Schedule]
    ) -> None:
        """Take over other working time for everyone the message knows; who is not named keeps theirs."""
        known = {body: bodies.get(body, hours) for body, hours in self.calendars.bodies.items()}
        self.change(Calendars(production=production, department=department, bodies=known))

    def local(self, moment: datetime) -> datetime:
        """The moment in the Department's zone."""
        return moment.astimezone(ZoneInfo(self.calendars.department.timezone))

    def __getitem__(self, body: str | None) -> WorkCalendar:
        own = body if self._regulation.readings.calendars == "holder" and body in self._schedules else None
        return _calendar(
            self._production,
            self._schedules[own],
            breaks_stop_the_clock=self._regulation.readings.breaks_stop_the_clock,
        )
