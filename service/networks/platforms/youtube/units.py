"""The units that Google lets a key spend in a day, which ends at midnight of the Pacific coast (determine_quota_cost).

What is counted here is what all workers of the installation have spent; Google's own word that nothing is left ends the
day earlier.
"""

from datetime import date, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from calendar_rules.moments import moment_text
from service.networks.platforms.port import Fault, NetworkRefusalError
from store.database.engines import Database
from store.networks import uses

SPENT: Final = "quotaExceeded"
"""The code of the refusal, Google's and ours."""
_PACIFIC: Final = ZoneInfo("America/Los_Angeles")
_SHOWN_IN: Final = ZoneInfo("Europe/Moscow")


class Units:
    """The days of all keys of an installation. Everything raises DatabaseError."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def take(self, key: str, units: int, a_day: int, now: datetime, kept: int = 0) -> None:
        """Spend units of a key, which has so many a day; `kept` of them are for others.

        Raises NetworkRefusalError where they are not left.
        """
        async with self._database.write() as session:
            if not await uses.spend(session, self._database.dialect, key, units, a_day - kept, _day(now)):
                spent = await uses.spent(session, key, _day(now))
                raise no_units(now, for_answers=spent + units <= a_day)

    async def spend_all(self, key: str, a_day: int, now: datetime) -> None:
        """Google has said that nothing is left."""
        async with self._database.write() as session:
            await uses.spend_all(session, self._database.dialect, key, a_day, _day(now))

    async def spent(self, key: str, now: datetime) -> int:
        """Units that a key has spent today."""
        async with self._database.lookup() as session:
            return await uses.spent(session, key, _day(now))


def _day(now: datetime) -> date:
    return now.astimezone(_PACIFIC).date()


def resets_at(now: datetime) -> datetime:
    """When the day of units ends."""
    tomorrow = now.astimezone(_PACIFIC).date() + timedelta(days=1)
    return datetime(tomorrow.year, tomorrow.month, tomorrow.day, tzinfo=_PACIFIC)


def no_units(now: datetime, *, for_answers: bool = False) -> NetworkRefusalError:
    """The day's units are spent: until when, and what to do meanwhile. `for_answers`: what is kept for them is left."""
    reset = resets_at(now)
    shown = reset.astimezone(_SHOWN_IN)
    again = f"{moment_text(shown)} по московскому времени"
    advice = (
        f"запас обращений для чтения на сегодня исчерпан. Чтение возобновится {again}; ответы публикуются как обычно."
        if for_answers
        else f"суточный запас обращений исчерпан. Он возобновится {again}; до тех пор ответы размещаются вручную."
    )
    return NetworkRefusalError(
        Fault.LATER, f"YouTube: {advice}", code=SPENT, after=reset - now.astimezone(_PACIFIC)
    )
