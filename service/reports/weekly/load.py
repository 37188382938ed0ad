"""Load of curators and executors."""

from collections import Counter
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Final

from calendar_rules import CalendarError
from calendar_rules.regulation import LimitName
from calendar_rules.vocabulary import Role
from calendar_rules.work_calendar import WorkCalendar
from service.reports.weekly.period import Period
from service.reports.weekly.summary import Load, StepCount, Worker
from store.database.session import Connection
from store.reports import workload
from store.reports.facts import Facts, counted
from store.reports.limits import MetBy
from store.reports.period import Span
from workflows.stages import MET_BY_BODIES, MET_BY_CURATORS

Who = tuple[str | None, str | None]
"""A person and the body; no body of a curator, no person where nobody is named."""
NOBODY: Final = "Исполнитель не назначен"
_DAY: Final = timedelta(days=1)
_OPEN, _DONE = "open", "done"


def things(span: Span, name: str, body: str | None = None, *, of_bodies: bool) -> Facts:
    """What is counted of executors, or of curators: open messages, steps done, or those that met a limit."""
    if name == _OPEN:
        return workload.open_now(of_bodies=of_bodies, body=body)
    if name == _DONE:
        return workload.done(span, _met_by(of_bodies), of_bodies=of_bodies, body=body)
    return workload.met(span, _met_by(of_bodies), name, of_bodies=of_bodies, body=body)


def _met_by(of_bodies: bool) -> MetBy:
    return MET_BY_BODIES if of_bodies else MET_BY_CURATORS


def of_period(
    connection: Connection,
    period: Period,
    span: Span,
    department: WorkCalendar,
    made_at: datetime,
    titles: Mapping[str, str],
    body: str | None = None,
) -> Load:
    """Curators first, then executors by their bodies; of one body, its executors. `made_at`: in local time."""
    at_work, done = Counter[Who](), Counter[Who]()
    steps = Counter[tuple[Who, str]]()
    for of_bodies in (False, True) if body is None else (True,):
        held = things(span, _OPEN, body, of_bodies=of_bodies)
        at_work.update({(who, at): many for who, at, many in counted(connection, held, "person", "body")})
        taken = workload.with_met(span, _met_by(of_bodies), of_bodies=of_bodies, body=body)
        for who, at, met, many in counted(connection, taken, "person", "body", "names"):
            done[who, at] += many
            for limit in met.split(workload.PARTING) if met else ():
                steps[(who, at), limit] += many
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
                StepCount(limit=limit, count=many)
                for limit in LimitName
                if (many := steps[(person, whose), limit])
            ),
            done=done[person, whose],
            per_day=done[person, whose] / days if days else 0.0,
        )
        for person, whose in _known(connection, body) | at_work.keys() | done.keys()
    ]
    return Load(working_days=days, workers=tuple(sorted(found, key=lambda it: _place(it, titles))))


def _place(it: Worker, titles: Mapping[str, str]) -> tuple[bool, str, bool, str]:
    return it.body is not None, titles.get(it.body or "", ""), it.person is None, it.name


def _known(connection: Connection, body: str | None) -> set[Who]:
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
