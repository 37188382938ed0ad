"""Working time counted the slow way: minute by minute of UTC, asking the zone for the local time of each.

It shares nothing with the program but the meaning of "working": an instant whose local time of day lies in an
interval of its local date. Every offset of the years tested is a whole number of minutes, so within a minute
nothing changes. An hour that begins and ends with one offset on one date is taken at once.
"""

from datetime import UTC, date, datetime, timedelta
from functools import cached_property, lru_cache
from zoneinfo import ZoneInfo

from calendar_rules import WorkCalendar
from calendar_rules.working_hours import WEEKDAYS, minute_of_day

MINUTE = timedelta(minutes=1)
MINUTES_A_DAY = 24 * 60
DAYS = 9


class OutOfSightError(Exception):
    """The answer lies beyond the minutes the clock has walked."""


@lru_cache(maxsize=256)
def _local_runs(zone: str, first_day: date) -> list[tuple[date, int, int]]:
    """What the clock on the wall shows from `first_day`, UTC: date, minute, how many minutes it runs on."""
    tz = ZoneInfo(zone)
    start = datetime(first_day.year, first_day.month, first_day.day, tzinfo=UTC)
    runs: list[tuple[date, int, int]] = []
    n = 0
    while n < DAYS * MINUTES_A_DAY:
        local = (start + n * MINUTE).astimezone(tz)
        hour_later = (start + (n + 60) * MINUTE).astimezone(tz)
        day, minute = local.date(), local.hour * 60 + local.minute
        steady = local.utcoffset() == hour_later.utcoffset() and local.date() == hour_later.date()
        length = 60 if steady and n + 60 <= DAYS * MINUTES_A_DAY else 1
        if runs and (day, minute) == (runs[-1][0], runs[-1][1] + runs[-1][2]):
            runs[-1] = (*runs[-1][:2], runs[-1][2] + length)
        else:
            runs.append((day, minute, length))
        n += length
    return runs


class MinuteClock:
    """Walks the days after `first_day` (UTC) and knows which minutes are working in the calendar."""

    def __init__(self, calendar: WorkCalendar, first_day: date) -> None:
        self.start = datetime(first_day.year, first_day.month, first_day.day, tzinfo=UTC)
        self.runs = _local_runs(calendar.timezone, first_day)
        self.days = {day: _working_minutes(calendar, day) for day, _, _ in self.runs}
        self.working = self._walk(self.days)

    def _walk(self, days: dict[date, bytes]) -> bytes:
        closed = bytes(MINUTES_A_DAY)
        return b"".join(days.get(day, closed)[minute : minute + length] for day, minute, length in self.runs)

    @cached_property
    def edges(self) -> list[int]:
        """Minutes at which working time begins or ends."""
        return _edges(self.working)

    def is_open(self, moment: datetime) -> bool:
        minute, rest = divmod(moment - self.start, MINUTE)
        return bool(self.working[minute] or (not rest and self.working[minute - 1]))

    def between(self, start: datetime, end: datetime) -> timedelta:
        if start >= end:
            return timedelta()
        first, begun = divmod(start - self.start, MINUTE)
        last, rest = divmod(end - self.start, MINUTE)
        whole = self.working[first:last].count(1) * MINUTE
        return whole - begun * self.working[first] + (rest * self.working[last] if rest else timedelta())

    def add(self, moment: datetime, worked: timedelta) -> datetime:
        if not worked and self.is_open(moment):
            return moment
        at = moment
        for minute in range((moment - self.start) // MINUTE, len(self.working)):
            until = self.start + (minute + 1) * MINUTE
            if self.working[minute]:
                if at + worked <= until:
                    return at + worked
                worked -= until - at
            at = until
        raise OutOfSightError

    def subtract(self, moment: datetime, worked: timedelta) -> datetime:
        if not worked and self.is_open(moment):
            return moment
        at = moment
        for minute in range(-(-(moment - self.start) // MINUTE) - 1, -1, -1):
            since = self.start + minute * MINUTE
            if self.working[minute]:
                if at - worked >= since:
                    return at - worked
                worked -= at - since
            at = since
        raise OutOfSightError

    def spans(self, day: date) -> list[tuple[datetime, datetime]]:
        """Working stretches of a local date."""
        of_day = self._walk({day: self.days[day]} if day in self.days else {})
        edges = _edges(b"\0" + of_day + b"\0")
        return [
            (self.start + (first - 1) * MINUTE, self.start + (last - 1) * MINUTE)
            for first, last in zip(edges[::2], edges[1::2], strict=True)
        ]


def _working_minutes(calendar: WorkCalendar, day: date) -> bytes:
    """One byte for each minute of a local day: one if it is working."""
    minutes = bytearray(MINUTES_A_DAY)
    for start, end in calendar.exceptions.get(day, calendar.week.get(WEEKDAYS[day.weekday()], ())):
        first, last = minute_of_day(start), minute_of_day(end)
        minutes[first:last] = b"\1" * (last - first)
    return bytes(minutes)


def _edges(working: bytes) -> list[int]:
    edges: list[int] = []
    at, now = 0, working[:1]
    while (at := working.find(b"\0" if now == b"\1" else b"\1", at)) >= 0:
        edges.append(at)
        now = working[at : at + 1]
    return edges
