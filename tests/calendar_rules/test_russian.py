"""Numbers and amounts of time as people write them in Russian."""

from datetime import timedelta

import pytest

from calendar_rules import russian


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (1, "1 рабочий час"),
        (2, "2 рабочих часа"),
        (5, "5 рабочих часов"),
        (11, "11 рабочих часов"),
        (14, "14 рабочих часов"),
        (21, "21 рабочий час"),
        (104, "104 рабочих часа"),
        (111, "111 рабочих часов"),
        (1.5, "1,5 рабочего часа"),
        (0, "0 рабочих часов"),
    ],
)
def test_a_noun_takes_the_form_of_its_number(value: float, words: str) -> None:
    assert russian.counted(value, russian.WORKING_HOUR) == words


@pytest.mark.parametrize(
    ("time", "words"),
    [
        (timedelta(), "0 минут"),
        (timedelta(minutes=1), "1 минута"),
        (timedelta(hours=1, minutes=46, seconds=40), "1 час 46 минут 40 секунд"),
        (timedelta(days=1), "24 часа"),
        (timedelta(microseconds=1), "0,000001 секунды"),
    ],
)
def test_an_amount_is_written_in_hours_minutes_and_seconds(time: timedelta, words: str) -> None:
    assert russian.amount(time) == words


@pytest.mark.parametrize(
    ("time", "words"),
    [
        (timedelta(hours=9), "9 рабочих часов"),
        (timedelta(minutes=30), "30 минут рабочего времени"),
        (timedelta(hours=1, minutes=30), "1 час 30 минут рабочего времени"),
    ],
)
def test_whole_working_hours_are_called_so(time: timedelta, words: str) -> None:
    assert russian.working_time(time) == words


@pytest.mark.parametrize(
    ("time", "words"),
    [
        (timedelta(hours=11, minutes=30), "11 ч 30 мин"),
        (timedelta(minutes=45), "45 мин"),
        (timedelta(hours=2), "2 ч"),
        (timedelta(hours=2, seconds=-20), "2 ч"),
        (timedelta(seconds=20), "0 мин"),
    ],
)
def test_a_short_amount_is_rounded_to_the_minute(time: timedelta, words: str) -> None:
    assert russian.short_amount(time) == words


@pytest.mark.parametrize(
    ("value", "words"),
    [(0.25, "0,3"), (1.25, "1,3"), (10.25, "10,3"), (0.24, "0,2"), (2.0, "2"), (0.04, "меньше 0,1")],
)
def test_halves_go_up_as_offices_round(value: float, words: str) -> None:
    assert russian.tenths(value) == words


@pytest.mark.parametrize(
    ("share", "percent"),
    [(0.125, 13), (0.996, 99), (0.9999, 99), (1, 100), (0.004, 1), (0, 0), (0.545, 55), (0.5, 50)],
)
def test_a_share_is_never_all_of_what_is_less(share: float, percent: int) -> None:
    assert russian.percent(share) == percent
