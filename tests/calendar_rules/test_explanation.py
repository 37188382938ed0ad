"""Every due moment explains itself, in the words of people who are judged by it."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from calendar_rules import Step, WorkCalendar, production_calendar
from tests.calendar_rules.schedules import DEFAULT_WEEK, NIGHT_SHIFTS, default_calendar, moscow

HOUR = timedelta(hours=1)


def rows(steps: list[Step]) -> list[tuple[str, str, timedelta, str]]:
    return [
        (f"{step.start:%d.%m %H:%M}", f"{step.end:%d.%m %H:%M}", step.counted, step.reason) for step in steps
    ]


def test_lunch_and_night_are_named() -> None:
    assert rows(default_calendar().explain(moscow(23, 11, 2026, "09:00"), 9 * HOUR)) == [
        ("23.11 09:00", "23.11 13:00", 4 * HOUR, "рабочее время"),
        ("23.11 13:00", "23.11 13:45", 0 * HOUR, "обед"),
        ("23.11 13:45", "23.11 18:00", 4.25 * HOUR, "рабочее время"),
        ("23.11 18:00", "24.11 00:00", 0 * HOUR, "после окончания рабочего дня"),
        ("24.11 00:00", "24.11 09:00", 0 * HOUR, "до начала рабочего дня"),
        ("24.11 09:00", "24.11 09:45", 0.75 * HOUR, "рабочее время"),
    ]


def test_a_shortened_day_and_the_holiday_after_it_are_named() -> None:
    assert rows(default_calendar().explain(moscow(3, 11, 2026, "15:00"), 3 * HOUR)) == [
        ("03.11 15:00", "03.11 17:00", 2 * HOUR, "рабочее время"),
        ("03.11 17:00", "04.11 00:00", 0 * HOUR, "сокращённый день: окончание на час раньше"),
        ("04.11 00:00", "05.11 00:00", 0 * HOUR, "праздник: День народного единства"),
        ("05.11 00:00", "05.11 09:00", 0 * HOUR, "до начала рабочего дня"),
        ("05.11 09:00", "05.11 10:00", 1 * HOUR, "рабочее время"),
    ]


def test_neighbouring_closed_days_of_one_reason_are_one_step() -> None:
    steps = default_calendar().explain(moscow(28, 11, 2026, "12:00"), HOUR)
    assert rows(steps)[0] == ("28.11 12:00", "30.11 00:00", 0 * HOUR, "выходной")


@pytest.mark.parametrize(
    ("start", "end", "reasons"),
    [
        (moscow(9, 1, 2026), moscow(10, 1, 2026), ["выходной день (перенос с 3 января)"]),
        (
            moscow(9, 5, 2026),
            moscow(12, 5, 2026),
            ["праздник: День Победы", "выходной", "выходной день (перенос с 9 мая, ст. 112 ТК РФ)"],
        ),
        (moscow(1, 5, 2026), moscow(2, 5, 2026), ["праздник Весны и Труда"]),
        (
            moscow(28, 12, 2024, "10:00"),
            moscow(28, 12, 2024, "11:00"),
            ["рабочее время: рабочая суббота (перенос на 30.12.2024)"],
        ),
        (
            moscow(30, 3, 2020, "10:00"),
            moscow(30, 3, 2020, "11:00"),
            ["рабочее время: Нерабочие дни (COVID-19) — по норме рабочий день"],
        ),
    ],
)
def test_days_of_the_production_calendar_are_named(
    start: datetime, end: datetime, reasons: list[str]
) -> None:
    steps = default_calendar().explain_span(start, end)
    assert [step.reason for step in steps] == reasons
    assert {bool(step.counted) for step in steps} == {reasons[0].startswith("рабочее")}


def test_days_of_the_schedule_itself_are_called_neither_a_weekend_nor_a_holiday() -> None:
    calendar = production_calendar.current().work_calendar(
        "Europe/Moscow",
        DEFAULT_WEEK,
        exceptions={date(2026, 11, 4): [["10:00", "12:00"]], date(2026, 11, 23): []},
    )
    open_on_a_holiday = calendar.explain_span(moscow(4, 11, 2026, "10:00"), moscow(4, 11, 2026, "13:00"))
    assert [step.reason for step in open_on_a_holiday] == ["рабочее время", "после окончания рабочего дня"]
    closed = calendar.explain_span(moscow(22, 11, 2026), moscow(24, 11, 2026))
    assert [step.reason for step in closed] == ["выходной", "нерабочий день по графику"]


@pytest.mark.parametrize(
    ("closes", "opens", "reason"),
    [
        ("12:00", "12:30", "обед"),
        ("13:00", "13:45", "обед"),
        ("12:00", "14:00", "обед"),
        ("12:00", "12:29", "перерыв"),
        ("10:30", "10:45", "перерыв"),
        ("15:00", "16:00", "перерыв"),
        ("12:00", "14:01", "перерыв между сменами"),
    ],
)
def test_a_pause_is_named_by_its_hour_and_length(closes: str, opens: str, reason: str) -> None:
    calendar = WorkCalendar(timezone="Europe/Moscow", week={"mon": [["09:00", closes], [opens, "18:00"]]})
    steps = calendar.explain_span(moscow(23, 11, 2026, "09:00"), moscow(23, 11, 2026, "18:00"))
    assert [step.reason for step in steps] == ["рабочее время", reason, "рабочее время"]


def test_a_night_shift_is_one_step_across_midnight() -> None:
    nights = WorkCalendar(timezone="Europe/Moscow", week=NIGHT_SHIFTS)
    assert rows(nights.explain(moscow(23, 11, 2026, "21:00"), 8 * HOUR)) == [
        ("23.11 21:00", "23.11 22:00", 0 * HOUR, "перерыв между сменами"),
        ("23.11 22:00", "24.11 06:00", 8 * HOUR, "рабочее время"),
    ]


@pytest.mark.parametrize(
    ("zone", "friday", "monday"),
    [
        ("Europe/Berlin", (2026, 3, 27), (2026, 3, 30)),
        ("Europe/Berlin", (2026, 10, 23), (2026, 10, 26)),
        ("America/Havana", (2026, 3, 6), (2026, 3, 9)),  # no midnight on Sunday
        ("America/Havana", (2026, 10, 30), (2026, 11, 2)),  # two midnights on Sunday
    ],
)
def test_a_change_of_the_clock_moves_no_midnight(
    zone: str, friday: tuple[int, int, int], monday: tuple[int, int, int]
) -> None:
    local = ZoneInfo(zone)
    calendar = WorkCalendar(timezone=zone, week=DEFAULT_WEEK)
    steps = calendar.explain(datetime(*friday, 16, 45, tzinfo=local), HOUR)
    assert [(step.reason, step.end) for step in steps] == [
        ("после окончания рабочего дня", datetime(*friday, tzinfo=local) + timedelta(days=1)),
        ("выходной", datetime(*monday, tzinfo=local)),
        ("до начала рабочего дня", datetime(*monday, 9, tzinfo=local)),
        ("рабочее время", datetime(*monday, 10, tzinfo=local)),
    ]


def test_a_day_without_a_midnight_begins_with_its_first_moment() -> None:
    havana = ZoneInfo("America/Havana")
    calendar = WorkCalendar(
        timezone="America/Havana", week=dict.fromkeys(("sat", "sun"), DEFAULT_WEEK["mon"])
    )
    steps = calendar.explain_days(datetime(2026, 3, 7, 12, tzinfo=havana), 1)
    assert [step.end for step in steps] == [
        datetime(2026, 3, 8, 1, tzinfo=havana),
        datetime(2026, 3, 8, 18, tzinfo=havana),
    ]


def test_an_empty_span_has_no_steps() -> None:
    moment = moscow(23, 11, 2026, "10:00")
    assert default_calendar().explain_span(moment, moment) == []
    assert default_calendar().explain_span(moment, moment - HOUR) == []


def test_working_days_count_one_each_and_the_last_ends_at_closing() -> None:
    day = timedelta(days=1)
    assert rows(default_calendar().explain_days(moscow(30, 12, 2025, "15:00"), 3)) == [
        ("30.12 15:00", "31.12 00:00", 0 * day, "день начала срока не считается"),
        ("31.12 00:00", "01.01 00:00", 0 * day, "выходной день (перенос с 5 января)"),
        ("01.01 00:00", "07.01 00:00", 0 * day, "праздник: Новогодние каникулы"),
        ("07.01 00:00", "08.01 00:00", 0 * day, "праздник: Рождество Христово"),
        ("08.01 00:00", "09.01 00:00", 0 * day, "праздник: Новогодние каникулы"),
        ("09.01 00:00", "10.01 00:00", 0 * day, "выходной день (перенос с 3 января)"),
        ("10.01 00:00", "12.01 00:00", 0 * day, "выходной"),
        ("12.01 00:00", "13.01 00:00", 1 * day, "рабочий день"),
        ("13.01 00:00", "14.01 00:00", 1 * day, "рабочий день"),
        ("14.01 00:00", "14.01 18:00", 1 * day, "рабочий день"),
    ]


def test_a_closed_starting_day_is_named_by_its_own_reason() -> None:
    steps = default_calendar().explain_days(moscow(28, 11, 2026, "12:00"), 1)
    assert [step.reason for step in steps] == ["выходной", "рабочий день"]


def test_a_step_travels_as_the_contract_says() -> None:
    step = default_calendar().explain(moscow(23, 11, 2026, "09:00"), 1.5 * HOUR)[0]
    assert step.model_dump_json() == (
        '{"from":"2026-11-23T09:00:00+03:00","to":"2026-11-23T10:30:00+03:00",'
        '"counted":"PT1H30M","reason":"рабочее время"}'
    )
    assert Step.model_validate_json(step.model_dump_json()) == step
