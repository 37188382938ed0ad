from datetime import date, datetime, time, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest

from service.commands.imports.moments import WANTED, moment_of
from service.directory.workbook_bounds import Cell

MOSCOW = ZoneInfo("Europe/Moscow")
NINE = datetime(2026, 11, 23, 9, 5, tzinfo=MOSCOW)
MIDNIGHT = datetime(2026, 11, 23, tzinfo=MOSCOW)


@pytest.mark.parametrize(
    ("day", "clock"),
    [
        ("23.11.2026 09:05", ""),
        ("23.11.2026, 9:05:00", None),
        ("23/11/26", "9:05"),
        ("2026-11-23 09:05", None),
        ("2026-11-23T09:05:00.000", None),
        ("2026-11-23T06:05:00Z", None),
        (None, "23.11.2026 09:05"),
        (datetime(2026, 11, 23, 9, 5), None),
        (datetime(2026, 11, 23), time(9, 5)),
        (date(2026, 11, 23), "9:05"),
        ("23.11.2026", datetime(1899, 12, 31, 9, 5)),
    ],
)
def test_moments_are_read_as_tables_write_them(day: Cell, clock: Cell) -> None:
    assert moment_of(day, clock, MOSCOW) == NINE


@pytest.mark.parametrize("day", ["23.11.2026", "2026-11-23", date(2026, 11, 23)])
def test_a_day_without_a_time_begins_at_midnight(day: Cell) -> None:
    assert moment_of(day, None, MOSCOW) == MIDNIGHT


def test_an_offset_wins_over_the_zone() -> None:
    found = moment_of("2026-11-23 09:05+05:00", None, MOSCOW)
    assert found == datetime(2026, 11, 23, 9, 5, tzinfo=timezone(timedelta(hours=5)))


def test_nothing_is_no_moment() -> None:
    assert moment_of(" ", None, MOSCOW) is None


@pytest.mark.parametrize(
    "given", ["вчера", "31.02.2026", "46349,375", "01.01.0001 00:00", "2026-11-23 25:00", 46349.4]
)
def test_what_is_no_moment_is_refused_with_how_to_write_it(given: Cell) -> None:
    with pytest.raises(ValueError, match="нужны дата и время") as refused:
        moment_of(given, None, MOSCOW)
    assert str(refused.value) == WANTED
