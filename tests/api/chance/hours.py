"""Working time counted a second time, stretch by stretch: nothing of the program but the facts of its calendar."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from calendar_rules import production_calendar

MOSCOW = ZoneInfo("Europe/Moscow")
DAY = timedelta(days=1)
HOUR = timedelta(hours=1)
FRIDAY = 4


@dataclass(frozen=True)
class Hours:
    """A week with a lunch break and a short Friday; `later` moves all of it."""

    later: timedelta = timedelta()

    def of(self, day: date) -> list[tuple[datetime, datetime]]:
        """The working stretches of a day; a working Saturday is passed over: no test here begins near one."""
        if not production_calendar.is_working_day(day):
            return []
        closing = time(16, 45) if day.weekday() == FRIDAY else time(18)
        shortened = HOUR * production_calendar.is_shortened(day)
        points = (time(9), time(13), time(13, 45), closing)
        a, b, c, d = (datetime.combine(day, point, MOSCOW) + self.later for point in points)
        return [(a, b), (c, d - shortened)]

    def add(self, moment: datetime, worked: timedelta) -> datetime:
        """When `worked` after `moment` is used up."""
        for start, end in self._stretches(moment.astimezone(MOSCOW).date(), DAY):
            since = max(start, moment)
            if since < end:
                if since + worked <= end:
                    return since + worked
                worked -= end - since
        raise AssertionError("no such moment")

    def subtract(self, moment: datetime, worked: timedelta) -> datetime:
        """When `worked` was still left before `moment`."""
        for start, end in self._stretches(moment.astimezone(MOSCOW).date(), -DAY):
            until = min(end, moment)
            if until > start:
                if until - worked >= start:
                    return until - worked
                worked -= until - start
        raise AssertionError("no such moment")

    def between(self, start: datetime, end: datetime) -> timedelta:
        """The working time from `start` to `end`."""
        worked = timedelta()
        for since, until in self._stretches(start.astimezone(MOSCOW).date(), DAY):
            if since >= end:
                break
            worked += max(timedelta(), min(until, end) - max(since, start))
        return worked

    def closing_after(self, moment: datetime, days: int) -> datetime:
        """Closing time of the `days`-th working day after that of `moment`."""
        day = moment.astimezone(MOSCOW).date()
        while days:
            day += DAY
            days -= bool(self.of(day))
        return self.of(day)[-1][1]

    def _stretches(self, day: date, by: timedelta) -> Iterator[tuple[datetime, datetime]]:
        for number in range(60):
            stretches = self.of(day + number * by)
            yield from stretches if by > timedelta() else reversed(stretches)
