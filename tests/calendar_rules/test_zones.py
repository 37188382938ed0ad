"""Zones by rules of their own: clocks show what they do by the data that the rules were taken from."""

import zoneinfo
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from calendar_rules import WorkCalendar, zones
from calendar_rules.schedules import assumed, with_rules
from calendar_rules.zones import ZonesError
from tests.zone_data import zone_data

WEEK = {day: [["09:00", "18:00"]] for day in ("mon", "tue", "wed", "thu", "fri")}
OF_RUSSIA = ("Europe/Kaliningrad", "Europe/Moscow", "Europe/Volgograd", "Europe/Samara", "Asia/Kamchatka")
# Summer time, also below zero and of half an hour; changes of rules since 2019; changes listed one by one.
ABROAD = ("Europe/Berlin", "Europe/Dublin", "Australia/Lord_Howe", "Africa/Cairo", "Africa/Casablanca")


@pytest.fixture
def own_zones() -> Iterator[None]:
    """The zone data as they were are in use again afterwards."""
    found = zoneinfo.TZPATH
    yield
    zoneinfo.reset_tzpath(found)
    ZoneInfo.clear_cache()


@pytest.mark.parametrize("name", [*OF_RUSSIA, *ABROAD])
def test_clocks_are_the_same_by_the_rules_alone(name: str) -> None:
    whole, by_rules = zones.zone(name), zones.zone(f"{name} {zones.rules_of(name)}")
    at = datetime(2019, 1, 1, tzinfo=UTC)
    while at.year < 2040:
        one, other = at.astimezone(whole), at.astimezone(by_rules)
        assert (one.isoformat(), one.tzname()) == (other.isoformat(), other.tzname())
        at += timedelta(hours=31)


def test_the_rules_of_moscow_are_as_short_as_can_be_and_those_of_volgograd_tell_its_change() -> None:
    assert zones.rules_of("Europe/Moscow") == "MSK-3"
    assert zones.rules_of("Europe/Volgograd") == "14400,0,+04,1609020000 MSK-3"


@pytest.mark.parametrize(
    "written", ["Europe/Moscow nonsense", "Europe/Moscow 1,2 MSK-3", "Nowhere", "Europe"]
)
def test_what_is_no_zone_is_refused(written: str) -> None:
    with pytest.raises(ValueError, match="неизвестный часовой пояс"):
        WorkCalendar(timezone=written, week=WEEK)


def test_working_time_with_rules_of_its_own_does_not_follow_other_zone_data(
    own_zones: None, tmp_path: Path
) -> None:
    monday = datetime(2026, 11, 23, 10, tzinfo=UTC)
    kept = WorkCalendar(timezone=f"Europe/Moscow {zones.rules_of('Europe/Moscow')}", week=WEEK)
    before = kept.add(monday, timedelta(hours=8))
    zones.use(zone_data(tmp_path, {"Europe/Moscow": "Asia/Dubai"}, "2027a"))
    assert zones.release() == "2027a"
    assert zones.rules_of("Europe/Moscow") == "<+04>-4"
    again = WorkCalendar.model_validate_json(kept.model_dump_json())
    assert again.add(monday, timedelta(hours=8)) == before
    assert again.add(monday, timedelta(hours=8)).isoformat() == "2026-11-24T12:00:00+03:00"
    now = WorkCalendar(timezone=f"Europe/Moscow {zones.rules_of('Europe/Moscow')}", week=WEEK)
    assert now.opening(date(2026, 11, 24)) == before - timedelta(hours=4)
    zones.use(None)
    assert zones.release() == zones.packaged_release()
    assert zones.rules_of("Europe/Moscow") == zones.packaged_rules_of("Europe/Moscow")


def test_a_directory_that_does_not_name_its_release_is_refused(own_zones: None, tmp_path: Path) -> None:
    with pytest.raises(ZonesError, match=r"нет файла tzdata\.zi"):
        zones.use(tmp_path)


def test_schedules_with_rules_have_the_same_hours_in_zones_of_these_rules() -> None:
    ruled = with_rules(assumed(), {"Europe/Moscow": "MSK-3"})
    assert {ruled.of(None).timezone, ruled.of("roads").timezone} == {"Europe/Moscow MSK-3"}
    assert ruled.zones == assumed().zones == {"Europe/Moscow"}
    assert ruled.of(None).week == assumed().of(None).week


def test_shifts_are_told_to_the_second() -> None:
    found = zones.shifts(
        zones.zone("Europe/Berlin"), datetime(2026, 1, 1, tzinfo=UTC), datetime(2027, 1, 1, tzinfo=UTC)
    )
    assert [at.isoformat() for at in found] == ["2026-03-29T03:00:00+02:00", "2026-10-25T02:00:00+01:00"]
