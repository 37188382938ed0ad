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


SLIPS: list[tuple[Callable[[Years], object], str]] = [
    (
        lambda it: it["2026"]["days_off"].pop("2026-06-12"),
        "2026 → totals: в месяце 06 рабочих дней 22, а не 21",
    ),
    (
        lambda it: it["2026"]["days_off"].update({"2026-06-13": "День России"}),
        "2026: days_off, 2026-06-13: это выходной и без записи",
    ),
    (
        lambda it: it["2026"]["holidays_on_weekend"].update({"2026-06-15": "День России"}),
        "2026: holidays_on_weekend, 2026-06-15: это не выходной",
    ),
    (
        # The exchange of a working Saturday.
        lambda it: it["2024"].update(
            transfers=[t for t in it["2024"]["transfers"] if t["from"] != "2024-04-27"]
        ),
        "2024: working_weekends, 2024-04-27: в transfers не сказано",
    ),
    (
        lambda it: it["2024"]["working_weekends"].append("2024-04-26"),
        "2024: working_weekends, 2024-04-26: это не суббота и не воскресенье",
    ),
    (
        lambda it: it["2026"]["shortened"].append("2026-06-12"),
        "2026: shortened, 2026-06-12: это не рабочий день",
    ),
    (
        lambda it: it["2026"]["shortened"].remove("2026-06-11"),
        "2026 → totals: в месяце 06 часов 168, а не 167",
    ),
    (
        lambda it: it["2026"]["days_off"].update({"2025-06-12": "День России"}),
        "2026: день 2025-06-12 другого года",
    ),
    (lambda it: it.pop("2023"), "годы идут не подряд"),
    (lambda it: it.clear(), "нет ни одного года"),
    (lambda it: it["2026"]["totals"]["months"].pop("05"), "2026 → totals: нужны месяцы 01–12"),
    (
        lambda it: it["2026"]["totals"].update(working_days=248),
        "2026 → totals → working_days: по дням года 247, а не 248",
    ),
    (
        lambda it: it["2026"]["days_off"].update({"2026-13-01": "День России"}),
        "2026 → days_off → 2026-13-01: нужна дата",
    ),
    (lambda it: it["2026"].update(shortend=[]), "2026 → shortend: лишнее поле"),
    (lambda it: it["2026"].pop("sources"), "2026 → sources: поля нет"),
]


@pytest.mark.parametrize(("slip", "reason"), SLIPS, ids=[reason for _, reason in SLIPS])
def test_a_slip_is_refused_with_its_place(
    slip: Callable[[Years], object], reason: str, tmp_path: Path
) -> None:
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
