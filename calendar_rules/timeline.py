"""Working time laid out on the axis of real time, so that a due moment is two look-ups by bisection.

Everything here is an integer: moments are microseconds since 1970-01-01T00:00Z, days are numbers of local
days since 1970-01-01. An instant is working if its local time of day lies in an interval of its local date;
an hour that the clock repeats in autumn counts twice, an hour it leaps over in spring does not exist.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from itertools import accumulate
from typing import NamedTuple
from zoneinfo import ZoneInfo

from calendar_rules.day_hours import DAY, EPOCH, MICROSECOND, Content, DayHours, Span, date_of, day_number
from calendar_rules.errors import CalendarError, CalendarRangeError, outside_years
from calendar_rules.moments import As, moment_text

_YEAR = 366 * DAY
_LOOK_BACK = 32 * DAY
# A question further away than this is answered from a stretch of its own, not by laying out all between.
_FAR = 20 * _YEAR
# In the whole IANA database no zone changes its offset twice within three days.
_PROBE = 2 * DAY
# Years that still leave room for any offset within the range of datetime.
SUPPORTED_YEARS = (2, 9998)
# What can still be shown in any zone.
_EARLIEST = (datetime(1, 1, 2, tzinfo=UTC) - EPOCH) // MICROSECOND
_LATEST = (datetime(9999, 12, 30, tzinfo=UTC) - EPOCH) // MICROSECOND


class Piece(NamedTuple):
    """A stretch within one local day that is working throughout or closed throughout."""

    start: int
    end: int
    day: int
    since_midnight: int  # local time of day of `start`, microseconds
    working: bool


class _Laid(NamedTuple):
    """The part of the axis that is laid out. Never changed in place: threads swap it whole.

    Intervals may touch, as a night shift does at midnight: where one ends and the next begins is the same
    instant, so every question has the same answer as if they were one.
    """

    lo: int
    hi: int
    starts: list[int]
    ends: list[int]
    worked: list[int]  # working time from `lo` to the end of each interval
    shifts: list[int]  # where each offset begins to hold, maybe again; the first is `lo`
    offsets: list[int]


@lru_cache(maxsize=512)
def timeline_of(content: Content) -> "Timeline":
    """The timeline of a calendar, one for the process however many equal calendars arrive in payloads."""
    return Timeline(content)


class Timeline:
    """Open intervals of one calendar, laid out lazily around the moments asked about."""

    def __init__(self, content: Content) -> None:
        self.zone = ZoneInfo(content.timezone)
        self._local_epoch = datetime(1970, 1, 1, tzinfo=self.zone)
        self._hours = DayHours(content)
        self.years = content.years
        first, last = content.years[0] if content.years else SUPPORTED_YEARS[0], SUPPORTED_YEARS[1]
        self._answered_years = (first, last)
        self._first = (datetime(first, 1, 1, tzinfo=self.zone) - EPOCH) // MICROSECOND
        self._last = (datetime(last + 1, 1, 1, tzinfo=self.zone) - EPOCH) // MICROSECOND
        self._laid = _Laid(0, 0, [], [], [], [], [])

    # --- amounts of working time ---

    def advance(self, at: int, amount: int) -> int:
        """The earliest moment at which `amount` is used up; zero from a closed moment is the next opening."""
        laid = self._laid
        if not laid.lo < at < laid.hi:
            laid = self._cover(at, at)
        while True:
            _, _, starts, ends, worked, _, _ = laid
            i = bisect_left(ends, at)  # closing time itself is still inside
            if i < len(ends):
                begun = starts[i]
                if not amount:
                    return max(begun, at)
                target = worked[i] - ends[i] + (begun if begun > at else at) + amount
                i = bisect_left(worked, target, i)
                if i < len(ends):
                    return ends[i] - worked[i] + target
            laid = self._grow_ahead(laid, at + amount)

    def retreat(self, at: int, amount: int) -> int:
        """The latest moment with `amount` left before `at`; zero from a closed moment is the last closing."""
        laid = self._laid
        if not laid.lo < at < laid.hi:
            laid = self._cover(at, at)
        while True:
            _, _, starts, ends, worked, _, _ = laid
            i = bisect_right(starts, at) - 1
            if i >= 0:
                over = ends[i]
                if not amount:
                    return min(over, at)
                target = worked[i] - over + (over if over < at else at) - amount
                if target >= 0:
                    i = bisect_right(worked, target, 0, i)
                    return ends[i] - worked[i] + target
            laid = self._grow_back(laid, at - amount)

    def between(self, start: int, end: int) -> int:
        """Working time from `start` to `end`; zero if `end` is not later."""
        laid = self._laid
        if not (laid.lo < start < laid.hi and laid.lo < end < laid.hi):
            laid = self._cover(min(start, end), max(start, end))
        return _worked_by(laid, end) - _worked_by(laid, start) if start < end else 0

    def is_open(self, at: int) -> bool:
        """Whether `at` is working time or a closing moment."""
        laid = self._laid
        if not laid.lo < at < laid.hi:
            laid = self._cover(at, at)
        i = bisect_left(laid.ends, at)
        return i < len(laid.ends) and laid.starts[i] <= at

    # --- days ---

    def hours(self, day: int) -> tuple[Span, ...]:
        """Working intervals of a local day, microseconds since its midnight by the wall clock."""
        return self._hours.of(day)

    def usual_hours(self, day: int) -> tuple[Span, ...]:
        """The same by the week that held then, exceptions aside."""
        return self._hours.usual(day)

    def is_provisional_day(self, day: int) -> bool:
        """Whether the local day is counted by the Labour Code alone, its year not being loaded."""
        return self._hours.is_provisional(day)

    def is_past_loaded_years(self, at: int) -> bool:
        """Whether the local date of a moment is past the last loaded year."""
        return self.years is not None and self.local(_showable(at)).year > self.years[1]

    def day_of(self, at: int) -> int:
        """The local day of a moment."""
        return day_number(self.local(at))

    def day_span(self, day: int) -> Span | None:
        """First opening and last closing of a local day; none if it has no working instant."""
        self.refuse_outside(day)
        hours = self.hours(day)
        if not hours:
            return None
        spans = [
            (start, end)
            for begins, until, offset in self._offsets_around(day)
            for opening, closing in hours
            if (start := max(begins, day * DAY + opening - offset))
            < (end := min(until, day * DAY + closing - offset))
        ]
        return (min(start for start, _ in spans), max(end for _, end in spans)) if spans else None

    def next_working_day(self, day: int) -> int:
        """The first local day after `day` that has a working instant."""
        while True:
            day += 1
            if self._hours.last_open is not None and day * DAY > self._hours.last_open:
                raise _no_working_time("дальше")
            if self.day_span(day):
                return day

    def day_start(self, day: int) -> int:
        """The first moment at which the local date is `day` or later."""
        midnight = day * DAY
        return next(
            (
                max(begins, midnight - offset)
                for begins, until, offset in self._offsets_around(day)
                if midnight - offset < until
            ),
            self._last,
        )

    def local(self, at: int) -> datetime:
        """The moment as a datetime of the calendar's zone."""
        return self.zone.fromutc(self._local_epoch + at * MICROSECOND)

    def pieces(self, start: int, end: int) -> Iterator[Piece]:
        """All from `start` to `end`, cut at openings, closings, local midnights and changes of offset."""
        if end <= start:
            return
        laid = self._cover(start, end)
        at, i, k = start, bisect_right(laid.ends, start), bisect_right(laid.shifts, start) - 1
        while at < end:
            offset_ends = laid.shifts[k + 1] if k + 1 < len(laid.shifts) else laid.hi
            day, since_midnight = divmod(at + laid.offsets[k], DAY)
            stop = min(end, offset_ends, at + DAY - since_midnight)
            working = False
            if i < len(laid.starts):
                working = laid.starts[i] <= at
                stop = min(stop, laid.ends[i] if working else laid.starts[i])
            yield Piece(at, stop, day, since_midnight, working)
            at = stop
            i += i < len(laid.ends) and laid.ends[i] <= at
            k += offset_ends <= at

    def refuse_outside(self, day: int) -> None:
        """Raise CalendarRangeError if the local day is in no year that the calendar answers for."""
        year = date_of(day).year
        first, last = self._answered_years
        if not first <= year <= last:
            raise self._range_error(f"День {date_of(day):%d.%m.%Y}", year)

    # --- laying out ---

    def _cover(self, start: int, end: int) -> _Laid:
        """Lay out enough to see both sides of every moment from `start` to `end`."""
        for at in (start, end):
            if not self._first <= at <= self._last:
                local = self.local(_showable(at))
                raise self._range_error(f"Момент {moment_text(local, As.ROW)}", local.year)
        laid = self._laid
        if laid.lo == laid.hi or start > laid.hi + _FAR or end < laid.lo - _FAR:
            laid = self._lay(max(self._first, start - _LOOK_BACK), min(self._last, end + _YEAR))
        if start <= laid.lo and laid.lo > self._first:
            laid = _joined(self._lay(max(self._first, start - _LOOK_BACK), laid.lo), laid)
        if end >= laid.hi and laid.hi < self._last:
            laid = _joined(laid, self._lay(laid.hi, min(self._last, end + _YEAR)))
        self._laid = laid
        return laid

    def _grow_ahead(self, laid: _Laid, at_least: int) -> _Laid:
        """Lay out more of the future; working time never runs faster than real time, hence `at_least`."""
        if self._hours.last_open is not None and laid.hi > self._hours.last_open + 2 * DAY:
            raise _no_working_time("дальше")
        if laid.hi >= self._last or at_least > self._last:
            raise self._range_error("Срок", self.local(self._last).year)
        further = min(self._last, max(at_least, laid.hi + max(_YEAR, laid.hi - laid.lo)))
        self._laid = laid = _joined(laid, self._lay(laid.hi, further))
        return laid

    def _grow_back(self, laid: _Laid, at_least: int) -> _Laid:
        """The same of the past."""
        if self._hours.first_open is not None and laid.lo < self._hours.first_open - 2 * DAY:
            raise _no_working_time("раньше")
        if laid.lo <= self._first or at_least < self._first:
            raise self._range_error("Срок", self.local(self._first).year - 1)
        further = max(self._first, min(at_least, laid.lo - max(_YEAR, laid.hi - laid.lo)))
        self._laid = laid = _joined(self._lay(further, laid.lo), laid)
        return laid

    def _lay(self, lo: int, hi: int) -> _Laid:
        starts: list[int] = []
        ends: list[int] = []
        shifts, offsets = self._offsets(lo, hi)
        for begins, until, offset in zip(shifts, [*shifts[1:], hi], offsets, strict=True):
            for day in range((begins + offset) // DAY, (until + offset - 1) // DAY + 1):
                midnight = day * DAY - offset
                for opening, closing in self.hours(day):
                    start, end = max(begins, midnight + opening), min(until, midnight + closing)
                    if start < end:
                        starts.append(start)
                        ends.append(end)
        return _Laid(lo, hi, starts, ends, _totals(starts, ends), shifts, offsets)

    def _offsets(self, lo: int, hi: int) -> tuple[list[int], list[int]]:
        """Where each offset from UTC begins to hold, and the offsets. zoneinfo does not say, so it is probed."""
        shifts, offsets = [lo], [self._offset(lo)]
        at = lo
        while at < hi:
            probe = min(at + _PROBE, hi)
            if self._offset(probe) == offsets[-1]:
                at = probe
                continue
            same, changed = at, probe
            while changed - same > 1:
                middle = (same + changed) // 2
                if self._offset(middle) == offsets[-1]:
                    same = middle
                else:
                    changed = middle
            if changed >= hi:
                break
            at = changed
            shifts.append(at)
            offsets.append(self._offset(at))
        return shifts, offsets

    def _offset(self, at: int) -> int:
        return (self.local(at).utcoffset() or timedelta()) // MICROSECOND

    def _offsets_around(self, day: int) -> Iterator[tuple[int, int, int]]:
        """Stretches of one offset (begin, end, offset) that can hold instants of a local day."""
        lo, hi = max(self._first, (day - 1) * DAY), min(self._last, (day + 2) * DAY)
        laid = self._cover(min(lo, self._last), max(hi, self._first))
        k = bisect_right(laid.shifts, lo) - 1
        for begins, until, offset in zip(
            laid.shifts[k:], [*laid.shifts[k + 1 :], laid.hi], laid.offsets[k:], strict=True
        ):
            if begins > hi:
                return
            yield begins, until, offset

    def _range_error(self, what: str, year: int) -> CalendarRangeError:
        if self.years is None or year > self.years[1]:
            return CalendarRangeError(f"{what} вне поддерживаемых дат: год {year}.")
        return CalendarRangeError(outside_years(what, *self.years, year))


def _showable(at: int) -> int:
    """The moment, or the nearest that can be shown in any zone."""
    return max(_EARLIEST, min(at, _LATEST))


def _totals(starts: list[int], ends: list[int]) -> list[int]:
    return list(accumulate(end - start for start, end in zip(starts, ends, strict=True)))


def _worked_by(laid: _Laid, at: int) -> int:
    i = bisect_right(laid.starts, at) - 1
    if i < 0:
        return 0
    over = laid.ends[i]
    return laid.worked[i] - over + (over if over < at else at)


def _joined(left: _Laid, right: _Laid) -> _Laid:
    """Two neighbouring stretches as one."""
    starts, ends = left.starts + right.starts, left.ends + right.ends
    return _Laid(
        left.lo,
        right.hi,
        starts,
        ends,
        _totals(starts, ends),
        left.shifts + right.shifts,
        left.offsets + right.offsets,
    )


def _no_working_time(where: str) -> CalendarError:
    return CalendarError(
        f"В календаре {where} нет рабочего времени: задайте часы работы хотя бы одного дня недели."
    )
