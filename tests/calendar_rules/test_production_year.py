"""A slip in the data file is refused on loading, with the place and the reason."""

import json
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from calendar_rules import CalendarError, production_calendar
from tests.calendar_file import with_day_off

Years = dict[str, Any]
SHIPPED = production_calendar.DATA_FILE


def drop_a_day_off(years: Years) -> None:
    del years["2026"]["days_off"]["2026-06-12"]


def close_a_weekend(years: Years) -> None:
    years["2026"]["days_off"]["2026-06-13"] = "День России"


def name_a_holiday_on_a_weekday(years: Years) -> None:
    years["2026"]["holidays_on_weekend"]["2026-06-15"] = "День России"


def lose_the_exchange_of_a_working_saturday(years: Years) -> None:
    years["2024"]["transfers"] = [t for t in years["2024"]["transfers"] if t["from"] != "2024-04-27"]


def open_a_weekday_as_a_weekend(years: Years) -> None:
    years["2024"]["working_weekends"].append("2024-04-26")


def shorten_a_holiday(years: Years) -> None:
    years["2026"]["shortened"].append("2026-06-12")


def forget_a_shortened_day(years: Years) -> None:
    years["2026"]["shortened"].remove("2026-06-11")


def put_a_day_of_another_year(years: Years) -> None:
    years["2026"]["days_off"]["2025-06-12"] = "День России"


def skip_a_year(years: Years) -> None:
    del years["2023"]


def remove_every_year(years: Years) -> None:
    years.clear()


def forget_a_month(years: Years) -> None:
    del years["2026"]["totals"]["months"]["05"]


def miscopy_a_total(years: Years) -> None:
    years["2026"]["totals"]["working_days"] = 248


def misspell_a_date(years: Years) -> None:
    years["2026"]["days_off"]["2026-13-01"] = "День России"


def misspell_a_field(years: Years) -> None:
    years["2026"]["shortend"] = []


def leave_out_the_sources(years: Years) -> None:
    del years["2026"]["sources"]


@pytest.mark.parametrize(
    ("slip", "reason"),
    [
        (drop_a_day_off, "2026 → totals: в месяце 06 рабочих дней 22, а не 21"),
        (close_a_weekend, "2026: days_off, 2026-06-13: это выходной и без записи"),
        (name_a_holiday_on_a_weekday, "2026: holidays_on_weekend, 2026-06-15: это не выходной"),
        (
            lose_the_exchange_of_a_working_saturday,
            "2024: working_weekends, 2024-04-27: в transfers не сказано",
        ),
        (open_a_weekday_as_a_weekend, "2024: working_weekends, 2024-04-26: это не суббота и не воскресенье"),
        (shorten_a_holiday, "2026: shortened, 2026-06-12: это не рабочий день"),
        (forget_a_shortened_day, "2026 → totals: в месяце 06 часов 168, а не 167"),
        (put_a_day_of_another_year, "2026: день 2025-06-12 другого года"),
        (skip_a_year, "годы идут не подряд"),
        (remove_every_year, "нет ни одного года"),
        (forget_a_month, "2026 → totals: нужны месяцы 01–12"),
        (miscopy_a_total, "2026 → totals → working_days: по дням года 247, а не 248"),
        (misspell_a_date, "2026 → days_off → 2026-13-01: нужна дата"),
        (misspell_a_field, "2026 → shortend: лишнее поле"),
        (leave_out_the_sources, "2026 → sources: поля нет"),
    ],
)
def test_a_slip_is_refused_with_its_place(slip: Callable[[Years], None], reason: str, tmp_path: Path) -> None:
    years = json.loads(SHIPPED.read_text("utf-8"))
    slip(years)
    broken = tmp_path / "calendar.json"
    broken.write_text(json.dumps(years), "utf-8")
    with pytest.raises(
        CalendarError, match=f"Производственный календарь calendar.json не принят: .*{reason}"
    ):
        production_calendar.load(broken)


def test_a_file_that_is_not_json_is_refused(tmp_path: Path) -> None:
    broken = tmp_path / "calendar.json"
    broken.write_text("{", "utf-8")
    with pytest.raises(CalendarError, match="файл не читается как JSON"):
        production_calendar.load(broken)


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(CalendarError, match="не читается"):
        production_calendar.load(tmp_path / "none.json")


def test_the_shipped_file_is_loaded_as_it_stands() -> None:
    assert production_calendar.load(SHIPPED) == production_calendar.current()


def test_a_file_is_read_once_and_again_when_it_is_another(tmp_path: Path) -> None:
    file = tmp_path / "calendar.json"
    file.write_bytes(SHIPPED.read_bytes())
    calendar, edition = production_calendar.with_edition(file)
    assert production_calendar.with_edition(file)[0] is calendar
    new = with_day_off(file, date(2027, 9, 15))
    later, other = production_calendar.with_edition(file)
    assert (later, other == edition) == (new, False)
