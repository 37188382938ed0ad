"""Working hours as data: the default, bodies that differ from it, and files that cannot be used."""

from datetime import date
from pathlib import Path

import pytest

from calendar_rules import CalendarError, production_calendar, schedules
from calendar_rules.schedules import ASSUMED, Schedule, ScheduleError, assumed

TEXT = ASSUMED.read_text("utf-8")


def written(folder: Path, text: str) -> Path:
    path = folder / "hours.toml"
    path.write_text(text, "utf-8")
    return path


def test_the_default_is_a_week_of_forty_hours() -> None:
    week = production_calendar.current().work_calendar("Europe/Moscow", assumed().default.week)
    days = [date(2026, 11, 23 + day) for day in range(5)]
    spans = [(week.opening(day), week.closing(day)) for day in days]
    worked = sum((week.between(a, b).total_seconds() for a, b in spans if a and b), 0.0)
    assert worked == 40 * 3600


def test_the_department_and_a_body_without_hours_of_its_own_keep_the_default() -> None:
    assert assumed().of(None) == assumed().of("roads") == assumed().default
    assert assumed().default.assumed


def test_a_body_and_the_department_state_only_what_differs(tmp_path: Path) -> None:
    path = written(
        tmp_path,
        TEXT
        + '\n[bodies.roads]\nweek = { mon = [["08:00", "17:00"]] }\n'
        + 'exceptions = { 2026-12-30 = [["09:00", "12:00"]] }\n'
        + '[bodies.department]\ntimezone = "Asia/Omsk"\n',
    )
    hours = schedules.load(path)
    roads = hours.of("roads")
    assert (roads.week["mon"], roads.timezone) == ((("08:00", "17:00"),), "Europe/Moscow")
    assert "tue" not in roads.week
    assert roads.exceptions == {date(2026, 12, 30): (("09:00", "12:00"),)}
    assert hours.of(None).timezone == "Asia/Omsk"


def test_without_breaks_a_day_is_one_stretch() -> None:
    calendar = assumed().default.calendar(production_calendar.current(), breaks_stop_the_clock=False)
    assert calendar.week["mon"] == (("09:00", "18:00"),)


def test_hours_that_make_no_week_are_a_calendar_error() -> None:
    broken = Schedule.model_construct(timezone="Europe/Moscow", week={"mon": (("18:00", "09:00"),)})
    with pytest.raises(CalendarError, match="18:00–09:00"):
        broken.calendar(production_calendar.current(), breaks_stop_the_clock=True)


WRONG = [
    (
        '"Europe/Moscow"',
        '"Europe/Ivanovo"',
        6,
        "default.timezone: неизвестный часовой пояс «Europe/Ivanovo»: нужно имя из базы IANA, "
        "например Europe/Moscow",
    ),
    (
        'mon = [["09:00", "13:00"]',
        'mon = [["13:00", "09:00"]',
        9,
        "default.week.mon: интервал 13:00–09:00 кончается не позже, чем начался; ночную смену запишите двумя "
        "днями: до 24:00 и с 00:00 следующего дня",
    ),
    (
        "assumed = true",
        "asumed = true",
        5,
        "default.asumed: такого поля здесь нет; проверьте написание (указано: true)",
    ),
    ('timezone = "Europe/Moscow"\n', "", 4, "default.timezone: нет обязательного поля или таблицы"),
    (
        "# Example:",
        '[bodies.roads]\nweek = { mon = [["09:00", "25:00"]] }',
        16,
        "bodies.roads.week.mon: время '25:00' не понятно: нужно «ЧЧ:ММ» от 00:00 до 24:00",
    ),
    (
        "# Example:",
        "[bodies.roads]\nexceptions = { 2026-13-30 = [] }",
        16,
        'bodies.roads.exceptions.2026-13-30: ожидается дата вида 2020-08-17 (указано: "2026-13-30")',
    ),
]


@pytest.mark.parametrize(
    ("old", "new", "line", "reason"), WRONG, ids=[f"{reason.split(':')[0]}" for *_, reason in WRONG]
)
def test_wrong_hours_are_refused_with_their_line_and_the_reason(
    tmp_path: Path, old: str, new: str, line: int, reason: str
) -> None:
    assert old in TEXT
    path = written(tmp_path, TEXT.replace(old, new, 1))
    with pytest.raises(ScheduleError) as refused:
        schedules.load(path)
    assert str(refused.value).splitlines()[0] == f"{path}, строка {line}: {reason}"


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ScheduleError, match="такого файла нет"):
        schedules.load(tmp_path / "hours.toml")
