"""Periods that are reported on: an ISO week, a month, a quarter, a year, or the days from one date to another.

Each is of whole days in the zone of the Department, and has a name by which addresses know it.
"""

import re
from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from typing import ClassVar, Final, Self
from zoneinfo import ZoneInfo

_DAY: Final = timedelta(days=1)
_MONTHS: Final = 12
_MONTHS_OF_QUARTER: Final = 3


class Unit(StrEnum):
    """What a period is; `days`: from one date to another."""

    WEEK = "week"
    MONTH = "month"
    QUARTER = "quarter"
    YEAR = "year"
    DAYS = "days"


@dataclass(frozen=True, slots=True, order=True)
class Period(ABC):
    """A period that begins on this day."""

    first_day: date

    unit: ClassVar[Unit]

    @classmethod
    @abstractmethod
    def named(cls, name: str) -> Self | None:
        """The period of a name such as «2026-W47», «2026-11»; None where there is no such period."""

    @classmethod
    @abstractmethod
    def with_day(cls, day: date) -> Self:
        """The period in which a day lies."""

    @property
    @abstractmethod
    def name(self) -> str:
        """By which it is known in addresses."""

    @property
    @abstractmethod
    def last_day(self) -> date: ...

    @abstractmethod
    def later(self, times: int = 1) -> Self:
        """The period of the same length that is so many periods later; earlier ones by a negative number.

        Raises OverflowError or ValueError beyond the first or the last year there is.
        """

    @classmethod
    def of(cls, moment: datetime, zone: ZoneInfo) -> Self:
        """The period in which a moment lies."""
        return cls.with_day(moment.astimezone(zone).date())

    @property
    def has_neighbours(self) -> bool:
        """Whether it is far enough from the first and the last day that there are for what is asked of it."""
        return date.min.year + 100 < self.first_day.year and self.last_day.year < date.max.year - 100

    def begins(self, zone: ZoneInfo) -> datetime:
        """Its first moment, in the zone."""
        return datetime.combine(self.first_day, time(), zone)

    def span(self, zone: ZoneInfo) -> tuple[datetime, datetime]:
        """Its first moment, and the first one after it."""
        return self.begins(zone), datetime.combine(self.last_day + _DAY, time(), zone)


@dataclass(frozen=True, slots=True, order=True)
class Week(Period):
    """The ISO week that begins on this Monday: «2026-W47»."""

    unit: ClassVar = Unit.WEEK
    _NAME: ClassVar = re.compile(r"(\d{4})-W(\d{2})", re.ASCII)

    @classmethod
    def named(cls, name: str) -> Self | None:
        match = cls._NAME.fullmatch(name)
        if match is None:
            return None
        try:
            found = cls(date.fromisocalendar(int(match[1]), int(match[2]), 1))
        except ValueError:
            return None
        return found if found.name == name and found.has_neighbours else None

    @classmethod
    def with_day(cls, day: date) -> Self:
        return cls(day - day.weekday() * _DAY)

    @property
    def name(self) -> str:
        year, number, _ = self.first_day.isocalendar()
        return f"{year}-W{number:02}"

    @property
    def last_day(self) -> date:
        return self.first_day + 6 * _DAY

    def later(self, times: int = 1) -> Self:
        return type(self)(self.first_day + 7 * times * _DAY)


@dataclass(frozen=True, slots=True, order=True)
class _Months(Period):
    """So many whole months, of which a year has a whole number."""

    MONTHS: ClassVar[int]

    @classmethod
    def with_day(cls, day: date) -> Self:
        return cls(date(day.year, day.month - (day.month - 1) % cls.MONTHS, 1))

    @property
    def last_day(self) -> date:
        return self.later().first_day - _DAY

    def later(self, times: int = 1) -> Self:
        months = self.first_day.year * _MONTHS + self.first_day.month - 1 + self.MONTHS * times
        return type(self)(date(months // _MONTHS, months % _MONTHS + 1, 1))

    @classmethod
    def _known(cls, year: int, month: int) -> Self | None:
        try:
            found = cls(date(year, month, 1))
        except ValueError:
            return None
        return found if found.has_neighbours else None


@dataclass(frozen=True, slots=True, order=True)
class Month(_Months):
    """A month: «2026-11»."""

    unit: ClassVar = Unit.MONTH
    MONTHS: ClassVar = 1
    _NAME: ClassVar = re.compile(r"(\d{4})-(\d{2})", re.ASCII)

    @classmethod
    def named(cls, name: str) -> Self | None:
        match = cls._NAME.fullmatch(name)
        return cls._known(int(match[1]), int(match[2])) if match else None

    @property
    def name(self) -> str:
        return f"{self.first_day:%Y-%m}"


@dataclass(frozen=True, slots=True, order=True)
class Quarter(_Months):
    """A quarter: «2026-Q4»."""

    unit: ClassVar = Unit.QUARTER
    MONTHS: ClassVar = _MONTHS_OF_QUARTER
    _NAME: ClassVar = re.compile(r"(\d{4})-Q([1-4])", re.ASCII)

    @classmethod
    def named(cls, name: str) -> Self | None:
        match = cls._NAME.fullmatch(name)
        return cls._known(int(match[1]), 1 + _MONTHS_OF_QUARTER * (int(match[2]) - 1)) if match else None

    @property
    def number(self) -> int:
        """Of the year: 1 to 4."""
        return (self.first_day.month - 1) // _MONTHS_OF_QUARTER + 1

    @property
    def name(self) -> str:
        return f"{self.first_day:%Y}-Q{self.number}"


@dataclass(frozen=True, slots=True, order=True)
class Year(_Months):
    """A year: «2026»."""

    unit: ClassVar = Unit.YEAR
    MONTHS: ClassVar = _MONTHS
    _NAME: ClassVar = re.compile(r"\d{4}", re.ASCII)

    @classmethod
    def named(cls, name: str) -> Self | None:
        return cls._known(int(name), 1) if cls._NAME.fullmatch(name) else None

    @property
    def name(self) -> str:
        return f"{self.first_day:%Y}"


@dataclass(frozen=True, slots=True, order=True)
class Days(Period):
    """From one date to another, both included: «2026-11-01--2026-11-15»; the one before it is as many days."""

    last: date

    unit: ClassVar = Unit.DAYS
    _BETWEEN: ClassVar = "--"

    @classmethod
    def named(cls, name: str) -> Self | None:
        try:
            first, last = (date.fromisoformat(day) for day in name.split(cls._BETWEEN))
        except ValueError:
            return None
        found = cls(first, last)
        return found if first <= last and found.name == name and found.has_neighbours else None

    @classmethod
    def with_day(cls, day: date) -> Self:
        return cls(day, day)

    @property
    def name(self) -> str:
        return f"{self.first_day}{self._BETWEEN}{self.last}"

    @property
    def last_day(self) -> date:
        return self.last

    def later(self, times: int = 1) -> Self:
        length = (self.last - self.first_day + _DAY) * times
        return type(self)(self.first_day + length, self.last + length)


KINDS: Final[Mapping[Unit, type[Period]]] = {kind.unit: kind for kind in (Week, Month, Quarter, Year, Days)}


def named(unit: Unit, name: str) -> Period:
    """The period of a name that is known to be one. Raises ValueError for another."""
    found = KINDS[unit].named(name)
    if found is None:
        raise ValueError(f"no {unit} is called {name!r}")
    return found
