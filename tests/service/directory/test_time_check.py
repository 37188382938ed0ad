"""Checks that an operator has before files come into force: `otklik calendar check`, `otklik timezones check`."""

import json
import zoneinfo
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from typer.testing import CliRunner, Result

from calendar_rules.production_calendar import DATA_FILE
from cli import app
from tests.calendar_file import with_day_off
from tests.zone_data import zone_data

NOTHING_COUNTED = "Базы данных здесь ещё нет: какие сроки сдвинутся, не посчитано."


@pytest.fixture(autouse=True)
def own_zones() -> Iterator[None]:
    """A command chooses zone data for its process, which is that of the tests here."""
    found = zoneinfo.TZPATH
    yield
    zoneinfo.reset_tzpath(found)
    ZoneInfo.clear_cache()


def run(folder: Path, *command: str) -> Result:
    return CliRunner().invoke(app, [*command, "--data", str(folder / "data")])


def test_a_calendar_is_told_by_its_years_and_what_is_new_in_it(tmp_path: Path) -> None:
    with_day_off(tmp_path / "calendar.json", date(2027, 9, 15))
    shown = run(tmp_path, "calendar", "check", str(tmp_path / "calendar.json"))
    assert (shown.exit_code, shown.stderr) == (0, "")
    lines = shown.stdout.splitlines()
    assert lines[0] == "Годы: 2019–2027. Дни сходятся с опубликованными итогами."
    assert "  — 15.09.2027: рабочий день → выходной день (День области)" in lines
    assert lines[-1] == NOTHING_COUNTED


def test_the_calendar_in_force_has_nothing_new_and_one_without_a_year_says_what_is_missing(
    tmp_path: Path,
) -> None:
    assert "  — изменений нет" in run(tmp_path, "calendar", "check", str(DATA_FILE)).stdout
    years = json.loads(DATA_FILE.read_text("utf-8"))
    del years["2027"]
    (tmp_path / "calendar.json").write_text(json.dumps(years), "utf-8")
    shown = run(tmp_path, "calendar", "check", str(tmp_path / "calendar.json"))
    assert "  — нет лет: 2027. Добавьте их: без них файл не применяется" in shown.stdout


def test_the_file_to_go_on_from_is_the_one_of_the_installation(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert run(tmp_path, "calendar", "print").stdout == DATA_FILE.read_text("utf-8")
    with_day_off(tmp_path / "calendar.json", date(2027, 9, 15))
    monkeypatch.setenv("OTKLIK_CALENDAR", str(tmp_path / "calendar.json"))
    assert run(tmp_path, "calendar", "print").stdout == (tmp_path / "calendar.json").read_text("utf-8")
    (tmp_path / "calendar.json").unlink()
    shown = run(tmp_path, "calendar", "print")
    assert (shown.exit_code, "Проверьте имя файла и права" in shown.stderr) == (2, True)


def test_open_limits_are_counted_where_there_is_a_database(tmp_path: Path) -> None:
    assert run(tmp_path, "prepare").exit_code == 0
    shown = run(tmp_path, "calendar", "check", str(DATA_FILE))
    assert (shown.exit_code, shown.stdout.splitlines()[-1]) == (
        0,
        "Открытых сообщений: 0. Сдвинется сроков: 0.",
    )


@pytest.mark.parametrize(
    ("content", "says"),
    [
        ('{\n "2026": {,\n}', "строка 2, знак 11: файл не читается как JSON"),
        ('{"2026": {}}', "2026 → status: поля нет"),
    ],
)
def test_a_calendar_that_is_wrong_is_refused_with_the_place(tmp_path: Path, content: str, says: str) -> None:
    (tmp_path / "calendar.json").write_text(content, "utf-8")
    shown = run(tmp_path, "calendar", "check", str(tmp_path / "calendar.json"))
    assert (shown.exit_code, says in shown.stderr) == (2, True), shown.stderr


def test_zones_are_told_by_release_and_by_what_differs(tmp_path: Path) -> None:
    own = zone_data(tmp_path / "zones", {"Europe/Moscow": "Europe/Kaliningrad"}, "2027a")
    shown = run(tmp_path, "timezones", "check", str(own))
    assert (shown.exit_code, shown.stderr) == (0, "")
    assert shown.stdout.startswith("Выпуск часовых поясов: 2027a. В программе: 20")
    assert "Europe/Moscow: сейчас UTC+02:00, переводов часов до " in shown.stdout
    assert "  — правила иные, чем у поясов программы: MSK-3, здесь EET-2" in shown.stdout


def test_without_a_directory_the_zones_of_the_settings_are_checked_and_without_those_the_programs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shown = run(tmp_path, "timezones", "check").stdout
    assert "Europe/Moscow: сейчас UTC+03:00, переводов часов до " in shown
    assert "правила иные" not in shown
    own = zone_data(tmp_path / "zones", {"Europe/Moscow": "Europe/Berlin"}, "2027a")
    monkeypatch.setenv("OTKLIK_TZDATA", str(own))
    assert " часы переводятся на UTC+02:00" in run(tmp_path, "timezones", "check").stdout


@pytest.mark.parametrize("command", [["timezones", "check"], ["prepare"], ["worker"], ["api"]])
def test_a_directory_without_zones_stops_every_command_in_words(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, command: list[str]
) -> None:
    monkeypatch.setenv("OTKLIK_TZDATA", str(tmp_path))
    shown = run(tmp_path, *command)
    assert (shown.exit_code, f"{tmp_path}: это не данные часовых поясов" in shown.stderr) == (2, True)
