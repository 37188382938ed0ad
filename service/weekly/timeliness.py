"""How limits were kept in a week: those that were met in it, and those that passed in it."""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from math import ceil

from calendar_rules import CalendarError
from calendar_rules.regulation import HolderRole, LimitName, Regulation
from calendar_rules.work_calendar import WorkCalendar
from service.weekly.summary import LimitFigures
from store import weekly_limits
from store.session import Connection
from store.weekly import Span
from store.weekly_limits import Run

CURATORS = "Кураторы"
Key = tuple[str | None, LimitName]


@dataclass(slots=True)
class _Kept:
    in_time: int = 0
    late: int = 0
    open_overdue: int = 0
    took: list[timedelta] = field(default_factory=list)

    @property
    def is_nothing(self) -> bool:
        return not (self.in_time or self.late or self.open_overdue or self.took)


def of_week(
    connection: Connection,
    span: Span,
    titles: Mapping[str, str],
    regulation: Regulation,
    calendar_of: Callable[[str | None], WorkCalendar],
) -> tuple[LimitFigures, ...]:
    """By holder and limit: the curators first, then bodies in the order of their titles.

    A run that was kept belongs to the week in which its duty was done; a late one to that of its due moment, and the
    time it took to the week in which it was done all the same.
    """
    found: dict[Key, _Kept] = defaultdict(_Kept)
    decided = weekly_limits.runs_decided(connection, span)
    calendars = {body: calendar_of(body) for body in {run.body for run in decided}}
    for run in decided:
        kept = found[run.body, run.name]
        if _is_in(run.breached_at, span):
            kept.late += 1
        if run.met_at is None or run.void or not _is_in(run.met_at, span):
            continue
        kept.in_time += run.in_time
        took = working_time(calendars[run.body], run)
        if took is not None:
            kept.took.append(took)
    for run in weekly_limits.runs_overdue(connection, span[1]):
        found[run.body, run.name].open_overdue += 1
    order = list(LimitName)

    def place(key: Key) -> tuple[bool, str, str, int]:
        body, limit = key
        return body is not None, titles.get(body or "", ""), body or "", order.index(limit)

    keys = sorted((key for key, kept in found.items() if not kept.is_nothing), key=place)
    return tuple(_figures(key, found[key], titles, regulation) for key in keys)


def _figures(key: Key, kept: _Kept, titles: Mapping[str, str], regulation: Regulation) -> LimitFigures:
    body, limit = key
    took = sorted(kept.took)
    return LimitFigures(
        holder=HolderRole.CURATOR if body is None else HolderRole.EXECUTOR,
        body=body,
        title=CURATORS if body is None else titles.get(body, body),
        limit=limit,
        clause=regulation.limits[limit].clause,
        in_time=kept.in_time,
        late=kept.late,
        open_overdue=kept.open_overdue,
        median=_median(took),
        ninth_decile=ninth_decile(took),
        longest=took[-1] if took else None,
    )


def _median(in_order: Sequence[timedelta]) -> timedelta | None:
    if not in_order:
        return None
    half = len(in_order) // 2
    return in_order[half] if len(in_order) % 2 else (in_order[half - 1] + in_order[half]) / 2


def ninth_decile(in_order: Sequence[timedelta]) -> timedelta | None:
    """The least amount that nine of ten do not exceed; None of nothing."""
    return in_order[ceil(len(in_order) * 9 / 10) - 1] if in_order else None


def working_time(calendar: WorkCalendar, run: Run) -> timedelta | None:
    """From the start of a run until its duty was done; None where the calendar does not reach so far."""
    if run.met_at is None:
        return None
    try:
        return calendar.between(run.started_at, run.met_at)
    except CalendarError:
        return None


def _is_in(moment: datetime | None, span: Span) -> bool:
    return moment is not None and span[0] <= moment < span[1]
