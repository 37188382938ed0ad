"""Units of a day as one process counts them, for tests of the adapter, which have no database."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

from service.networks.platforms.youtube.units import Units, no_units

_PACIFIC = ZoneInfo("America/Los_Angeles")


class UnitsOfOne(Units):
    """The same units, in memory."""

    def __init__(self) -> None:
        self._spent: dict[tuple[str, date], int] = {}

    async def take(self, key: str, units: int, a_day: int, now: datetime, kept: int = 0) -> None:
        spent = await self.spent(key, now)
        if spent + units > a_day - kept:
            raise no_units(now, for_answers=spent + units <= a_day)
        self._spent[key, _day(now)] = spent + units

    async def spend_all(self, key: str, a_day: int, now: datetime) -> None:
        self._spent[key, _day(now)] = a_day

    async def spent(self, key: str, now: datetime) -> int:
        return self._spent.get((key, _day(now)), 0)


def _day(now: datetime) -> date:
    return now.astimezone(_PACIFIC).date()
