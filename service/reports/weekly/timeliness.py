"""Timeliness in a period: limits that were met in it, and those that passed in it."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import lru_cache
from math import ceil

from calendar_rules import CalendarError
from calendar_rules.regulation import HolderRole, LimitName, Regulation
from calendar_rules.work_calendar import WorkCalendar
from service.reports.weekly.summary import Kept, LimitFigures
from store.database.session import Connection
from store.reports import limits as weekly_limits
from store.reports.limits import Holder, Met, Run
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
    """By holder and limit; and every run once."""

    limits: tuple[LimitFigures, ...]
    total: Kept


Took = Sequence[tuple[Met, timedelta]]
"""Runs that were done, with the working time that they took."""


class Counting:
    """What was kept and broken in a period: of one body, what counts at it.

    A run that was kept belongs to the period in which its duty was done; a late one to that of its due moment, and the
    time it took to the period in which it was done all the same, at its holder.
    """

    def __init__(self, connection: Connection, span: Span, body: str | None = None) -> None:
        self._body = body
        self._found: dict[Key, _Counts] = defaultdict(_Counts)
        self._total: dict[str, int] = dict.fromkeys(_FIELDS, 0)
        for holder, name, many in weekly_limits.kept_in(connection, span, body):
            self._found[holder, name].in_time += many
            self._total["in_time"] += many
        self._add("open_overdue", weekly_limits.runs_overdue(connection, span[1], body))

    def late(self, connection: Connection, part: Span) -> None:
        """Count what was broken in a part of the period."""
        self._add("late", weekly_limits.broken(connection, part, self._body))

    def took(self, times: Took) -> None:
        """Count what was done in a part of the period."""
        for run, amount in times:
            self._found[run.body, run.name].took.append(amount)

    def _add(self, name: str, runs: Iterable[Run]) -> None:
        for run in runs:
            for _, _, holders in _of_body(name, run, run.charged, self._body):
                self._total[name] += 1
                for holder in holders:
                    counts = self._found[holder, run.name]
                    setattr(counts, name, getattr(counts, name) + 1)

    def counted(self, titles: Mapping[str, str], regulation: Regulation) -> Timeliness:
        """The curators first, then bodies in the order of their titles."""
        order, found = list(LimitName), self._found

        def place(key: Key) -> tuple[bool, str, str, int]:
            holder, limit = key
            return holder is not None, titles.get(holder or "", ""), holder or "", order.index(limit)

        return Timeliness(
            tuple(_figures(key, found[key], titles, regulation) for key in sorted(found, key=place)),
            Kept(**self._total),
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


class WorkingTimes:
    """The working time that runs took, by the calendars of their holders."""

    def __init__(self, calendar_of: CalendarOf) -> None:
        self._calendar_of = lru_cache(None)(calendar_of)

    def of(self, connection: Connection, span: Span, body: str | None = None) -> Took:
        """Of runs done in the span, in time or late; of one body, its own."""
        runs = weekly_limits.runs_met(connection, span, body)
        found = ((run, working_time(self._calendar_of(run.body), run)) for run in runs)
        return [(run, took) for run, took in found if took is not None]


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


def working_time(calendar: WorkCalendar, run: Met) -> timedelta | None:
    """From the start of a run until its duty was done; None where the calendar does not reach so far."""
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
