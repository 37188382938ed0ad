"""The units that Google lets a key spend in a day, which ends at midnight of the Pacific coast (determine_quota_cost).

What is counted here is what this process has spent; Google's own word that nothing is left ends the day earlier.
"""

from collections.abc import Hashable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from calendar_rules.moments import moment_text
from service.networks.platforms.port import Fault, NetworkRefusalError

SPENT: Final = "quotaExceeded"
"""The code of the refusal, Google's and ours."""
_PACIFIC: Final = ZoneInfo("America/Los_Angeles")
_SHOWN_IN: Final = ZoneInfo("Europe/Moscow")


@dataclass(slots=True)
class _Day:
    day: date
    spent: int = 0


class Units:
    """The days of all keys."""

    def __init__(self) -> None:
        self._days: dict[Hashable, _Day] = {}

    def take(self, key: Hashable, units: int, a_day: int, now: datetime, kept: int = 0) -> None:
        """Spend units of a key, which has so many a day; `kept` of them are for others.

        Raises NetworkRefusalError where they are not left.
        """
        day = self._today(key, now)
        if day.spent + units > a_day - kept:
            raise no_units(now, for_answers=day.spent + units <= a_day)
        day.spent += units

    def spend_all(self, key: Hashable, a_day: int, now: datetime) -> None:
        """Google has said that nothing is left."""
        self._today(key, now).spent = a_day

    def spent(self, key: Hashable, now: datetime) -> int:
        """Units that a key has spent today."""
        return self._today(key, now).spent

    def _today(self, key: Hashable, now: datetime) -> _Day:
        today = now.astimezone(_PACIFIC).date()
        day = self._days.get(key)
        if day is None or day.day != today:
            day = self._days[key] = _Day(today)
        return day


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
