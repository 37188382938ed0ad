"""Working hours of the Department and the bodies: data beside the regulation, one TOML file."""

from collections.abc import Mapping, Sequence
from datetime import date
from functools import cache, cached_property
from itertools import pairwise
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
HoursGiven = Mapping[str, Sequence[tuple[date, dict[str, Any] | None]]]
"""Hours that bodies were given, the Department's under `DEPARTMENT`: each from a day on, in order, until the next.

They hold in place of those of the files; None where those of the files hold again.
"""

ASSUMED = Path(__file__).parent / "acts" / "ivanovo_schedules.toml"


class ScheduleError(DataFileError):
    """A schedule file that cannot be used; the text names the file, the line and the reason, in Russian."""


class Hours(BaseModel):
    """The hours of one body: zone, week, and days of its own that differ from both week and calendar."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    timezone: str
    week: dict[str, Intervals]
    exceptions: dict[date, Intervals] = {}
    assumed: bool = False


class FormerHours(Hours):
    """Hours that held until a day, which was the first without them."""

    until: date


class Schedule(Hours):
    """The hours of one body as they hold now or will hold, with those that held before them, in order."""

    former: tuple[FormerHours, ...] = ()

    def on(self, day: date) -> Hours:
        """The hours that hold on a day."""
        return next((hours for hours in self.former if day < hours.until), self)

    def carried_from(self, day: date) -> "Schedule":
        """The hours as a message detected on that day carries them: from the year before on."""
        earliest = date(day.year - 1, 1, 1)
        return self.model_copy(
            update={"former": tuple(hours for hours in self.former if hours.until > earliest)}
        )

    def calendar(self, production: ProductionCalendar, *, breaks_stop_the_clock: bool) -> WorkCalendar:
        """The working calendar of these hours under a production calendar.

        Raises CalendarError for hours that make no week.
        """
        try:
            calendar = _calendar(production, self)
            if self.former:
                calendar = calendar.preceded_by(
                    [(hours.until, _calendar(production, hours)) for hours in self.former]
                )
        except ValidationError as error:
            raise CalendarError("; ".join(item["msg"] for item in error.errors())) from error
        return calendar if breaks_stop_the_clock else calendar.without_breaks()


def _calendar(production: ProductionCalendar, hours: Hours) -> WorkCalendar:
    return production.work_calendar(hours.timezone, hours.week, hours.exceptions)


class _Hours(BaseModel):
    """A body's entry: only what differs from the default."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    timezone: str | None = None
    week: dict[str, Intervals] | None = None
    exceptions: dict[date, Intervals] | None = None
    assumed: bool = False


class _Whole(BaseModel):
    """The default hours, which are the Department's, and the bodies that keep others."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    default: Schedule
    bodies: dict[str, _Hours] = {}

    def hours_of(self, body: str | None) -> Schedule:
        """The hours of a body by its key, as they are here; None is the Department."""
        own = self.bodies.get(body or DEPARTMENT)
        return self.default.model_copy(update=own.model_dump(exclude_none=True)) if own else self.default


class _Later(_Whole):
    """What holds from a day on, all of it."""

    since: date


class Schedules(_Whole):
    """Everybody's hours, and what takes their place from a day on (`later`, in order)."""

    later: tuple[_Later, ...] = ()

    def of(self, body: str | None) -> Schedule:
        """The hours of a body by its key, whenever; None is the Department."""
        key = body or DEPARTMENT
        if key not in self._found:
            self._found[key] = self._of(key)
        return self._found[key]

    @cached_property
    def _found(self) -> dict[str, Schedule]:
        return {}

    def model_copy(self, *, update: Mapping[str, Any] | None = None, deep: bool = False) -> Self:
        """A copy that finds its hours itself: those of the original may be others."""
        copied = super().model_copy(update=update, deep=deep)
        copied.__dict__.pop("_found", None)
        return copied

    def _of(self, body: str) -> Schedule:
        held, former = self.hours_of(body), list[FormerHours]()
        for later in self.later:
            next_one = later.hours_of(body)
            if next_one != held:
                former.append(FormerHours(until=later.since, **held.model_dump(exclude={"former"})))
                held = next_one
        return held.model_copy(update={"former": tuple(former)}) if former else held

    @model_validator(mode="after")
    def _hours_make_weeks(self) -> Self:
        # Refused where they are read, not under a running message.
        held: list[tuple[tuple[str, ...], _Whole]] = [((), self)]
        held += [(("later", str(number)), later) for number, later in enumerate(self.later)]
        for place, whole in held:
            for body in (None, *whole.bodies):
                hours = whole.hours_of(body).model_dump(include={"timezone", "week", "exceptions"})
                try:
                    WorkCalendar.model_validate(hours)
                except ValidationError as invalid:
                    first = invalid.errors()[0]
                    at = (*place, *(("bodies", body) if body else ("default",)))
                    raise MisfitError(".".join([*at, *map(str, first["loc"])]), first["msg"]) from invalid
        for number, (one, other) in enumerate(pairwise(self.later), 1):
            if one.since >= other.since:
                raise MisfitError(f"later.{number}.since", "дни идут по порядку, каждый один раз")
        return self


def with_hours(schedules: Schedules, given: HoursGiven) -> Schedules:
    """The schedules with what bodies were given over them. Raises ValidationError for hours that make no week."""
    if not any(given.values()):
        return schedules
    days = sorted(
        {later.since for later in schedules.later} | {since for own in given.values() for since, _ in own}
    )
    whole: dict[str, Any] = _with(schedules, given, date.min)
    return Schedules.model_validate(
        {**whole, "later": [{"since": day, **_with(schedules, given, day)} for day in days]}
    )


def _with(schedules: Schedules, given: HoursGiven, day: date) -> dict[str, Any]:
    """What holds on a day: what was given by then, over what the files say of that day."""
    standing = next((later for later in reversed(schedules.later) if later.since <= day), schedules)
    whole = standing.model_dump(include={"default", "bodies"}, exclude_none=True)
    for body, versions in given.items():
        hours = next((hours for since, hours in reversed(versions) if since <= day), None)
        if hours is None:
            continue
        if body == DEPARTMENT:
            # The default is the Department's, and that of every body without hours of its own.
            whole["default"] |= hours
            whole["bodies"].pop(DEPARTMENT, None)
        else:
            whole["bodies"][body] = hours
    return whole


def load(path: Path) -> Schedules:
    """Read a schedule file. Raises ScheduleError with the file, the line and the reason, in Russian."""
    return read(path, Schedules, ScheduleError)


@cache
def assumed() -> Schedules:
    """The hours that hold where an installation names no file: an assumption, marked as one in it."""
    return load(ASSUMED)
