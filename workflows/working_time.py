"""The working calendars of one message: the Department's and each routed body's."""

import json
from collections.abc import Iterable, Mapping
from datetime import datetime
from functools import lru_cache
from hashlib import sha256
from sys import intern
from zoneinfo import ZoneInfo

from calendar_rules.production_calendar import ProductionCalendar
from calendar_rules.regulation import Regulation
from calendar_rules.schedules import Schedule
from calendar_rules.work_calendar import WorkCalendar
from workflows.shared import one
from workflows.state import Calendars, CountedBy, TimeReading

_NAME_DIGITS = 16


@lru_cache(maxsize=512)
def calendar_of(production: str, hours: str, *, breaks_stop_the_clock: bool) -> WorkCalendar:
    """The calendar of a production calendar and of working hours, both as JSON. Raises CalendarError."""
    return Schedule.model_validate_json(hours).calendar(
        one(ProductionCalendar, production), breaks_stop_the_clock=breaks_stop_the_clock
    )


@lru_cache(maxsize=512)
def name_of(content: str) -> str:
    """The short name of a production calendar or of working hours as JSON: equal ones have equal names."""
    same = json.dumps(json.loads(content), ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return sha256(same.encode()).hexdigest()[:_NAME_DIGITS]


def contents(given: Iterable[ProductionCalendar | Schedule]) -> dict[str, str]:
    """What a message is about to count by, as JSON by short names."""
    return {name_of(content): content for content in (one.model_dump_json(by_alias=True) for one in given)}


class WorkingTime:
    """Gives the calendar of a body by its key, of the Department by None.

    A calendar is computed from content alone, so thousands of messages share one.
    """

    def __init__(self, calendars: Calendars, regulation: Regulation) -> None:
        self._regulation = regulation
        readings = regulation.readings
        self.reading = TimeReading(
            counting=readings.counting, breaks_stop_the_clock=readings.breaks_stop_the_clock
        )
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

    def named(self, body: str | None) -> CountedBy:
        """The calendar of a body by what it is made of."""
        return CountedBy(production=name_of(self._production), hours=name_of(self._hours(body)))

    def __getitem__(self, body: str | None) -> WorkCalendar:
        return calendar_of(
            self._production, self._hours(body), breaks_stop_the_clock=self.reading.breaks_stop_the_clock
        )

    def _hours(self, body: str | None) -> str:
        own = body if self._regulation.readings.calendars == "holder" and body in self._schedules else None
        return self._schedules[own]
