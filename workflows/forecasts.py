"""When work would be done with every step at its limit (cl. 12, 15); None past the loaded calendar."""

from collections.abc import Iterable
from datetime import datetime

from calendar_rules import CalendarRangeError
from calendar_rules.regulation import Limit, Regulation
from workflows.working_time import WorkingTime


def after_rework(
    regulation: Regulation, working_time: WorkingTime, body: str, at: datetime
) -> datetime | None:
    """When the answer would be published after a rework by the body that begins at `at` (cl. 12)."""
    limits = regulation.limits
    steps = ((limits.rework, body), (limits.approval, None), (limits.publication, body))
    return _done(regulation, working_time, steps, at)


def of_earlier_bodies(
    regulation: Regulation, working_time: WorkingTime, sequence: tuple[str, ...], at: datetime
) -> datetime | None:
    """When the earlier bodies of a joint answer, routed at `at`, would have contributed (cl. 15)."""
    steps = ((regulation.limits.contribution, body) for body in sequence[:-1])
    return _done(regulation, working_time, steps, at)


def _done(
    regulation: Regulation, working_time: WorkingTime, steps: Iterable[tuple[Limit, str | None]], at: datetime
) -> datetime | None:
    moment = at
    try:
        for limit, holder in steps:
            moment = limit.term.due(working_time[holder], moment, regulation.readings.counting)
    except CalendarRangeError:
        return None
    return moment
