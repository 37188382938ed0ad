"""When a limit is due, when its holder is warned, and why: for messages under way, previews and registration alike."""

from datetime import datetime, timedelta
from typing import NamedTuple

from calendar_rules.explanation import Step
from calendar_rules.regulation import LimitName, Regulation
from calendar_rules.terms import Term, Unit
from calendar_rules.work_calendar import WorkCalendar


class AnswerDue(NamedTuple):
    """The open `answer` that `draft` is counted back from: the term in force, and its due moment."""

    amount: timedelta
    due_at: datetime


class DueMoment(NamedTuple):
    """When a limit is due, by which term and why; moments are in the zone of the calendar that counts.

    `warn_at` is None where nobody is warned. `provisional`: a year is counted that is not loaded.
    """

    term: Term
    due_at: datetime
    warn_at: datetime | None
    provisional: bool
    explanation: tuple[Step, ...]


def counts_back(act: Regulation, name: LimitName) -> bool:
    """Whether the act counts the limit back from `answer` (cl. 10) and not on from its start."""
    return name is LimitName.DRAFT and act.limits.draft.counted == "before_answer"


def draft_term(act: Regulation, answer_amount: timedelta) -> Term:
    """The term left for approval and publication when a draft is counted back from an answer of this amount."""
    return Term(amount=act.draft_lead(answer_amount), unit=act.limits.draft.unit)


def due_moment(
    act: Regulation,
    calendar: WorkCalendar,
    name: LimitName,
    start: datetime,
    *,
    term: Term | None = None,
    answer: AnswerDue | None = None,
    contribution_due: datetime | None = None,
) -> DueMoment:
    """The due moment of a limit that starts at `start`, on its holder's calendar.

    `term` is the one in force where it is not the act's ordinary. A `draft` counted back needs `answer`; the one of a
    joint answer is not due before its own body's `contribution` (cl. 15), whose due moment is `contribution_due`.
    Raises CalendarError for a moment that no calendar counts, ValueError for a draft counted back from nothing.
    """
    if counts_back(act, name):
        if answer is None:
            raise ValueError("draft is counted back from an answer, and there is none")
        term = draft_term(act, answer.amount)
        due, explanation = _counted_back(calendar, term, answer, start, contribution_due)
        last = max(due, answer.due_at)
    else:
        term = term or act.limits[name].term
        counting = act.readings.counting
        due = last = term.due(calendar, start, counting)
        explanation = term.explain(calendar, start, due, counting)
    return DueMoment(
        term,
        due,
        act.warning_at(name, term, calendar, start, due),
        calendar.is_provisional(last),
        explanation,
    )


def _counted_back(
    calendar: WorkCalendar, term: Term, answer: AnswerDue, start: datetime, contribution_due: datetime | None
) -> tuple[datetime, tuple[Step, ...]]:
    due = term.before(calendar, answer.due_at)
    if contribution_due is None or contribution_due <= due:
        return due, term.explain_before(calendar, due, answer.due_at)
    if contribution_due >= answer.due_at:
        # Nothing is left before the answer: what the draft waits for is the reason.
        return contribution_due, tuple(calendar.explain_span(start, contribution_due))
    left = contribution_due.astimezone(due.tzinfo)
    if term.unit is Unit.CLOCK_HOURS:
        term = Term(amount=answer.due_at - left, unit=term.unit)
    return left, term.explain_before(calendar, left, answer.due_at)
