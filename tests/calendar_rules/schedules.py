"""Schedules, zones and moments that the calendar tests share."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from hypothesis import strategies as st

from calendar_rules import WorkCalendar, production_calendar
from calendar_rules.working_hours import WEEKDAYS, clock_time

Week = Mapping[str, list[list[str]]]

FULL_DAY = [["09:00", "13:00"], ["13:45", "18:00"]]
SHORT_FRIDAY = [["09:00", "13:00"], ["13:45", "16:45"]]
DEFAULT_WEEK: Week = {"mon": FULL_DAY, "tue": FULL_DAY, "wed": FULL_DAY, "thu": FULL_DAY, "fri": SHORT_FRIDAY}
NIGHT_SHIFTS: Week = {weekday: [["00:00", "06:00"], ["22:00", "24:00"]] for weekday in WEEKDAYS}
ROUND_THE_CLOCK: Week = {weekday: [["00:00", "24:00"]] for weekday in WEEKDAYS}

MOSCOW = ZoneInfo("Europe/Moscow")

# Half-hour and two-hour changes, changes at midnight, a day that never was (Apia, 30.12.2011), odd offsets.
ZONES = (
    "Africa/Cairo",
    "America/Havana",
    "America/New_York",
    "America/Santiago",
    "America/St_Johns",
    "Antarctica/Troll",
    "Asia/Beirut",
    "Asia/Kathmandu",
    "Asia/Tehran",
    "Australia/Lord_Howe",
    "Europe/Berlin",
    "Europe/Moscow",
    "Pacific/Apia",
    "Pacific/Chatham",
    "UTC",
)


def moscow(day: int, month: int, year: int, clock: str = "00:00") -> datetime:
    """A moment of Moscow time, in the order people write it."""
    return datetime.combine(date(year, month, day), time.fromisoformat(clock), MOSCOW)


def msk(text: str) -> datetime:
    """The same of «2026-11-23 09:00»."""
    return datetime.fromisoformat(text).replace(tzinfo=MOSCOW)


@lru_cache
def default_calendar() -> WorkCalendar:
    """The default schedule of the bodies under the production calendar."""
    return production_calendar.current().work_calendar("Europe/Moscow", DEFAULT_WEEK)


@lru_cache
def changes(zone: str, first_year: int, last_year: int) -> list[date]:
    """Days on or right before which the zone changes its offset."""
    days = (date(last_year, 12, 20) - date(first_year, 1, 8)).days
    noon = [datetime(first_year, 1, 8, 12, tzinfo=UTC) + timedelta(days=n) for n in range(days)]
    offsets = [moment.astimezone(ZoneInfo(zone)).utcoffset() for moment in noon]
    return [noon[n].date() for n in range(len(noon) - 1) if offsets[n] != offsets[n + 1]]


@lru_cache
def days_of_change(zone: str) -> st.SearchStrategy[date]:
    """Some of them from 2007 to 2027; a few others with them."""
    found = changes(zone, 2007, 2027)
    # Every minute of the days around each is walked: the first and the last changes are enough of them.
    others = [date(2011, 12, 29), date(2024, 2, 28), date(2025, 12, 30)]
    return st.sampled_from([*found[:4], *found[-2:], *others])


def _intervals(minutes: set[int]) -> list[list[str]]:
    ordered = sorted(minutes)
    return [
        [clock_time(start), clock_time(end)] for start, end in zip(ordered[::2], ordered[1::2], strict=False)
    ]


# Up to three intervals of a day; midnight at either end is as likely as all other times together.
HOURS = st.sets(st.one_of(st.sampled_from([0, 24 * 60]), st.integers(0, 24 * 60)), max_size=6).map(_intervals)

# The default week, shifts, and weeks nobody keeps; each works at some time.
WEEKS: st.SearchStrategy[Week] = st.one_of(
    st.sampled_from([DEFAULT_WEEK, NIGHT_SHIFTS, ROUND_THE_CLOCK]),
    st.dictionaries(st.sampled_from(WEEKDAYS), HOURS, min_size=1).filter(lambda week: any(week.values())),
)
