"""Due moments, warnings and their reasons: for messages under way, previews and registration alike."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from pydantic import BaseModel, ConfigDict

from calendar_rules.explanation import Step
from calendar_rules.regulation import LimitName, Regulation
from calendar_rules.terms import Counting, Term, Unit, zone_of
from calendar_rules.work_calendar import WorkCalendar

_NO_TIME = timedelta(0)


class AnswerDue(NamedTuple):
    """The open `answer` that `draft` is counted back from: the term in force, its due moment, and the detection."""

    amount: timedelta
    due_at: datetime
    detected_at: datetime


class Stood(BaseModel):
    """From `start` to `end` nobody could work on what a limit asks for: its term stands still, for a `reason`."""

    model_config = ConfigDict(frozen=True)

    start: datetime
    end: datetime
    reason: str


class DueMoment(NamedTuple):
    """When a limit is due and by which term; moments are in the zone of the calendar that counts.

    `warn_at` is None where nobody is warned. `provisional`: a year is counted that is not loaded. `back_from` is the
    due moment of the answer that a draft is counted back from; of what is counted on from its start it is None. Why it
    is due then says `explanation`, of these values and by the same calendar.
    """

    term: Term
    due_at: datetime
    warn_at: datetime | None
    provisional: bool
    back_from: datetime | None


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
    stood: Sequence[Stood] = (),
) -> DueMoment:
    """The due moment of a limit that starts at `start`, on its holder's calendar.

    `term` is the one in force where it is not the act's ordinary. A `draft` counted back needs `answer`; the one of a
    joint answer is not due before its own body's `contribution` (cl. 15), whose due moment is `contribution_due`.
    While it `stood`, in order, nobody could work: it is due later by the working time of that.
    Raises CalendarError for a moment that no calendar counts, ValueError for a draft counted back from nothing.
    """
    if counts_back(act, name):
        if answer is None:
            raise ValueError("draft is counted back from an answer, and there is none")
        term = draft_term(act, answer.amount)
        due = max(term.before(calendar, answer.due_at), answer.detected_at.astimezone(zone_of(calendar)))
        if contribution_due is not None and contribution_due > due:
            due = contribution_due.astimezone(due.tzinfo)
        due = _later(calendar, term, due, stood)
        last, back_from = max(due, answer.due_at), answer.due_at
    else:
        term = term or act.limits[name].term
        due = last = _later(calendar, term, term.due(calendar, start, act.readings.counting), stood)
        back_from = None
    return DueMoment(
        term,
        due,
        act.warning_at(name, term, calendar, start, due),
        calendar.is_provisional(last),
        back_from,
    )


def explanation(
    calendar: WorkCalendar,
    counting: Counting,
    term: Term,
    start: datetime,
    due: datetime,
    *,
    back_from: datetime | None = None,
    stood: Sequence[Stood] = (),
) -> tuple[Step, ...]:
    """Why a term that starts at `start` is due at `due`, by the calendar and the readings that it was counted by.

    `back_from` and `stood` are as for the due moment. The same values have the same explanation, whenever it is asked
    for. Raises CalendarError for a moment that no calendar counts.
    """
    due = due.astimezone(zone_of(calendar))
    if back_from is not None:
        return _explained_back(calendar, term, back_from, start, due)
    first = term.due(calendar, start, counting) if stood else due
    steps = term.explain(calendar, start, first, counting)
    return steps if due == first else _with_pauses(calendar, term, start, first, due, steps, stood)


def worked_within(calendar: WorkCalendar, term: Term, start: datetime, end: datetime) -> timedelta:
    """The time from `start` to `end` as a term counts it: of the clock for clock hours, else working time."""
    return max(end - start, _NO_TIME) if term.unit is Unit.CLOCK_HOURS else calendar.between(start, end)


def _later(calendar: WorkCalendar, term: Term, due: datetime, stood: Sequence[Stood]) -> datetime:
    """A due moment moved by the time it stood still before it."""
    for pause in stood:
        if pause.start >= due:
            continue
        lost = worked_within(calendar, term, pause.start, pause.end)
        if lost:
            moved = due + lost if term.unit is Unit.CLOCK_HOURS else calendar.add(due, lost)
            due = moved.astimezone(zone_of(calendar))
    return due


def _with_pauses(
    calendar: WorkCalendar,
    term: Term,
    start: datetime,
    first: datetime,
    due: datetime,
    steps: tuple[Step, ...],
    stood: Sequence[Stood],
) -> tuple[Step, ...]:
    """The explanation of a term that stood still: of hours with each pause in its place, else with what it added."""
    if term.unit is not Unit.WORKING_HOURS:
        return (*steps, Step(start=first, end=due, counted=_NO_TIME, reason=f"продлён: {stood[-1].reason}"))
    found: list[Step] = []
    at, zone = start, zone_of(calendar)
    for pause in stood:
        begin, end = max(pause.start, at), min(pause.end, due)
        if begin >= end:
            continue
        found += calendar.explain_span(at, begin)
        found.append(
            Step(
                start=begin.astimezone(zone), end=end.astimezone(zone), counted=_NO_TIME, reason=pause.reason
            )
        )
        at = end
    return (*found, *calendar.explain_span(at, due))


def _explained_back(
    calendar: WorkCalendar, term: Term, end: datetime, start: datetime, due: datetime
) -> tuple[Step, ...]:
    """What is left from a draft's due moment to `end`, that of the answer."""
    if due >= end:
        # Nothing is left before the answer: what the draft waited for is the reason.
        return tuple(calendar.explain_span(start, due))
    if term.unit is Unit.CLOCK_HOURS:
        term = Term(amount=end.astimezone(UTC) - due.astimezone(UTC), unit=term.unit)
    return term.explain_before(calendar, due, end)
