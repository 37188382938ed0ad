"""Days from which changes of the directory hold."""

from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Self


@dataclass(frozen=True, slots=True)
class HeldFrom:
    """`moment`: from when offices, `day`: from which day titles are others; `now` and `today`: when it is entered.

    Days are those of the Department's zone.
    """

    now: datetime
    today: date
    moment: datetime
    day: date

    @classmethod
    def at_once(cls, now: datetime | None = None) -> Self:
        """From the moment it is entered."""
        now = now or datetime.now(UTC)
        return cls(now, now.date(), now, now.date())

    @property
    def is_planned(self) -> bool:
        """Whether the day is still to come."""
        return self.day > self.today
