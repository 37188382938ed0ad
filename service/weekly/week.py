"""An ISO week in a time zone."""

import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Self
from zoneinfo import ZoneInfo

_NAME = re.compile(r"(\d{4})-W(\d{2})")
_WEEK = timedelta(weeks=1)


@dataclass(frozen=True, slots=True, order=True)
class Week:
    """The week that begins on this Monday."""

    first_day: date

    @classmethod
    def named(cls, name: str) -> Self | None:
        """The week of a name such as «2026-W47»; None where there is no such week."""
        match = _NAME.fullmatch(name)
        if match is None:
            return None
        try:
            found = cls(date.fromisocalendar(int(match[1]), int(match[2]), 1))
        except ValueError:
            return None
        return found if found.name == name and found.has_neighbours else None

    @classmethod
    def of(cls, moment: datetime, zone: ZoneInfo) -> Self:
        """The week in which a moment lies."""
        return cls.with_day(moment.astimezone(zone).date())

    @classmethod
    def with_day(cls, day: date) -> Self:
        """The week in which a day lies."""
        return cls(day - timedelta(days=day.weekday()))

    @property
    def name(self) -> str:
        """By ISO 8601: «2026-W47»."""
        year, number, _ = self.first_day.isocalendar()
        return f"{year}-W{number:02}"

    @property
    def has_neighbours(self) -> bool:
        """Whether it is far enough from the first and the last day that there are for what is asked of it."""
        return date.min.year < self.first_day.year < date.max.year

    @property
    def last_day(self) -> date:
        return self.first_day + timedelta(days=6)

    def later(self, weeks: int = 1) -> "Week":
        """The week that is so many weeks later; earlier ones by a negative number."""
        return Week(self.first_day + weeks * _WEEK)

    def begins(self, zone: ZoneInfo) -> datetime:
        """Its first moment, in the zone."""
        return datetime.combine(self.first_day, time(), zone)

    def span(self, zone: ZoneInfo) -> tuple[datetime, datetime]:
        """Its first moment, and that of the next one."""
        return self.begins(zone), self.later().begins(zone)
