"""Durations of a past week are counted by the hours that held in it, whatever hours hold today."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from calendar_rules.regulation import LimitName
from service.reports.weekly.timeliness import WorkingTimes
from service.runs import rules
from store.database.blocking import BlockingDatabase
from store.reports import limits

MOSCOW = ZoneInfo("Europe/Moscow")
EARLY = {
    "timezone": "Europe/Moscow",
    "week": {day: [["07:00", "13:00"]] for day in ("mon", "tue", "wed", "thu", "fri")},
    "exceptions": {},
    "assumed": False,
}


EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def run(start: str, met: str) -> tuple[str, LimitName, int, int, bool]:
    begun, done = (datetime.fromisoformat(text).replace(tzinfo=MOSCOW) - EPOCH for text in (start, met))
    microsecond = timedelta(microseconds=1)
    return "housing", LimitName.DRAFT, begun // microsecond, done // microsecond, True


def test_hours_changed_on_monday_leave_last_weeks_durations(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    runs = [
        run("2027-02-24 09:05", "2027-02-24 15:21"),
        run("2027-02-25 12:00", "2027-02-26 10:00"),
        run("2027-02-26 16:00", "2027-03-01 08:00"),
    ]
    monkeypatch.setattr(limits, "runs_met", lambda *_, **__: runs)
    current = rules.load(None, None)

    def times() -> list[timedelta]:
        span = (EPOCH, EPOCH + timedelta(days=1))
        with BlockingDatabase(f"sqlite+aiosqlite:///{tmp_path}/none.db", 1).read() as connection:
            found = WorkingTimes.read(connection, span, current.calendar_of)
        return [timedelta(microseconds=took) for took in found.of_limits["housing", LimitName.DRAFT]]

    before = times()
    current.keep_hours({"housing": [(date(2027, 3, 1), EARLY)]})
    after = times()
    assert after[:2] == before[:2] == [timedelta(hours=5, minutes=31), timedelta(hours=6, minutes=15)]
    assert after[2] == timedelta(hours=1, minutes=45), "Friday by Friday's hours, Monday by Monday's"
