"""Forecasts: when work would be done with every step at its limit (cl. 12, 15); None past the loaded calendar."""

from collections.abc import Iterable
from datetime import datetime

from calendar_rules import CalendarRangeError
from calendar_rules.regulation import Limit
from workflows.case import Case


def after_rework(case: Case, body: str, at: datetime) -> datetime | None:
    """When the answer would be published after a rework by the body that begins at `at` (cl. 12)."""
    limits = case.regulation.limits
    return _done(case, [(limits.rework, body), (limits.approval, None), (limits.publication, body)], at)


def of_earlier_bodies(case: Case, at: datetime) -> datetime | None:
    """When the earlier bodies of a joint answer, routed at `at`, would have contributed (cl. 15)."""
    contribution = case.regulation.limits.contribution
    return _done(case, ((contribution, body) for body in case.state.sequence[:-1]), at)


def _done(case: Case, steps: Iterable[tuple[Limit, str | None]], at: datetime) -> datetime | None:
    try:
        for limit, holder in steps:
            at = limit.term.due(case.working_time[holder], at, case.regulation.readings.counting)
    except CalendarRangeError:
        return None
    return at
