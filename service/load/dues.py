"""Due moments of an act in whole microseconds since 1970, for the many of a simulation.

Working time is that of `calendar_rules`; a test holds each due moment against `due_moments.due_moment`.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import cache
from typing import NamedTuple

from calendar_rules.day_hours import EPOCH, MICROSECOND
from calendar_rules.due_moments import draft_term
from calendar_rules.terms import Counting, Term, Unit
from calendar_rules.vocabulary import Importance
from calendar_rules.work_calendar import WorkCalendar
from service.runs.rules import Rules

Due = Callable[[int], int]
"""From the start of a limit to its due moment."""


def instant(moment: datetime) -> int:
    """The moment, with its zone, in microseconds since 1970."""
    return (moment - EPOCH) // MICROSECOND


def moment(at: int) -> datetime:
    """The moment in UTC."""
    return EPOCH + at * MICROSECOND


class OfBody(NamedTuple):
    """The due moments of a body's limits with their ordinary terms."""

    window: Due
    """Of a return (cl. 8)."""
    contribution: Due
    rework: Due
    publication: Due
    final_draft: Due


class Dues:
    """Due moments by the act in force and the calendars of Department and bodies."""

    def __init__(self, rules: Rules) -> None:
        self._rules = rules
        self._act = rules.regulation
        self.answer_from_detection = self._act.limits.answer.starts == ("detection",)
        self.routing = self._due(self._act.routing_term(repeated=False), None)
        self.approval = self._due(self._act.limits.approval.term, None)
        self.answer_of = cache(self._answer_of)
        self.draft_of = cache(self._draft_of)

    def _due(self, term: Term, body: str | None) -> Due:
        return due_of(term, self._rules.calendar_of(body), self._rules.readings.counting)

    def of(self, body: str) -> OfBody:
        """The due moments of a body's limits."""
        limits = self._act.limits
        return OfBody(
            self._due(limits.return_.term, body),
            self._due(limits.contribution.term, body),
            self._due(limits.rework.term, body),
            self._due(limits.publication.term, body),
            self._due(limits.final_draft.term, body),
        )

    def _answer_of(self, importance: Importance | None) -> Due:
        """The due moments of `answer`, whose term importance may shorten."""
        return self._due(self._act.answer_term(importance, None), None)

    def _draft_of(
        self, body: str, importance: Importance | None
    ) -> Callable[[int, int, int, int | None], int]:
        """The due moments of `draft` from receipt, detection, due answer, and due contribution of a joint answer."""
        limit, calendar = self._act.limits.draft, self._rules.calendar_of(body)
        if limit.counted == "from_receipt":
            from_receipt = self._due(limit.term, body)
            return lambda receipt, detected, answer, contribution: from_receipt(receipt)
        term = draft_term(self._act, self._act.answer_term(importance, None).amount)
        lead, retreat = _microseconds(term.amount), calendar.timeline.retreat
        by_the_clock = term.unit is Unit.CLOCK_HOURS

        def due(receipt: int, detected: int, answer: int, contribution: int | None) -> int:
            before = answer - lead if by_the_clock else retreat(answer, lead)
            return max(before, detected, contribution or detected)

        return due


def due_of(term: Term, calendar: WorkCalendar, counting: Counting) -> Due:
    """The due moments of a term on a calendar, as `Term.due` has them."""
    amount, advance = _microseconds(term.amount), calendar.timeline.advance
    match term.unit:
        case Unit.WORKING_HOURS if counting.ends_at_closing == "due_then":
            return lambda start: advance(start, amount)
        case Unit.WORKING_HOURS:

            def at_next_opening(start: int) -> int:
                due = advance(start, amount)
                after = advance(due + 1, 0)
                return due if after == due + 1 else after

            return at_next_opening
        case Unit.CLOCK_HOURS if counting.outside_hours == "at_once":
            return lambda start: start + amount
        case Unit.CLOCK_HOURS:
            return lambda start: advance(start, 0) + amount
    day_of = calendar.timeline.day_of
    found: dict[int, int] = {}

    def at_closing(start: int) -> int:
        day = day_of(start)  # in days, every moment of one has the same due moment
        if day not in found:
            found[day] = instant(term.due(calendar, moment(start), counting))
        return found[day]

    return at_closing


def _microseconds(amount: timedelta) -> int:
    return amount // MICROSECOND
