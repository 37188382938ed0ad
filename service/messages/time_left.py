"""Time left of a limit: one count for every page, of what lies between a moment and the due one.

It is counted from the due moment as it stands, and not from how that was found: a draft's is found backwards (cl. 10),
and a run that stood still is due later.
"""

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from typing import NamedTuple

from calendar_rules.lateness import late_by
from calendar_rules.regulation import LimitName
from calendar_rules.terms import Unit, zone_of
from calendar_rules.work_calendar import WorkCalendar
from workflows.state import LimitRun

_ZERO = timedelta(0)


class Span(NamedTuple):
    """A stretch of time that counts, from `start` to `end`, in seconds of 1970."""

    start: int
    end: int


Day = tuple[Span, ...]
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
    days: tuple[Day, ...]
    now: datetime
    ahead: timedelta = _ZERO
    by_clock: bool = False
    whole: timedelta = _ZERO
    """What there was from its start to the due moment, in the time that `left` is counted in."""

    @property
    def is_late(self) -> bool:
        return self.due_at < self.now

    @property
    def is_soon(self) -> bool:
        """Whether it runs out: the holder has been warned."""
        return not self.is_late and self.warn_at is not None and self.warn_at <= self.now

    @property
    def spent(self) -> float:
        """The share of `whole` that has passed, from 0 to 1."""
        if self.is_late or not self.whole:
            return 1.0
        return min(max(1 - self.left / self.whole, 0.0), 1.0)

    @property
    def left_at_first(self) -> float:
        """Seconds left where `days` begin; less what of them has passed, it is what is left at any later moment."""
        now = self.now.timestamp()
        start = self.days[0][0].start if self.days else now
        # To the millisecond: sums of floats would be a second less, once whole ones are taken of them.
        return round(self.left.total_seconds() + _worked(self.days, start, now), 3)

    @property
    def days_left(self) -> DaysLeft | None:
        """What is left in working days, from one moment of a day to the same one of the next; None below one day.

        A moment outside working time is the opening after it, and a whole day lasts from its opening to its closing.
        """
        now, due = self.now.timestamp(), self.due_at.timestamp()
        ahead = [day for day in self.days if day[-1].end > now and day[0].start < due]
        if self.by_clock or self.is_late or not ahead:
            return None
        since_opening = max(now - ahead[0][0].start, 0)
        last = ahead[-1]
        if not since_opening and last[-1].end <= due:
            return DaysLeft(len(ahead), _ZERO)
        whole = len(ahead) - 1
        if since_opening > due - last[0].start:
            whole -= 1
        if whole < 1:
            return None
        rest = _worked(ahead[whole:], ahead[whole][0].start + since_opening, due)
        return DaysLeft(whole, timedelta(seconds=rest))


def first_due(runs: Iterable[LimitRun]) -> LimitRun | None:
    """The open run that is due first; the window of clause 8 is no duty."""
    duties = (run for run in runs if run.is_open and run.name is not LimitName.RETURN)
    return min(duties, key=lambda run: run.due_at, default=None)


def duty(run: LimitRun, calendar: WorkCalendar, now: datetime, ahead: timedelta = _ZERO) -> OpenDuty:
    """An open run as it stands at `now` on the message's own clock, which is `ahead` of the wall's.

    `calendar` is the one that the run is counted by: of the body in `run.calendar`, the Department's for None.
    """
    zone = zone_of(calendar)
    now, due_at = now.astimezone(zone), run.due_at.astimezone(zone)
    days = _days(calendar, now.date(), max(now, due_at).date())
    by_clock = now < due_at and run.term.unit is Unit.CLOCK_HOURS
    start, end = now.timestamp(), due_at.timestamp()
    whole = _whole(calendar, run.started_at.astimezone(zone), due_at)
    if by_clock:
        days = ((Span(math.floor(start), math.ceil(end)),), *_from(days, math.ceil(end)))
        left = due_at.astimezone(UTC) - now
        whole = run.due_at - run.started_at
    elif now < due_at:
        left = timedelta(seconds=_worked(days, start, end))
    else:
        left = -late_by(calendar, due_at, now) + _stood_since(run, calendar, now)
    return OpenDuty(run.name, run.clause, due_at, run.warn_at, left, days, now, ahead, by_clock, whole)


def _stood_since(run: LimitRun, calendar: WorkCalendar, now: datetime) -> timedelta:
    """Working time past the due moment in which nobody could work: it makes nobody later."""
    pauses = (late_by(calendar, max(pause.start, run.due_at), min(pause.end, now)) for pause in run.stood)
    return sum(pauses, _ZERO)


@lru_cache(maxsize=1024)
def _days(calendar: WorkCalendar, first: date, last: date) -> tuple[Day, ...]:
    """The working days from `first` to the one after `last`.

    Of a page's many rows they are found once: most begin today and end on one of a few days.
    """
    return tuple(
        tuple(Span(int(start.timestamp()), int(end.timestamp())) for start, end in day)
        for day in calendar.stretches(first, calendar.add_days(last, 1))
    )


@lru_cache(maxsize=4096)
def _whole(calendar: WorkCalendar, began: datetime, due_at: datetime) -> timedelta:
    """Working time from one moment to another, for as long as both stand."""
    days = _days(calendar, began.date(), max(began, due_at).date())
    return timedelta(seconds=_worked(days, began.timestamp(), due_at.timestamp()))


def _from(days: Iterable[Day], moment: int) -> Iterator[Day]:
    """What of the days lies behind a moment."""
    for day in days:
        if cut := tuple(Span(max(span.start, moment), span.end) for span in day if span.end > moment):
            yield cut


def _worked(days: Sequence[Day], start: float, end: float) -> float:
    worked = 0.0
    for day in days:
        for span in day:
            if span.start < end and span.end > start:
                worked += min(span.end, end) - max(span.start, start)
    return worked
