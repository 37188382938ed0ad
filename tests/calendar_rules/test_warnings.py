"""Warnings of a limit's end."""

from datetime import datetime, timedelta

import pytest

from calendar_rules.regulation import LimitName, Regulation, order_238
from calendar_rules.terms import Counting, Term, Unit
from tests.calendar_rules.schedules import default_calendar, moscow

DAY, HOUR, MINUTE = timedelta(days=1), timedelta(hours=1), timedelta(minutes=1)
DEFAULT = order_238().readings.counting


def warned(term: Term, start: datetime, own: timedelta | None, counting: Counting = DEFAULT) -> datetime:
    due = term.due(default_calendar(), start, counting)
    return term.warning_before(
        default_calendar(), start, due, ordinary=30 * MINUTE, at_most_share=0.5, own=own
    )


def days(amount: int, unit: Unit = Unit.WORKING_DAYS) -> Term:
    return Term(amount=amount * DAY, unit=unit)


def hours(amount: float, unit: Unit = Unit.WORKING_HOURS) -> Term:
    return Term(amount=amount * HOUR, unit=unit)


@pytest.mark.parametrize(
    ("term", "start", "own", "moment"),
    [
        # Ten days from Monday end on Monday 7 December; the working day before is a Friday.
        (days(10), moscow(23, 11, 2026, "11:00"), DAY, moscow(4, 12, 2026, "16:45")),
        (days(10), moscow(23, 11, 2026, "11:00"), 3 * DAY, moscow(2, 12, 2026, "18:00")),
        # The day before the last one is shortened, and holidays are between them.
        (days(2), moscow(2, 11, 2026, "11:00"), DAY, moscow(3, 11, 2026, "17:00")),
        (days(7, Unit.CALENDAR_DAYS), moscow(23, 11, 2026, "11:00"), DAY, moscow(27, 11, 2026, "16:45")),
        # In a year whose calendar is not loaded.
        (days(10), moscow(27, 4, 2029, "11:00"), DAY, moscow(14, 5, 2029, "18:00")),
        (days(10), moscow(23, 11, 2026, "11:00"), None, moscow(7, 12, 2026, "17:30")),
        (hours(9), moscow(23, 11, 2026, "09:00"), None, moscow(24, 11, 2026, "09:15")),
        (hours(9), moscow(23, 11, 2026, "09:00"), 2 * HOUR, moscow(23, 11, 2026, "16:45")),
        (hours(24, Unit.CLOCK_HOURS), moscow(23, 11, 2026, "13:50"), None, moscow(24, 11, 2026, "13:20")),
        (hours(24, Unit.CLOCK_HOURS), moscow(23, 11, 2026, "13:50"), 3 * HOUR, moscow(24, 11, 2026, "10:50")),
    ],
)
def test_a_warning_comes_so_long_before_the_end(
    term: Term, start: datetime, own: timedelta | None, moment: datetime
) -> None:
    assert warned(term, start, own) == moment


def test_a_warning_in_hours_takes_no_more_than_its_share() -> None:
    assert warned(hours(0.5), moscow(23, 11, 2026, "09:00"), None) == moscow(23, 11, 2026, "09:15")
    assert warned(hours(3), moscow(23, 11, 2026, "09:00"), 2.5 * HOUR) == moscow(23, 11, 2026, "10:30")


def test_a_warning_in_days_that_would_precede_the_start_is_the_ordinary_one() -> None:
    same_day = DEFAULT.model_copy(update={"days_count_from": "same_day"})
    start = moscow(23, 11, 2026, "09:00")
    assert warned(days(1), start, DAY, same_day) == moscow(23, 11, 2026, "17:30")
    after_closing = moscow(23, 11, 2026, "19:00")
    assert warned(days(1), after_closing, DAY) == moscow(24, 11, 2026, "17:30")


def test_a_limit_without_a_warning_of_its_own_warns_as_the_others_do() -> None:
    old = order_238().model_dump(mode="json", by_alias=True)
    for limit in old["limits"].values():
        del limit["warns_before"]
    start, due = moscow(23, 11, 2026, "11:00"), moscow(7, 12, 2026, "18:00")
    act = Regulation.model_validate(old)
    assert act.warning_at(
        LimitName.FINAL_DRAFT, act.limits.final_draft.term, default_calendar(), start, due
    ) == moscow(7, 12, 2026, "17:30")
