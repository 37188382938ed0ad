"""A term, from its amount and unit to the moment at which it is due."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from pydantic import ValidationError

from calendar_rules import production_calendar
from calendar_rules.schedules import assumed
from calendar_rules.terms import Counting, Term, Unit
from tests.calendar_rules.schedules import default_calendar, moscow

DEFAULT = Counting(
    ends_at_closing="due_then", days_count_from="next_working_day", outside_hours="next_opening"
)
NEXT_OPENING = DEFAULT.model_copy(update={"ends_at_closing": "due_at_next_opening"})
SAME_DAY = DEFAULT.model_copy(update={"days_count_from": "same_day"})
AT_ONCE = DEFAULT.model_copy(update={"outside_hours": "at_once"})


def hours(amount: float) -> Term:
    return Term(amount=timedelta(hours=amount), unit=Unit.WORKING_HOURS)


def clock(amount: float) -> Term:
    return Term(amount=timedelta(hours=amount), unit=Unit.CLOCK_HOURS)


def days(amount: int, unit: Unit = Unit.WORKING_DAYS) -> Term:
    return Term(amount=timedelta(days=amount), unit=unit)


MONDAY = moscow(23, 11, 2026, "09:00")
SATURDAY = moscow(28, 11, 2026, "12:00")


@pytest.mark.parametrize(
    ("term", "start", "counting", "due"),
    [
        (hours(9), MONDAY, DEFAULT, moscow(24, 11, 2026, "09:45")),
        (hours(1.5), moscow(23, 11, 2026, "16:30"), DEFAULT, moscow(23, 11, 2026, "18:00")),
        (hours(1.5), moscow(23, 11, 2026, "16:30"), NEXT_OPENING, moscow(24, 11, 2026, "09:00")),
        (hours(1), moscow(23, 11, 2026, "12:00"), NEXT_OPENING, moscow(23, 11, 2026, "13:45")),
        (hours(1), moscow(23, 11, 2026, "10:00"), NEXT_OPENING, moscow(23, 11, 2026, "11:00")),
        (clock(24), MONDAY, DEFAULT, moscow(24, 11, 2026, "09:00")),
        (clock(2), SATURDAY, DEFAULT, moscow(30, 11, 2026, "11:00")),
        (clock(2), SATURDAY, AT_ONCE, moscow(28, 11, 2026, "14:00")),
        (days(10), MONDAY, DEFAULT, moscow(7, 12, 2026, "18:00")),
        (days(10), MONDAY, SAME_DAY, moscow(4, 12, 2026, "16:45")),
        (days(1), SATURDAY, SAME_DAY, moscow(30, 11, 2026, "18:00")),
        (days(1), MONDAY, SAME_DAY, moscow(23, 11, 2026, "18:00")),
        (days(7, Unit.CALENDAR_DAYS), MONDAY, DEFAULT, moscow(30, 11, 2026, "18:00")),
        (days(5, Unit.CALENDAR_DAYS), MONDAY, DEFAULT, moscow(30, 11, 2026, "18:00")),
        (days(7, Unit.CALENDAR_DAYS), MONDAY, SAME_DAY, moscow(30, 11, 2026, "18:00")),
        (days(4, Unit.CALENDAR_DAYS), MONDAY, DEFAULT, moscow(27, 11, 2026, "16:45")),
        (days(1, Unit.CALENDAR_DAYS), SATURDAY, SAME_DAY, moscow(30, 11, 2026, "18:00")),
        (clock(24), moscow(23, 11, 2026, "20:00"), DEFAULT, moscow(25, 11, 2026, "09:00")),
        (days(10), SATURDAY, SAME_DAY, moscow(11, 12, 2026, "16:45")),
        (days(10), moscow(30, 12, 2026, "11:30"), DEFAULT, moscow(22, 1, 2027, "16:45")),
        (days(14, Unit.CALENDAR_DAYS), moscow(30, 12, 2026, "11:30"), DEFAULT, moscow(13, 1, 2027, "18:00")),
    ],
)
def test_a_term_is_due_and_its_explanation_runs_there_without_gaps_and_adds_up_to_the_amount(
    term: Term, start: datetime, counting: Counting, due: datetime
) -> None:
    assert term.due(default_calendar(), start, counting) == due
    steps = term.explain(default_calendar(), start, due, counting)
    assert (steps[0].start, steps[-1].end) == (start, due)
    assert all(before.end == after.start for before, after in pairwise(steps))
    assert sum((step.counted for step in steps), timedelta()) == term.amount


def test_hours_of_the_clock_are_explained_as_they_passed_when_clocks_change() -> None:
    calendar = assumed().of(None).model_copy(update={"timezone": "America/New_York"})
    counts = calendar.calendar(production_calendar.current(), breaks_stop_the_clock=True)
    start = datetime(2025, 11, 1, 22, tzinfo=ZoneInfo("America/New_York"))  # clocks go back at night
    due = clock(20).due(counts, start, AT_ONCE)
    (step,) = clock(20).explain(counts, start, due, AT_ONCE)
    assert (step.start, step.end, step.end - start.astimezone(UTC)) == (start, due, timedelta(hours=20))


@pytest.mark.parametrize(
    ("lead", "end", "start"),
    [
        # The latest moment with all of it left; by the clock every hour counts.
        (hours(4), moscow(24, 11, 2026, "13:00"), moscow(24, 11, 2026, "09:00")),
        (hours(4), moscow(24, 11, 2026, "09:45"), moscow(23, 11, 2026, "14:45")),
        (clock(4), moscow(24, 11, 2026, "09:45"), moscow(24, 11, 2026, "05:45")),
    ],
)
def test_a_lead_is_explained_to_its_end(lead: Term, end: datetime, start: datetime) -> None:
    assert lead.before(default_calendar(), end) == start
    steps = lead.explain_before(default_calendar(), start, end)
    assert (steps[0].start, steps[-1].end) == (start, end)
    assert sum((step.counted for step in steps), timedelta()) == timedelta(hours=4)


def test_a_lead_in_days_is_refused() -> None:
    with pytest.raises(ValueError, match="указывается в часах"):
        days(1).before(default_calendar(), MONDAY)


@pytest.mark.parametrize(
    ("amount", "unit", "reason"),
    [
        (timedelta(0), Unit.WORKING_HOURS, "срок должен быть больше нуля"),
        (-timedelta(hours=1), Unit.WORKING_HOURS, "срок должен быть больше нуля"),
        (timedelta(hours=36), Unit.WORKING_DAYS, "целым числом дней"),
    ],
)
def test_a_term_is_longer_than_nothing_and_in_days_has_whole_ones(
    amount: timedelta, unit: Unit, reason: str
) -> None:
    with pytest.raises(ValidationError, match=reason):
        Term(amount=amount, unit=unit)


@pytest.mark.parametrize(
    ("term", "words"),
    [
        (hours(9), "9 рабочих часов"),
        (hours(1), "1 рабочий час"),
        (hours(1.5), "1 час 30 минут рабочего времени"),
        (hours(0.5), "30 минут рабочего времени"),
        (clock(24), "24 часа подряд"),
        (days(1), "1 рабочий день"),
        (days(3), "3 рабочих дня"),
        (days(10), "10 рабочих дней"),
        (days(7, Unit.CALENDAR_DAYS), "7 календарных дней"),
    ],
)
def test_a_term_reads_as_russian(term: Term, words: str) -> None:
    assert str(term) == words
