"""Twenty working days to come, with the long days off of a New Year or of May in the middle."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cached_property

from calendar_rules import production_calendar
from calendar_rules.schedules import ASSUMED
from tests.api.chance.hours import MOSCOW, Hours

_DAY = timedelta(days=1)
_BEFORE, _AFTER = 12, 8
"""Working days before the days off, the eve among them, and after them."""
_LONG = 4
"""Days off one after another that are more than a weekend."""
CLOSED_BODY, CLOSED_DAYS = "sport", (8, 9)
"""A body that is closed on working days of its own."""


@dataclass(frozen=True)
class Month:
    """Working days are numbered from 1; `EVE` is the last one before the long days off."""

    eve: date

    EVE = _BEFORE

    @classmethod
    def after(cls, today: date) -> "Month":
        """The first one of which no day has begun."""
        eve = today + 2 * _BEFORE * _DAY
        while not (_works(eve) and all(not _works(eve + number * _DAY) for number in range(1, _LONG + 1))):
            eve += _DAY
        return cls(eve)

    @cached_property
    def days(self) -> tuple[date, ...]:
        """The twenty working days."""
        before = list(_working(self.eve, -1, _BEFORE))
        return (*reversed(before), *_working(self.eve + _DAY, 1, _AFTER))

    @property
    def closed(self) -> frozenset[date]:
        """The days on which the one body is closed."""
        return frozenset(self.days[day - 1] for day in CLOSED_DAYS)

    def hours_of(self, body: str | None) -> Hours:
        """Who works when; None: the Department."""
        return Hours(closed=self.closed) if body == CLOSED_BODY else Hours()

    def schedules(self) -> str:
        """The same as a file of hours."""
        exceptions = "\n".join(f'"{day}" = []' for day in sorted(self.closed))
        return f"{ASSUMED.read_text('utf-8')}\n[bodies.{CLOSED_BODY}.exceptions]\n{exceptions}\n"

    def at(self, day: int, clock: str) -> datetime:
        """A moment of a working day by its number, in Moscow."""
        return datetime.combine(self.days[day - 1], time.fromisoformat(clock), MOSCOW)

    def off(self, day: int, clock: str) -> datetime:
        """A moment of the first day off after a working day."""
        found = self.days[day - 1]
        while _works(found):
            found += _DAY
        return datetime.combine(found, time.fromisoformat(clock), MOSCOW)


def _works(day: date) -> bool:
    return production_calendar.is_working_day(day)


def _working(day: date, step: int, number: int) -> Iterator[date]:
    while number:
        if _works(day):
            yield day
            number -= 1
        day += step * _DAY
