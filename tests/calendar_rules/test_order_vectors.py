"""The order's worked examples: default schedule, default readings, production calendar of 2026."""

from datetime import datetime, timedelta

import pytest

from tests.calendar_rules.schedules import default_calendar, moscow

ROUTING = timedelta(hours=1, minutes=30)
ANSWER = timedelta(hours=9)
BEFORE_THE_ANSWER = timedelta(hours=4)

# Detected, then due: routing, draft, answer, answer if lunch counted.
VECTORS = [
    pytest.param(
        moscow(23, 11, 2026, "09:00"),
        moscow(23, 11, 2026, "10:30"),
        moscow(23, 11, 2026, "14:45"),
        moscow(24, 11, 2026, "09:45"),
        moscow(23, 11, 2026, "18:00"),
        id="monday-morning",
    ),
    pytest.param(
        moscow(23, 11, 2026, "14:00"),
        moscow(23, 11, 2026, "15:30"),
        moscow(24, 11, 2026, "10:00"),
        moscow(24, 11, 2026, "14:45"),
        moscow(24, 11, 2026, "14:00"),
        id="monday-afternoon",
    ),
    pytest.param(
        moscow(27, 11, 2026, "15:00"),
        moscow(27, 11, 2026, "16:30"),
        moscow(30, 11, 2026, "12:15"),
        moscow(30, 11, 2026, "17:00"),
        moscow(30, 11, 2026, "16:15"),
        id="friday-afternoon",
    ),
    pytest.param(
        moscow(28, 11, 2026, "12:00"),
        moscow(30, 11, 2026, "10:30"),
        moscow(30, 11, 2026, "14:45"),
        moscow(1, 12, 2026, "09:45"),
        moscow(30, 11, 2026, "18:00"),
        id="saturday",
    ),
    pytest.param(
        moscow(3, 11, 2026, "15:00"),
        moscow(3, 11, 2026, "16:30"),
        moscow(5, 11, 2026, "12:00"),
        moscow(5, 11, 2026, "16:45"),
        moscow(5, 11, 2026, "16:00"),
        id="shortened-day-before-a-holiday",
    ),
    pytest.param(
        moscow(8, 5, 2026, "14:00"),
        moscow(8, 5, 2026, "15:30"),
        moscow(12, 5, 2026, "12:15"),
        moscow(12, 5, 2026, "17:00"),
        moscow(12, 5, 2026, "16:15"),
        id="shortened-friday-before-victory-day",
    ),
]


@pytest.mark.parametrize(("detected", "routing", "draft", "answer", "answer_with_lunch"), VECTORS)
def test_limits_fall_due_as_the_order_is_read(
    detected: datetime, routing: datetime, draft: datetime, answer: datetime, answer_with_lunch: datetime
) -> None:
    calendar = default_calendar()
    assert calendar.add(detected, ROUTING) == routing
    assert calendar.add(detected, ANSWER) == answer
    assert calendar.subtract(answer, BEFORE_THE_ANSWER) == draft
    assert calendar.without_breaks().add(detected, ANSWER) == answer_with_lunch


def test_a_draft_is_due_at_the_latest_moment_with_four_hours_left() -> None:
    answer = default_calendar().add(moscow(23, 11, 2026, "12:15"), ANSWER)
    assert answer == moscow(24, 11, 2026, "13:00")
    assert default_calendar().subtract(answer, BEFORE_THE_ANSWER) == moscow(24, 11, 2026, "09:00")


def test_a_final_draft_is_due_at_the_closing_of_the_tenth_working_day() -> None:
    published = moscow(25, 12, 2025, "12:00")
    last = default_calendar().add_days(published.date(), 10)
    assert default_calendar().closing(last) == moscow(20, 1, 2026, "18:00")
