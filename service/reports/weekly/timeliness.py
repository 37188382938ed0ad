"""Timeliness in a period: limits that were met in it, and those that passed in it."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import lru_cache
from math import ceil

from calendar_rules import CalendarError
from calendar_rules.regulation import HolderRole, LimitName, Regulation
from calendar_rules.work_calendar import WorkCalendar
from service.reports.weekly.summary import Kept, LimitFigures
from store.database.session import Connection
from store.reports import limits
from store.reports.limits import Key
from store.reports.period import Span

CURATORS = "Кураторы"
CalendarOf = Callable[[str | None], WorkCalendar]
_NAMES = {name.value: name for name in LimitName}
_PART = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Timeliness:
    """By holder and limit how many were kept and broken; and every run once."""

    counts: Mapping[Key, Counter[str]]
    total: Kept


def counted(
    connection: Connection, span: Span, in_time: Mapping[Key, int], body: str | None = None
) -> Timeliness:
    """What was kept (`in_time`) and broken in a period: of one body, what counts at it.

    A run that was kept belongs to the period in which its duty was done; a late one to that of its due moment.
    """
    found: dict[Key, Counter[str]] = defaultdict(Counter)
    for key, many in in_time.items():
        found[key]["in_time"] = many
    total = {"in_time": sum(in_time.values())}
    for name in ("late", "open_overdue"):
        at_holders, total[name] = limits.overdue(connection, span, name, body)
        for key, many in at_holders.items():
            found[key][name] = many
    return Timeliness(found, Kept(**total))


@dataclass(frozen=True, slots=True)
class WorkingTimes:
    """The working time in microseconds of what was done in a period, by the calendars of those who held it.

    `in_time`: how much of it was done in time.
    """

    of_limits: Mapping[Key, Sequence[int]]
    in_time: Mapping[Key, int]

    @classmethod
    def read(
        cls,
        connection: Connection,
        span: Span,
        calendar_of: CalendarOf,
        body: str | None = None,
    ) -> "WorkingTimes":
        """Of runs done in the span, in time or late; of one body, its own. One that no calendar reaches is left out."""
        calendars = lru_cache(None)(lambda holder: calendar_of(holder).timeline)
        of_limits: dict[Key, list[int]] = defaultdict(list)
        in_time: Counter[Key] = Counter()
        for part in _parts(span):
            for holder, name, started_at, met_at, is_in_time in limits.runs_met(connection, part, body):
                key = holder, _NAMES[name]
                in_time[key] += is_in_time
                try:
                    of_limits[key].append(calendars(holder).between(started_at, met_at))
                except CalendarError:
                    continue
        return cls(of_limits, in_time)


def _parts(span: Span) -> Iterator[Span]:
    """Month by month: PostgreSQL ends a transaction that is silent for long, as over what is counted of a year."""
    since, until = span
    while since < until:
        part = since, min(since + _PART, until)
        yield part
        since = part[1]


def of_period(
    now: Timeliness,
    before: Timeliness | None,
    times: WorkingTimes,
    titles: Mapping[str, str],
    regulation: Regulation,
) -> tuple[LimitFigures, ...]:
    """The curators first, then bodies in the order of their titles; with what was kept and broken in the one before."""
    order = list(LimitName)

    def place(key: Key) -> tuple[bool, str, str, int]:
        holder, limit = key
        return holder is not None, titles.get(holder or "", ""), holder or "", order.index(limit)

    found = []
    for key in sorted(now.counts.keys() | times.of_limits.keys(), key=place):
        holder, limit = key
        took = sorted(times.of_limits.get(key, ()))
        found.append(
            LimitFigures(
                **_kept(now, key).model_dump(),
                holder=HolderRole.CURATOR if holder is None else HolderRole.EXECUTOR,
                body=holder,
                title=CURATORS if holder is None else titles.get(holder, holder),
                limit=limit,
                clause=regulation.limits[limit].clause,
                median=median(took),
                ninth_decile=ninth_decile(took),
                longest=timedelta(microseconds=took[-1]) if took else None,
                previous=None if before is None else _kept(before, key),
            )
        )
    return tuple(found)


def _kept(it: Timeliness, key: Key) -> Kept:
    return Kept(**it.counts.get(key, Counter()))


def median(in_order: Sequence[int]) -> timedelta | None:
    """The amount of microseconds that half of them do not exceed; None of nothing."""
    if not in_order:
        return None
    half = len(in_order) // 2
    both = in_order[half] + in_order[half - 1 + len(in_order) % 2]
    return timedelta(microseconds=both) / 2


def ninth_decile(in_order: Sequence[int]) -> timedelta | None:
    """The least amount of microseconds that nine of ten do not exceed; None of nothing."""
    return timedelta(microseconds=in_order[ceil(len(in_order) * 9 / 10) - 1]) if in_order else None
