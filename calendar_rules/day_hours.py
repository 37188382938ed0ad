"""The working hours of single days: which week holds on a day, and what of it is otherwise.

Days are numbers of local days since 1970-01-01, times of day are microseconds since the day's midnight by the wall
clock. Hours have a day from which they hold, so a calendar may have several weeks, one after another.
"""

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from math import inf
from typing import NamedTuple
from zoneinfo import ZoneInfo

from calendar_rules import labour_code
from calendar_rules.working_hours import Intervals, ending_earlier, minute_of_day

MICROSECOND = timedelta(microseconds=1)
DAY = timedelta(days=1) // MICROSECOND
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

_MINUTE = timedelta(minutes=1) // MICROSECOND
_EPOCH_ORDINAL = EPOCH.toordinal()
_THURSDAY = 3

Span = tuple[int, int]


class FormerWeek(NamedTuple):
    """The week that held until the day `until`, which was the first without it, in its own zone."""

    until: date
    timezone: str
    week: tuple[Intervals, ...]


class Content(NamedTuple):
    """What a calendar's working time depends on, hashable: equal calendars share one timeline."""

    timezone: str
    week: tuple[Intervals, ...]  # Monday to Sunday
    exceptions: tuple[tuple[date, Intervals], ...]
    years: tuple[int, int] | None
    former: tuple[FormerWeek, ...] = ()


class _Held(NamedTuple):
    """A week, ready to be looked up; it holds until a day."""

    until: float
    zone: ZoneInfo
    week: tuple[tuple[Span, ...], ...]
    shortened: tuple[tuple[Span, ...], ...]


def day_number(day: date) -> int:
    """Days from 1970-01-01 to `day`."""
    return day.toordinal() - _EPOCH_ORDINAL


def date_of(number: int) -> date:
    """The date of a day number."""
    return date.fromordinal(number + _EPOCH_ORDINAL)


class DayHours:
    """Answers for each day of one calendar; days are those of the zone that holds last.

    `first_open` is the earliest moment, `last_open` the latest one around which anything can be open, in local
    microseconds since 1970; None where the week goes on for ever.
    """

    def __init__(self, content: Content) -> None:
        self.zone = ZoneInfo(content.timezone)
        self._held = [
            *(_held(day_number(item.until), item.timezone, item.week) for item in content.former),
            _held(inf, content.timezone, content.week),
        ]
        self._latest = self._held[-1]
        # The hours of another zone lie otherwise in the days of this one.
        self._is_mixed = any(held.zone.key != self.zone.key for held in self._held)
        self._exceptions = {day_number(day): _spans(hours) for day, hours in content.exceptions}
        # The first day that is counted by the Labour Code alone, if any is.
        self._provisional_from = day_number(date(content.years[1] + 1, 1, 1)) if content.years else None
        opened = [day * DAY for day, hours in self._exceptions.items() if hours]
        begun = [int(held.until) * DAY for held, later in pairwise(self._held) if any(later.week)]
        ended = [int(held.until) * DAY for held in self._held[:-1] if any(held.week)]
        self.first_open = None if any(self._held[0].week) else min([*opened, *begun], default=0)
        self.last_open = None if any(self._latest.week) else max([*opened, *ended], default=0)

    def of(self, day: int) -> tuple[Span, ...]:
        """The working intervals of a day."""
        return self._across_zones(day) if self._is_mixed else self._own(day)

    def usual(self, day: int) -> tuple[Span, ...]:
        """The same by the week that held on the day, exceptions aside, in the zone of that week."""
        return self._held_on(day).week[(day + _THURSDAY) % 7]

    def is_provisional(self, day: int) -> bool:
        """Whether the day is counted by the Labour Code alone, its year not being loaded."""
        return self._provisional_from is not None and day >= self._provisional_from

    def _own(self, day: int) -> tuple[Span, ...]:
        """The hours of a day by the wall clock of the zone that held on it."""
        found = self._exceptions.get(day)
        if found is not None:
            return found
        if self.is_provisional(day):
            if labour_code.holiday(date_of(day)):
                return ()
            if labour_code.is_shortened(date_of(day)):
                return self._held_on(day).shortened[(day + _THURSDAY) % 7]
        return self.usual(day)

    def _held_on(self, day: int) -> _Held:
        if len(self._held) == 1:
            return self._latest
        return next(held for held in self._held if day < held.until)

    def _across_zones(self, day: int) -> tuple[Span, ...]:
        """The hours of a day where an earlier zone was another: one of its days may lie in two of this one."""
        found: list[Span] = []
        for own in (day - 1, day, day + 1):
            zone = self._held_on(own).zone
            for span in self._own(own):
                start, end = (self._here(zone, own * DAY + at) - day * DAY for at in span)
                if max(start, 0) < min(end, DAY):
                    found.append((max(start, 0), min(end, DAY)))
        return _without_overlaps(found)

    def _here(self, zone: ZoneInfo, local: int) -> int:
        """Local time of another zone as local time of this one."""
        if zone.key == self.zone.key:
            return local
        moment = (datetime(1970, 1, 1, tzinfo=zone) + local * MICROSECOND).astimezone(self.zone)
        return (moment.replace(tzinfo=UTC) - EPOCH) // MICROSECOND


def _held(until: float, timezone: str, week: tuple[Intervals, ...]) -> _Held:
    return _Held(
        until,
        ZoneInfo(timezone),
        tuple(map(_spans, week)),
        tuple(_spans(ending_earlier(hours, labour_code.SHORTENED_BY)) for hours in week),
    )


def _without_overlaps(spans: list[Span]) -> tuple[Span, ...]:
    """In order, those that overlap as one."""
    found: list[Span] = []
    for start, end in sorted(spans):
        if found and start < found[-1][1]:
            found[-1] = found[-1][0], max(end, found[-1][1])
        else:
            found.append((start, end))
    return tuple(found)


def _spans(hours: Intervals) -> tuple[Span, ...]:
    return tuple((minute_of_day(start) * _MINUTE, minute_of_day(end) * _MINUTE) for start, end in hours)
