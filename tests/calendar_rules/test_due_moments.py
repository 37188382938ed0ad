"""Due moments as a pure function: of an act, a calendar, a limit's name and its start."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from calendar_rules import Step, production_calendar
from calendar_rules.due_moments import AnswerDue, DueMoment, counts_back, draft_term, due_moment, explanation
from calendar_rules.regulation import LimitName, Regulation, order_238
from tests.calendar_rules.schedules import default_calendar, msk
from tests.workflows.acts import act

HOUR = timedelta(hours=1)


def said(moment: datetime | None) -> str | None:
    return None if moment is None else f"{moment:%Y-%m-%d %H:%M}"


def due(name: LimitName, start: str, by: Regulation | None = None, **rest: Any) -> DueMoment:
    return due_moment(by or order_238(), default_calendar(), name, msk(start), **rest)


def steps(found: DueMoment, start: str, by: Regulation | None = None) -> tuple[Step, ...]:
    counting = (by or order_238()).readings.counting
    due_at, back_from = found.due_at, found.back_from
    return explanation(default_calendar(), counting, found.term, msk(start), due_at, back_from=back_from)


def draft(start: str, by: Regulation | None = None, **rest: Any) -> DueMoment:
    """The draft of a message whose answer of nine hours is due on Tuesday 24.11.2026 at 09:45."""
    answer = AnswerDue(9 * HOUR, msk("2026-11-24 09:45"), msk("2026-11-23 09:00"))
    return due(LimitName.DRAFT, start, by, answer=answer, **rest)


@pytest.mark.parametrize(
    ("detected", "routing", "window", "drafted", "answer"),
    [
        # The worked examples of the order.
        ("2026-11-23 09:00", "2026-11-23 10:30", "2026-11-23 10:00", "2026-11-23 14:45", "2026-11-24 09:45"),
        ("2026-11-23 14:00", "2026-11-23 15:30", "2026-11-23 15:00", "2026-11-24 10:00", "2026-11-24 14:45"),
        ("2026-11-27 15:00", "2026-11-27 16:30", "2026-11-27 16:00", "2026-11-30 12:15", "2026-11-30 17:00"),
        ("2026-11-28 12:00", "2026-11-30 10:30", "2026-11-30 10:00", "2026-11-30 14:45", "2026-12-01 09:45"),
        ("2026-11-03 15:00", "2026-11-03 16:30", "2026-11-03 16:00", "2026-11-05 12:00", "2026-11-05 16:45"),
        ("2026-05-08 14:00", "2026-05-08 15:30", "2026-05-08 15:00", "2026-05-12 12:15", "2026-05-12 17:00"),
        # An evening, a night, a lunch.
        ("2026-11-23 20:00", "2026-11-24 10:30", "2026-11-24 10:00", "2026-11-24 14:45", "2026-11-25 09:45"),
        ("2026-11-24 03:00", "2026-11-24 10:30", "2026-11-24 10:00", "2026-11-24 14:45", "2026-11-25 09:45"),
        ("2026-11-23 13:20", "2026-11-23 15:15", "2026-11-23 14:45", "2026-11-24 09:45", "2026-11-24 14:30"),
        # A Friday, which ends earlier, and its evening.
        ("2026-11-27 16:00", "2026-11-30 09:45", "2026-11-30 09:15", "2026-11-30 14:00", "2026-11-30 18:00"),
        ("2026-11-27 16:45", "2026-11-30 10:30", "2026-11-30 10:00", "2026-11-30 14:45", "2026-12-01 09:45"),
        # Shortened days: a Tuesday before a holiday, a Friday before a long weekend.
        ("2026-11-03 16:30", "2026-11-05 10:00", "2026-11-05 09:30", "2026-11-05 14:15", "2026-11-06 09:15"),
        ("2026-05-08 15:00", "2026-05-12 09:45", "2026-05-12 09:15", "2026-05-12 14:00", "2026-05-12 18:00"),
        # Before the holidays of the new year, and within them.
        ("2026-12-30 17:00", "2027-01-11 09:30", "2026-12-30 18:00", "2027-01-11 13:45", "2027-01-11 17:45"),
        ("2027-01-05 12:00", "2027-01-11 10:30", "2027-01-11 10:00", "2027-01-11 14:45", "2027-01-12 09:45"),
        # A Saturday that works for a Monday and is shortened, and the Friday before it.
        ("2027-02-20 09:00", "2027-02-20 10:30", "2027-02-20 10:00", "2027-02-20 14:45", "2027-02-24 10:45"),
        ("2027-02-19 16:00", "2027-02-20 09:45", "2027-02-20 09:15", "2027-02-20 14:00", "2027-02-24 10:00"),
    ],
)
def test_limits_of_a_message_routed_as_it_was_detected(
    detected: str, routing: str, window: str, drafted: str, answer: str
) -> None:
    until = due(LimitName.ANSWER, detected)
    counted_back = AnswerDue(until.term.amount, until.due_at, msk(detected))
    found = (
        due(LimitName.ROUTING, detected),
        due(LimitName.RETURN, detected),
        due(LimitName.DRAFT, detected, answer=counted_back),
        until,
    )
    assert [said(one.due_at) for one in found] == [routing, window, drafted, answer]


@pytest.mark.parametrize(
    ("name", "due_at", "warn_at"),
    [
        (LimitName.ROUTING, "2026-11-23 11:30", "2026-11-23 11:00"),
        (LimitName.RETURN, "2026-11-23 11:00", None),
        (LimitName.FINAL_DRAFT, "2026-12-07 18:00", "2026-12-04 16:45"),
    ],
)
def test_a_limit_warns_half_an_hour_or_a_working_day_before_and_a_window_never(
    name: LimitName, due_at: str, warn_at: str | None
) -> None:
    found = due(name, "2026-11-23 10:00")
    assert (said(found.due_at), said(found.warn_at)) == (due_at, warn_at)


def test_a_draft_is_counted_back_from_the_answer_and_explained_so() -> None:
    found = draft("2026-11-23 09:30")
    assert said(found.due_at) == "2026-11-23 14:45"
    explained = steps(found, "2026-11-23 09:30")
    assert (explained[0].start, explained[-1].end) == (found.due_at, msk("2026-11-24 09:45"))
    assert sum((step.counted for step in explained), timedelta()) == 4 * HOUR


def test_a_draft_is_not_due_before_the_bodys_own_contribution() -> None:
    found = draft("2026-11-23 14:30", contribution_due=msk("2026-11-23 16:30"))
    assert said(found.due_at) == "2026-11-23 16:30"
    explained = steps(found, "2026-11-23 14:30")
    assert (explained[0].start, explained[-1].end) == (found.due_at, msk("2026-11-24 09:45"))
    # One due before the draft changes nothing.
    assert draft("2026-11-23 10:00", contribution_due=msk("2026-11-23 12:00")) == draft("2026-11-23 10:00")


def test_a_draft_due_after_the_answer_is_explained_by_what_it_waits_for() -> None:
    found = draft("2026-11-24 09:30", contribution_due=msk("2026-11-24 11:30"))
    assert said(found.due_at) == "2026-11-24 11:30"
    explained = steps(found, "2026-11-24 09:30")
    assert (explained[0].start, explained[-1].end) == (msk("2026-11-24 09:30"), found.due_at)


def test_a_draft_in_hours_of_the_clock_is_explained_by_what_is_left() -> None:
    clock = act(limits__draft__unit="clock_hours")
    found = draft("2026-11-23 20:00", clock, contribution_due=msk("2026-11-24 08:45"))
    explained = steps(found, "2026-11-23 20:00", clock)
    assert (said(found.due_at), explained[0].counted) == ("2026-11-24 08:45", HOUR)


def test_under_a_reduced_term_the_lead_of_the_draft_shrinks_with_it() -> None:
    assert draft_term(order_238(), timedelta(hours=4, minutes=30)).amount == 2 * HOUR


def test_a_draft_counted_from_its_receipt_needs_no_answer() -> None:
    receipt = act(limits__draft__counted="from_receipt")
    assert not counts_back(receipt, LimitName.DRAFT)
    assert said(due(LimitName.DRAFT, "2026-11-23 09:00", receipt).due_at) == "2026-11-23 13:00"


def test_a_draft_counted_back_from_nothing_is_an_error() -> None:
    with pytest.raises(ValueError, match="there is none"):
        due(LimitName.DRAFT, "2026-11-23 09:00")


def test_what_reaches_into_a_year_that_is_not_loaded_is_provisional() -> None:
    last = production_calendar.current().last_year
    assert due(LimitName.FINAL_DRAFT, f"{last}-12-24 10:00").provisional
    assert not due(LimitName.FINAL_DRAFT, "2026-11-23 10:00").provisional
