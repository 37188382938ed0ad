"""Working hours of the Department and the bodies: data beside the regulation, one TOML file."""

from collections.abc import Mapping
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any, Self

from pydantic import BaseModel, ConfigDict, ValidationError, model_validator

from calendar_rules.data_file import DataFileError, MisfitError, read
from calendar_rules.errors import CalendarError
from calendar_rules.production_calendar import ProductionCalendar
from calendar_rules.work_calendar import WorkCalendar
from calendar_rules.working_hours import Intervals

DEPARTMENT = "department"
"""The curators' own body: its key in files of hours, and its kind in the directory."""
HoursGiven = Mapping[str, dict[str, Any] | None]
"""Hours of bodies, the Department's under `DEPARTMENT`: what differs from the files; None where it was taken back."""

IVANOVO = Path(__file__).parent / "acts" / "ivanovo_schedules.toml"


class ScheduleError(DataFileError):
    """A schedule file that cannot be used; the text names the file, the line and the reason, in Russian."""


class Schedule(BaseModel):
    """The hours of one body: zone, week, and days of its own that differ from both week and calendar."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    timezone: str
    week: dict[str, Intervals]
    exceptions: dict[date, Intervals] = {}
    assumed: bool = False

    def calendar(self, production: ProductionCalendar, *, breaks_stop_the_clock: bool) -> WorkCalendar:
        """The working calendar of these hours under a production calendar.

        Raises CalendarError for hours that make no week.
        """
        try:
            calendar = production.work_calendar(self.timezone, self.week, self.exceptions)
        except ValidationError as error:
            raise CalendarError("; ".join(item["msg"] for item in error.errors())) from error
        return calendar if breaks_stop_the_clock else calendar.without_breaks()


class _Hours(BaseModel):
    """A body's entry: only what differs from the default."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    timezone: str | None = None
    week: dict[str, Intervals] | None = None
    exceptions: dict[date, Intervals] | None = None
    assumed: bool = False


class Schedules(BaseModel):
    """The default hours, which are the Department's, and the bodies that keep others."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    default: Schedule
    bodies: dict[str, _Hours] = {}

    def of(self, body: str | None) -> Schedule:
        """The hours of a body by its key; None is the Department."""
        own = self.bodies.get(body or DEPARTMENT)
        return self.default.model_copy(update=own.model_dump(exclude_none=True)) if own else self.default

    @model_validator(mode="after")
    def _hours_make_weeks(self) -> Self:
        # Refused where they are read, not under a running message.
        for body in (None, *self.bodies):
            hours = self.of(body).model_dump(include={"timezone", "week", "exceptions"})
            try:
                WorkCalendar.model_validate(hours)
            except ValidationError as invalid:
                first = invalid.errors()[0]
                place = ("bodies", body) if body else ("default",)
                raise MisfitError(".".join([*place, *map(str, first["loc"])]), first["msg"]) from invalid
        return self


def load(path: Path) -> Schedules:
    """Read a schedule file. Raises ScheduleError with the file, the line and the reason, in Russian."""
    return read(path, Schedules, ScheduleError)


@cache
def ivanovo() -> Schedules:
    """The default schedules of Ivanovo region."""
    return load(IVANOVO)
