"""The check of a production calendar that an operator has before its file comes into force."""

import json
from datetime import date
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from calendar_rules.production_calendar import DATA_FILE
from cli import app
from tests.calendar_file import with_day_off


def run(folder: Path, *command: str) -> Result:
    return CliRunner().invoke(app, [*command, "--data", str(folder / "data")])


def test_a_calendar_is_told_by_its_years_and_what_is_new_in_it(tmp_path: Path) -> None:
    with_day_off(tmp_path / "calendar.json", date(2027, 9, 15))
    shown = run(tmp_path, "calendar", "check", str(tmp_path / "calendar.json"))
    assert (shown.exit_code, shown.stderr) == (0, "")
    lines = shown.stdout.splitlines()
    assert lines[0] == "Годы: 2019–2027. Дни сходятся с опубликованными итогами."
    assert "  — 15.09.2027: рабочий день → выходной день (День области)" in lines


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
