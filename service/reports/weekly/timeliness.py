"""Timeliness in a period: limits that were met in it, and those that passed in it."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from math import ceil

from calendar_rules import CalendarError
from calendar_rules.regulation import HolderRole, LimitName, Regulation
from calendar_rules.work_calendar import WorkCalendar
from service.reports.weekly.summary import Kept, LimitFigures
from store.database.session import Connection
from store.reports import limits as weekly_limits
from store.reports.limits import Holder, Run
from store.reports.period import Span

CURATORS = "Кураторы"
NOBODY = "Не отнесены ни к кому"
Key = tuple[Holder, LimitName]
CalendarOf = Callable[[str | None], WorkCalendar]
Decided = tuple[str, Run, tuple[Holder, ...]]
"""That a run counts: under which field, and at whom."""
_FIELDS = ("in_time", "late", "open_overdue")


@dataclass(slots=True)
class _Counts:
    in_time: int = 0
    late: int = 0
    open_overdue: int = 0
    took: list[timedelta] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Timeliness:
    """By holder and limit; every run once; and what was done with the working time that it took."""

    limits: tuple[LimitFigures, ...]
    total: Kept
    times: tuple[tuple[Run, timedelta], ...]


def of_period(
    connection: Connection,
    span: Span,
    titles: Mapping[str, str],
    regulation: Regulation,
    calendar_of: CalendarOf,
    body: str | None = None,
) -> Timeliness:
    """By holder and limit: the curators first, then bodies in the order of their titles; of one body, its own.

    A run that was kept belongs to the period in which its duty was done; a late one to that of its due moment, and the
    time it took to the period in which it was done all the same, at its holder.
    """
    found: dict[Key, _Counts] = defaultdict(_Counts)
    total: dict[str, int] = dict.fromkeys(_FIELDS, 0)
    runs = weekly_limits.runs_decided(connection, span, body)
    for name, run, holders in _decided(
        runs, weekly_limits.runs_overdue(connection, span[1], body), span, body
    ):
        total[name] += 1
        for holder in holders:
            counts = found[holder, run.name]
            setattr(counts, name, getattr(counts, name) + 1)
    done = tuple(times(runs, span, calendar_of, body))
    for run, took in done:
        found[run.body, run.name].took.append(took)
    order = list(LimitName)

    def place(key: Key) -> tuple[bool, str, str, int]:
        holder, limit = key
        return holder is not None, titles.get(holder or "", ""), holder or "", order.index(limit)

    return Timeliness(
        tuple(_figures(key, found[key], titles, regulation) for key in sorted(found, key=place)),
        Kept(**total),
        done,
    )


def decided(connection: Connection, span: Span, body: str | None = None) -> Iterator[Decided]:
    """Every run that was kept or broken in the span, or is owed at its end; of one body, those that count at it."""
    yield from _decided(
        weekly_limits.runs_decided(connection, span, body),
        weekly_limits.runs_overdue(connection, span[1], body),
        span,
        body,
    )


def _decided(runs: Iterable[Run], overdue: Iterable[Run], span: Span, body: str | None) -> Iterator[Decided]:
    for run in runs:
        if _is_in(run.breached_at, span):
            yield from _of_body("late", run, run.charged, body)
        if run.in_time and _is_in(run.met_at, span):
            yield from _of_body("in_time", run, (run.body,), body)
    for run in overdue:
        yield from _of_body("open_overdue", run, run.charged, body)


def _of_body(name: str, run: Run, holders: tuple[Holder, ...], body: str | None) -> Iterator[Decided]:
    if body is None:
        yield name, run, holders
    elif body in holders:
        yield name, run, (body,)


def times(
    runs: Iterable[Run], span: Span, calendar_of: CalendarOf, body: str | None = None
) -> Iterator[tuple[Run, timedelta]]:
    """Runs done in the span, in time or late, with the working time of their holder that they took."""
    calendars: dict[str | None, WorkCalendar] = {}
    for run in runs:
        if run.void or not _is_in(run.met_at, span) or (body is not None and run.body != body):
            continue
        if run.body not in calendars:
            calendars[run.body] = calendar_of(run.body)
        took = working_time(calendars[run.body], run)
        if took is not None:
            yield run, took


def _figures(key: Key, counts: _Counts, titles: Mapping[str, str], regulation: Regulation) -> LimitFigures:
    holder, limit = key
    took = sorted(counts.took)
    return LimitFigures(
        holder=HolderRole.CURATOR if holder is None else HolderRole.EXECUTOR,
        body=holder,
        title=CURATORS if holder is None else titles.get(holder, holder),
        limit=limit,
        clause=regulation.limits[limit].clause,
        in_time=counts.in_time,
        late=counts.late,
        open_overdue=counts.open_overdue,
        median=median(took),
        ninth_decile=ninth_decile(took),
        longest=took[-1] if took else None,
    )


def median(in_order: Sequence[timedelta]) -> timedelta | None:
    """The amount that half of them do not exceed; None of nothing."""
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


def beside(now: Timeliness, before: Timeliness) -> tuple[LimitFigures, ...]:
    """The limits of a period with what was kept and broken of each in the one before, in the order of now."""
    known = {(it.body, it.limit): it for it in before.limits}

    def kept(it: LimitFigures | None) -> Kept:
        return Kept() if it is None else Kept(**{name: getattr(it, name) for name in _FIELDS})

    return tuple(
        it.model_copy(update={"previous": kept(known.get((it.body, it.limit)))}) for it in now.limits
    )
