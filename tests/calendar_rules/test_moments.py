"""Moments as documents, lists and pages have them."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from calendar_rules.moments import As, moment_text, near, until

AT = datetime(2026, 11, 26, 9, 5, 7, tzinfo=ZoneInfo("Europe/Moscow"))


@pytest.mark.parametrize(
    ("form", "text"),
    [
        (As.SENTENCE, "26.11.2026 в 09:05"),
        (As.TIME_FIRST, "09:05 26.11.2026"),
        (As.ROW, "26.11.2026 09:05"),
        (As.HEADING, "26.11.2026, 09:05"),
        (As.ROW_TO_THE_SECOND, "26.11.2026 09:05:07"),
        (As.SENTENCE_TO_THE_SECOND, "26.11.2026 в 09:05:07"),
        (As.CLOCK, "09:05"),
        (As.WEEKDAY, "чт 26 ноября 2026, 9:05"),
        (As.HOUR, "9:05"),
    ],
)
def test_each_form_of_a_moment(form: As, text: str) -> None:
    assert moment_text(AT, form) == text


def test_the_year_is_left_out_within_it() -> None:
    assert moment_text(AT, As.WEEKDAY, now=AT) == "чт 26 ноября, 9:05"
    assert moment_text(AT, As.WEEKDAY, now=AT.replace(year=2027)) == "чт 26 ноября 2026, 9:05"


def test_the_day_is_left_out_on_that_day_of_the_moment_s_own_zone() -> None:
    assert moment_text(AT, As.TIME_FIRST, beside=datetime(2026, 11, 25, 22, tzinfo=UTC)) == "09:05"
    assert moment_text(AT, As.TIME_FIRST, beside=datetime(2026, 11, 25, 20, tzinfo=UTC)) == "09:05 26.11.2026"
    assert moment_text(AT, As.WEEKDAY, beside=AT) == "9:05"


def test_a_moment_that_must_not_break() -> None:
    assert moment_text(AT, unbroken=True) == "26.11.2026 в\u00a009:05"
    assert moment_text(AT, As.ROW, unbroken=True) == "26.11.2026\u00a009:05"


@pytest.mark.parametrize(
    ("days_ago", "said", "behind_until"),
    [
        (-2, "чт 26 ноября, 9:05", "чт 26 ноября, 9:05"),
        (-1, "завтра, 9:05", "завтра, 9:05"),
        (0, "сегодня, 9:05", "9:05"),
        (1, "вчера, 9:05", "вчера, 9:05"),
        (400, "чт 26 ноября 2026, 9:05", "чт 26 ноября 2026, 9:05"),
    ],
)
def test_a_moment_as_people_say_it(days_ago: int, said: str, behind_until: str) -> None:
    now = AT + timedelta(days=days_ago)
    assert (near(AT, now), until(AT, now)) == (said, behind_until)


def test_the_day_now_is_that_of_the_moment_s_own_zone() -> None:
    assert near(AT, datetime(2026, 11, 25, 22, tzinfo=UTC)) == "сегодня, 9:05"
