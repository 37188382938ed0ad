"""Load of curators and executors, and how long each of their steps takes."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from calendar_rules import CalendarError
from calendar_rules.regulation import LimitName
from calendar_rules.vocabulary import Role
from calendar_rules.work_calendar import WorkCalendar
from service.reports.weekly.period import Period
from service.reports.weekly.summary import Load, StepTime, Worker
from service.reports.weekly.timeliness import Took, median
from store.database.session import Connection
from store.reports import workload
from store.reports.period import Span
from workflows.stages import MET_BY_BODIES, MET_BY_CURATORS

NOBODY: Final = "Исполнитель не назначен"
_DAY: Final = timedelta(days=1)
_Who = tuple[str | None, str | None]
"""A person and the body; no body of a curator, no person where nobody is named."""


@dataclass(frozen=True, slots=True)
class Step:
    """A step that somebody took, and the limits that it met."""

    who: _Who
    message: int
    at: datetime
    met: tuple[LimitName, ...]


class Counting:
    """What people did in a period; of one body, its executors."""

    def __init__(self, body: str | None = None) -> None:
        self._body = body
        self._done: Counter[_Who] = Counter()
        self._times: dict[tuple[_Who, LimitName], list[timedelta]] = defaultdict(list)

    def add(self, connection: Connection, part: Span, times: Took) -> None:
        """Count the steps of a part of the period, in which these runs were done."""
        took = {(run.message, run.met_at, run.name): amount for run, amount in times}
        for step in steps(connection, part, took.keys(), self._body):
            self._done[step.who] += 1
            for limit in step.met:
                self._times[step.who, limit].append(took[step.message, step.at, limit])

    def counted(
        self,
        connection: Connection,
        period: Period,
        department: WorkCalendar,
        made_at: datetime,
        titles: Mapping[str, str],
    ) -> Load:
        """Curators first, then executors by their bodies. `made_at` in the zone of the Department."""
        body, done = self._body, self._done
        at_work = _open(connection, body)
        days = _working_days(period, department, made_at)
        names = workload.names(connection)
        found = [
            Worker(
                person=person,
                name=names.get(person, person) if person else NOBODY,
                body=whose,
                body_title=titles.get(whose, whose) if whose else None,
                open=at_work[person, whose],
                steps=tuple(
                    StepTime(limit=limit, count=len(amounts), median=median(sorted(amounts)))
                    for limit in LimitName
                    if (amounts := self._times.get(((person, whose), limit)))
                ),
                done=done[person, whose],
                per_day=done[person, whose] / days if days else 0.0,
            )
            for person, whose in _known(connection, body) | at_work.keys() | done.keys()
        ]
        return Load(working_days=days, workers=tuple(sorted(found, key=lambda it: _place(it, titles))))


def _place(it: Worker, titles: Mapping[str, str]) -> tuple[bool, str, bool, str]:
    return it.body is not None, titles.get(it.body or "", ""), it.person is None, it.name


def steps(
    connection: Connection,
    span: Span,
    met: Iterable[tuple[int, datetime | None, LimitName]],
    body: str | None = None,
) -> Iterator[Step]:
    """Every step of the span by whom it was taken; `met`: of which message, when, and which limit was met."""
    known = set(met)
    of_both = ((MET_BY_BODIES, True), *(((MET_BY_CURATORS, False),) if body is None else ()))
    for limits, is_of_body in of_both:
        for row in workload.done_in(connection, span, limits, body if is_of_body else None):
            yield Step(
                (row.person, row.body if is_of_body else None),
                row.message,
                row.at,
                tuple(limit for limit in limits[row.kind] if (row.message, row.at, limit) in known),
            )


def _open(connection: Connection, body: str | None) -> Counter[_Who]:
    found: Counter[_Who] = Counter()
    if body is None:
        found.update({(person, None): many for person, many in workload.open_of_curators(connection).items()})
    for (whose, person), many in workload.open_of_executors(connection, body).items():
        found[person, whose] += many
    return found


def _known(connection: Connection, body: str | None) -> set[_Who]:
    """Who is there though they may have nothing: of a body its executors, of the region the curators."""
    if body is None:
        return {(person, None) for person, _ in workload.holders(connection, Role.CURATOR)}
    return {(person, body) for person, whose in workload.holders(connection, Role.EXECUTOR) if whose == body}


def _working_days(period: Period, department: WorkCalendar, made_at: datetime) -> int:
    """Of the period, up to the day at which it was counted where it is not over."""
    today = made_at.date()
    last = today if period.first_day <= today <= period.last_day else period.last_day
    days = (period.first_day + number * _DAY for number in range((last - period.first_day).days + 1))
    return sum(_works(day, department) for day in days)


def _works(day: date, department: WorkCalendar) -> bool:
    try:
        return department.is_working_day(day)
    except CalendarError:
        return True
