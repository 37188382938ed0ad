"""Working hours of the Department and the bodies: data beside the regulation, one TOML file."""

import tomllib
from datetime import date
from functools import cache
from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError

from calendar_rules.production_calendar import ProductionCalendar
from calendar_rules.work_calendar import WorkCalendar
from calendar_rules.working_hours import Intervals

IVANOVO = Path(__file__).parent / "acts" / "ivanovo_schedules.toml"


class ScheduleError(ValueError):
    """A schedule file that cannot be used; the text names the file, the place and the reason, in Russian."""


class Schedule(BaseModel):
    """The hours of one body: zone, week, and days of its own that differ from both week and calendar."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    timezone: str
    week: dict[str, Intervals]
    exceptions: dict[date, Intervals] = {}
    assumed: bool = False

    def calendar(self, production: ProductionCalendar, *, breaks_stop_the_clock: bool) -> WorkCalendar:
        """The working calendar of these hours under a production calendar.

        Raises ScheduleError for hours that make no week.
        """
        try:
            calendar = production.work_calendar(self.timezone, self.week, self.exceptions)
        except ValidationError as error:
            raise ScheduleError("; ".join(item["msg"] for item in error.errors())) from error
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
        own = self.bodies.get(body or "department")
        return self.default.model_copy(update=own.model_dump(exclude_none=True)) if own else self.default


def load(path: Path) -> Schedules:
    """Read a schedule file. Raises ScheduleError."""
    try:
        schedules = Schedules.model_validate(tomllib.loads(path.read_text("utf-8")))
    except OSError as error:
        raise ScheduleError(f"{path}: файл не читается: {error.strerror}") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ScheduleError(f"{path}: это не TOML в UTF-8: {error}") from error
    except ValidationError as error:
        problems = (f"{'.'.join(map(str, item['loc']))}: {item['msg']}" for item in error.errors())
        raise ScheduleError(f"{path}: " + "; ".join(problems)) from error
    for body in (None, *schedules.bodies):
        schedule = schedules.of(body)
        try:
            # Hours that make no week are refused where they are read, not under a running message.
            WorkCalendar.model_validate(schedule.model_dump(include={"timezone", "week", "exceptions"}))
        except ValidationError as error:
            problem = "; ".join(item["msg"] for item in error.errors())
            raise ScheduleError(f"{path}: {f'bodies.{body}' if body else 'default'}: {problem}") from error
    return schedules


@cache
def ivanovo() -> Schedules:
    """The default schedules of Ivanovo region."""
    return load(IVANOVO)
