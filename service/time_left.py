"""How much time is left of a limit: one count for every page, of what lies between a moment and the due one.

It is counted from the due moment as it stands, and not from how that was found: a draft's is found backwards (cl. 10),
and a run that stood still is due later.
"""

from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from calendar_rules import CalendarError
from calendar_rules.lateness import late_by
from calendar_rules.regulation import LimitName
from calendar_rules.terms import Unit
from calendar_rules.work_calendar import WorkCalendar
from workflows.state import LimitRun

_ZERO = timedelta(0)


class Span(NamedTuple):
    """A stretch of time that counts, from `start` to `end`; in UTC, so that a change of the clock adds nothing."""

    start: datetime
    end: datetime

    def within(self, start: datetime, end: datetime) -> timedelta:
        """What of it lies from one moment to another."""
        return max(min(self.end, end) - max(self.start, start), _ZERO)


Day = Sequence[Span]
"""The working time of one day, whole, in order."""


class DaysLeft(NamedTuple):
    """What is left as people say it above one working day: so many of them, and what is left besides."""

    days: int
    rest: timedelta


@dataclass(frozen=True, slots=True)
class OpenDuty:
    """A duty of a message as it stands at a moment: the one due first, where a page shows one.

    `left` is working time to `due_at`, or time by the clock for a limit in hours of the clock; once that has passed it
    is negative, and working time always. `days` is the time that counts, from the working day of `now` on and past the
    due moment, so that a page goes on counting by itself; `by_clock`: up to the due moment all time does. All moments
    are those of the message's own clock, which is `ahead` of the wall's in training, and else the same.
    """

    limit: LimitName
    clause: int
    due_at: datetime
    warn_at: datetime | None
    left: timedelta
    days: Sequence[Day]
    now: datetime
    ahead: timedelta = _ZERO
    by_clock: bool = False

    @property
    def is_late(self) -> bool:
        return self.left < _ZERO or self.due_at < self.now

    @property
    def is_soon(self) -> bool:
        """Whether it runs out: the holder has been warned."""
        return not self.is_late and self.warn_at is not None and self.warn_at <= self.now

    @property
    def left_at_first(self) -> timedelta:
        """What is left where `days` begin; less what of them has passed, it is what is left at any later moment."""
        start = self.days[0][0].start if self.days else self.now
        return self.left + sum((span.within(start, self.now) for day in self.days for span in day), _ZERO)

    @property
    def days_left(self) -> DaysLeft | None:
        """What is left in working days, from one moment of a day to the same one of the next; None below one day.

        A moment outside working time is the opening after it, and a whole day lasts from its opening to its closing.
        """
        ahead = [day for day in self.days if day[-1].end > self.now and day[0].start < self.due_at]
        if self.by_clock or self.is_late or not ahead:
            return None
        since_opening = max(self.now - ahead[0][0].start, _ZERO)
        last = ahead[-1]
        if not since_opening and last[-1].end <= self.due_at:
            return DaysLeft(len(ahead), _ZERO)
        whole = len(ahead) - 1
        if since_opening > self.due_at - last[0].start:
            whole -= 1
        if whole < 1:
            return None
        after = ahead[whole][0].start + since_opening
        return DaysLeft(whole, _worked(ahead[whole:], after, self.due_at))


def first_due(runs: Iterable[LimitRun]) -> LimitRun | None:
    """The open run that is due first; the window of clause 8 is no duty."""
    duties = (run for run in runs if run.is_open and run.name is not LimitName.RETURN)
    return min(duties, key=lambda run: run.due_at, default=None)


def duty(run: LimitRun, calendar: WorkCalendar, now: datetime, ahead: timedelta = _ZERO) -> OpenDuty:
    """An open run as it stands at `now` on the message's own clock, which is `ahead` of the wall's.

    `calendar` is the one that the run is counted by: of the body in `run.calendar`, the Department's for None.
    """
    zone = ZoneInfo(calendar.timezone)
    now, due_at = now.astimezone(zone), run.due_at.astimezone(zone)
    days = _days(calendar, now, due_at)
    by_clock = now < due_at and (days is None or run.term.unit is Unit.CLOCK_HOURS)
    if by_clock:
        days = [[_span(now, due_at)], *_from(days or (), due_at)]
    days = days or []
    left = _worked(days, now, due_at) if now < due_at else -late_by(calendar, due_at, now)
    return OpenDuty(run.name, run.clause, due_at, run.warn_at, left, days, now, ahead, by_clock)


def _days(calendar: WorkCalendar, now: datetime, due_at: datetime) -> list[Day] | None:
    """The working days from that of `now` to the one after both moments; None past the calendar."""
    first, last = now.date(), max(now, due_at).date()
    with suppress(CalendarError):  # behind the calendar's last day nothing is counted
        last = calendar.add_days(last, 1)
    try:
        return [[_span(*stretch) for stretch in day] for day in calendar.stretches(first, last)]
    except CalendarError:
        return None


def _span(start: datetime, end: datetime) -> Span:
    return Span(start.astimezone(UTC), end.astimezone(UTC))


def _from(days: Sequence[Day], moment: datetime) -> list[Day]:
    """What of the days lies behind a moment."""
    cut = ([Span(max(span.start, moment), span.end) for span in day if span.end > moment] for day in days)
    return [day for day in cut if day]


def _worked(days: Sequence[Day], start: datetime, end: datetime) -> timedelta:
    return sum((span.within(start, end) for day in days for span in day), _ZERO)
