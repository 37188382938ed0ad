"""The working calendars of one message: the Department's and each routed body's."""

from functools import lru_cache
from sys import intern

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
        self._production = intern(calendars.production.model_dump_json(by_alias=True))
        self._schedules: dict[str | None, str] = {
            None: intern(calendars.department.model_dump_json()),
            **{body: intern(schedule.model_dump_json()) for body, schedule in calendars.bodies.items()},
        }

    def __getitem__(self, body: str | None) -> WorkCalendar:
        own = body if self._regulation.readings.calendars == "holder" and body in self._schedules else None
        return _calendar(
            self._production,
            self._schedules[own],
            breaks_stop_the_clock=self._regulation.readings.breaks_stop_the_clock,
        )
