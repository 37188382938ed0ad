"""A term of the regulation: from its amount and unit to the moment at which it is due."""

from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from typing import Literal, Self
from zoneinfo import ZoneInfo

from pydantic import BaseModel, ConfigDict, model_validator

from calendar_rules import russian
from calendar_rules.explanation import Step, with_caveat
from calendar_rules.work_calendar import WorkCalendar

_TICK = timedelta(microseconds=1)
_DAY = timedelta(days=1)


class Unit(StrEnum):
    """What the amount of a term is counted in."""

    WORKING_HOURS = "working_hours"
    CLOCK_HOURS = "clock_hours"
    WORKING_DAYS = "working_days"
    CALENDAR_DAYS = "calendar_days"


_DAYS = (Unit.WORKING_DAYS, Unit.CALENDAR_DAYS)
_DAY_NAMES = {Unit.WORKING_DAYS: "рабочий день", Unit.CALENDAR_DAYS: "календарный день"}


class Counting(BaseModel):
    """How terms are counted where the act is silent: the part of its readings that concerns time."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    ends_at_closing: Literal["due_then", "due_at_next_opening"]
    """A working-hour term used up exactly at closing time is due then, or when the body opens again."""
    days_count_from: Literal["next_working_day", "same_day"]
    """Whether the day of the event itself counts (ГК РФ 191 says it does not)."""
    outside_hours: Literal["next_opening", "at_once"]
    """From when clock hours run for an event outside working hours; working hours wait for the opening anyway."""


def flaw(amount: timedelta, unit: Unit) -> str | None:
    """Why the amount makes no term of this unit, in Russian; None if it does."""
    if amount <= timedelta(0):
        return "срок должен быть больше нуля"
    if unit in _DAYS and amount % _DAY:
        return "срок в днях указывается целым числом дней, например P10D"
    return None


class Term(BaseModel):
    """An amount of time with its unit; `P10D` counts days, `PT1H30M` counts hours."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    amount: timedelta
    unit: Unit

    @model_validator(mode="after")
    def _amount_fits_its_unit(self) -> Self:
        if reason := flaw(self.amount, self.unit):
            raise ValueError(reason)
        return self

    @property
    def counts_days(self) -> bool:
        """Whether the term is counted in days, and so ends at a closing time."""
        return self.unit in _DAYS

    def due(self, calendar: WorkCalendar, start: datetime, counting: Counting) -> datetime:
        """The moment at which the term that starts at `start` is used up, in the calendar's zone.

        Raises CalendarRangeError where it falls past the loaded production calendar.
        """
        if self.unit is Unit.WORKING_HOURS:
            due = calendar.add(start, self.amount)
            if counting.ends_at_closing == "due_at_next_opening":
                after = calendar.add(due + _TICK, timedelta(0))
                return due if after == due + _TICK else after
            return due
        if self.unit is Unit.CLOCK_HOURS:
            begin = start if counting.outside_hours == "at_once" else calendar.add(start, timedelta(0))
            # Elapsed hours, not hands of the clock: added in UTC, as a daylight-saving change adds none.
            return (begin.astimezone(UTC) + self.amount).astimezone(zone_of(calendar))
        return self._last_day_closing(calendar, start, counting)

    def _first_day_counts(self, calendar: WorkCalendar, day: date, counting: Counting) -> bool:
        return counting.days_count_from == "same_day" and (
            self.unit is Unit.CALENDAR_DAYS or calendar.is_working_day(day)
        )

    def _last_day_closing(self, calendar: WorkCalendar, start: datetime, counting: Counting) -> datetime:
        day = start.astimezone(zone_of(calendar)).date()
        days = self.amount.days - self._first_day_counts(calendar, day, counting)
        if self.unit is Unit.WORKING_DAYS:
            last = calendar.add_days(day, days) if days else day
        else:
            # A last day that is not a working one moves the end to the next working day (ГК РФ 193).
            last = calendar.add_days(day + (days - 1) * _DAY, 1)
        closing = calendar.closing(last)
        assert closing is not None, "the last day is a working one"  # noqa: S101
        return closing

    def explain(
        self, calendar: WorkCalendar, start: datetime, due: datetime, counting: Counting
    ) -> tuple[Step, ...]:
        """The steps from `start` to `due` without gaps; the counted ones add up to the amount."""
        if self.unit is Unit.WORKING_HOURS:
            return tuple(calendar.explain_span(start, due))
        if self.unit is Unit.CLOCK_HOURS:
            begin = (due.astimezone(UTC) - self.amount).astimezone(zone_of(calendar))
            waiting = tuple(calendar.explain_span(start, begin)) if begin > start else ()
            return (*waiting, Step(start=begin, end=due, counted=self.amount, reason="часы подряд"))
        return self._explain_days(calendar, start, due, counting)

    def before(self, calendar: WorkCalendar, end: datetime) -> datetime:
        """The latest moment with the whole term left before `end`. Raises ValueError for a term in days."""
        if self.unit is Unit.WORKING_HOURS:
            return calendar.subtract(end, self.amount)
        if self.unit is Unit.CLOCK_HOURS:
            return (end.astimezone(UTC) - self.amount).astimezone(zone_of(calendar))
        raise ValueError("срок, отсчитываемый назад, указывается в часах")

    def warning_before(
        self,
        calendar: WorkCalendar,
        start: datetime,
        due: datetime,
        *,
        ordinary: timedelta,
        at_most_share: float,
        own: timedelta | None = None,
    ) -> datetime:
        """When the holder is warned of a run of this term, from `start` to `due`; in the calendar's zone.

        `ordinary` is how long before `due` every limit warns, `own` what this limit sets instead. Both are
        working time, and hours of the clock where the term is; neither takes more than the share
        `at_most_share` of the run. For a term in days, `own` counts working days: P1D is the closing of the
        working day before the last one. Where that is not later than `start`, the ordinary warning stands.
        """
        if self.counts_days and own is not None:
            closing = _closing_days_before(calendar, start, due, own.days)
            if closing is not None:
                return closing
            own = None
        before = ordinary if own is None else own
        if self.unit is Unit.CLOCK_HOURS:
            moment = due.astimezone(UTC) - min(before, (due - start) * at_most_share)
            return moment.astimezone(zone_of(calendar))
        return calendar.subtract(due, min(before, calendar.between(start, due) * at_most_share))

    def explain_before(self, calendar: WorkCalendar, moment: datetime, end: datetime) -> tuple[Step, ...]:
        """The steps from `moment`, which `before` returned, to `end`; the counted ones add up to the amount."""
        if self.unit is Unit.WORKING_HOURS:
            return tuple(calendar.explain_span(moment, end))
        return (Step(start=moment, end=end, counted=self.amount, reason="часы подряд"),)

    def _explain_days(
        self, calendar: WorkCalendar, start: datetime, due: datetime, counting: Counting
    ) -> tuple[Step, ...]:
        at = start.astimezone(zone_of(calendar))
        counts_first = self._first_day_counts(calendar, at.date(), counting)
        if self.unit is Unit.WORKING_DAYS and not counts_first:
            return tuple(calendar.explain_days(start, self.amount.days))
        steps: list[Step] = []
        left = self.amount.days
        while at < due:
            end = min(datetime.combine(at.date() + _DAY, time(0), zone_of(calendar)), due)
            if not steps and not counts_first:
                counted, reason = timedelta(0), "день события не считается"
            elif left and (self.unit is Unit.CALENDAR_DAYS or calendar.is_working_day(at.date())):
                counted, reason, left = _DAY, str(_DAY_NAMES[self.unit]), left - 1
            else:
                counted, reason = timedelta(0), calendar.why_closed(at.date()) or "нерабочий день"
            if calendar.is_provisional(at):
                reason = with_caveat(reason, at.year)
            steps.append(Step(start=at, end=end, counted=counted, reason=reason))
            at = end
        return tuple(steps)

    def __str__(self) -> str:
        match self.unit:
            case Unit.WORKING_DAYS:
                return russian.counted(self.amount.days, russian.WORKING_DAY)
            case Unit.CALENDAR_DAYS:
                return russian.counted(self.amount.days, russian.CALENDAR_DAY)
            case Unit.WORKING_HOURS:
                return russian.working_time(self.amount)
            case Unit.CLOCK_HOURS:
                return f"{russian.amount(self.amount)} подряд"


def _closing_days_before(
    calendar: WorkCalendar, start: datetime, due: datetime, days: int
) -> datetime | None:
    """The closing of the working day so many before that of `due`; none if it is not later than `start`."""
    zone = zone_of(calendar)
    day, first = due.astimezone(zone).date(), start.astimezone(zone).date()
    while days:
        day -= _DAY
        if day < first:
            return None
        days -= calendar.is_working_day(day)
    closing = calendar.closing(day)
    return closing if closing is not None and closing.astimezone(UTC) > start.astimezone(UTC) else None


def zone_of(calendar: WorkCalendar) -> ZoneInfo:
    """The zone in which a calendar's days begin and end."""
    return ZoneInfo(calendar.timezone)
