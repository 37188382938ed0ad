"""Durations of a past week are counted by the hours that held in it, whatever hours hold today."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from calendar_rules.regulation import LimitName
from service.reports.weekly.timeliness import working_time
from service.runs import rules
from store.reports.limits import Met

MOSCOW = ZoneInfo("Europe/Moscow")
EARLY = {
    "timezone": "Europe/Moscow",
    "week": {day: [["07:00", "13:00"]] for day in ("mon", "tue", "wed", "thu", "fri")},
    "exceptions": {},
    "assumed": False,
}


def run(start: str, met: str) -> Met:
    started, done = (datetime.fromisoformat(text).replace(tzinfo=MOSCOW) for text in (start, met))
    return Met(1, LimitName.DRAFT, "housing", started, done)


def test_hours_changed_on_monday_leave_last_weeks_durations() -> None:
    runs = [
        run("2027-02-24 09:05", "2027-02-24 15:21"),
        run("2027-02-25 12:00", "2027-02-26 10:00"),
        run("2027-02-26 16:00", "2027-03-01 08:00"),
    ]
    current = rules.load(None, None)
    before = [working_time(current.calendar_of("housing"), one) for one in runs]
    current.keep_hours({"housing": [(date(2027, 3, 1), EARLY)]})
    after = [working_time(current.calendar_of("housing"), one) for one in runs]
    assert after[:2] == before[:2] == [timedelta(hours=5, minutes=31), timedelta(hours=6, minutes=15)]
    assert after[2] == timedelta(hours=1, minutes=45), "Friday by Friday's hours, Monday by Monday's"
