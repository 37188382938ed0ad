"""Figures of a period from the record: its tables, and what messages are simulated by.

The record has the moments at which work came and was done, not those at which somebody took it up. Handling is
therefore counted from when the work had come and the person had done their last act before it, whichever was later;
what lies before is waiting. Whoever does other things meanwhile seems to handle, so handling is rather too long.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property
from math import ceil
from typing import Final

from calendar_rules.errors import CalendarError
from calendar_rules.regulation import LimitName
from calendar_rules.titles import title
from service.load import wording
from service.load.results import BodyStaff, Record, Table
from service.runs.rules import Rules
from store.database.session import Connection
from store.load import record
from store.load.record import Done, Run
from store.people.titles import short_titles_on
from store.reports.limits import Holder
from store.reports.period import Span
from workflows.stages import MET_BY_BODIES, MET_BY_CURATORS
from workflows.vocabulary import Command, Fact

WEEKS: Final = 4
WARM_UP: Final = timedelta(weeks=1)
"""Before the period: its messages fill the queues, and are counted nowhere."""
_FEWEST: Final = 10
"""A body with fewer steps of a kind is given those of all bodies."""
_ASSUMED: Final = timedelta(minutes=30)
"""Handling of a step that the record does not have."""
_MINUTE: Final = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Arrival:
    """A message as it came, in the Department's zone, with its bodies; none where it was declined or never routed."""

    at: datetime
    bodies: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Step:
    """A step that somebody took, in working time of its holder."""

    limit: LimitName
    holder: Holder
    waiting: timedelta
    handling: timedelta


@dataclass(frozen=True)
class Figures:
    """Of a period and of `WARM_UP` before it; `staff`: how many acted for a holder on the day on which most did.

    `kept`: of each run of a limit that is decided, whether it was in time, of messages of the period.
    `returned`: share of routed messages that a body returns (cl. 8), `reworked`: of drafts sent back (cl. 11).
    """

    span: Span
    arrivals: Sequence[Arrival]
    steps: Sequence[Step]
    staff: Mapping[Holder, int]
    kept: Mapping[LimitName, Sequence[bool]]
    returned: float
    reworked: float

    @property
    def counted(self) -> Sequence[Arrival]:
        """Those of the period itself."""
        return [arrival for arrival in self.arrivals if arrival.at >= self.span[0]]

    @property
    def per_day(self) -> float:
        """Messages on a day of the calendar."""
        return len(self.counted) / (7 * WEEKS)

    def people(self, holder: Holder) -> int:
        """How many a holder has; one where nobody has acted yet."""
        return self.staff.get(holder, 1)

    def by_hour(self) -> tuple[tuple[float, ...], ...]:
        """Messages of each hour of the week, Monday first, on average over the weeks of the period."""
        came = Counter((arrival.at.weekday(), arrival.at.hour) for arrival in self.counted)
        return tuple(tuple(came[day, hour] / WEEKS for hour in range(24)) for day in range(7))

    def handling(self, limit: LimitName, holder: Holder) -> Sequence[timedelta]:
        """What the step took each time: at the holder, where it took ten or more, else at all."""
        own = self._handling.get((limit, holder), ())
        if len(own) >= _FEWEST:
            return own
        return [one for (name, _), many in self._handling.items() if name is limit for one in many] or [
            _ASSUMED
        ]

    @cached_property
    def _handling(self) -> Mapping[tuple[LimitName, Holder], Sequence[timedelta]]:
        found: dict[tuple[LimitName, Holder], list[timedelta]] = defaultdict(list)
        for step in self.steps:
            found[step.limit, step.holder].append(step.handling)
        return found


def read(connection: Connection, span: Span, rules: Rules) -> Figures:
    """The figures of messages detected in the span or in the week before, by the record as it is now."""
    whole = span[0] - WARM_UP, span[1]
    acts = record.done_in(connection, whole, (*MET_BY_CURATORS, *MET_BY_BODIES, Fact.REGISTERED))
    runs = record.runs_detected(connection, whole)
    messages = record.detected(connection, whole)
    counted = {number for number, at in messages if at >= span[0]}
    bodies = record.turns(connection, whole)
    for act in acts:
        if act.kind == Command.RETURN and act.body in (turns := bodies.get(act.message, [])):
            turns.remove(act.body)
    done = Counter(act.kind for act in acts)
    judged = done[Command.APPROVE] + done[Command.SEND_FOR_REWORK]
    return Figures(
        span=span,
        arrivals=[
            Arrival(at.astimezone(rules.zone), tuple(bodies.get(number, ()))) for number, at in messages
        ],
        steps=list(_steps(acts, runs, rules)),
        staff=_staff(acts, rules),
        kept=_kept(run for run in runs if run.message in counted),
        returned=done[Command.RETURN] / done[Command.ROUTE] if done[Command.ROUTE] else 0,
        reworked=done[Command.SEND_FOR_REWORK] / judged if judged else 0,
    )


def _steps(acts: Iterable[Done], runs: Iterable[Run], rules: Rules) -> Iterator[Step]:
    """Steps done in working time; how long others took, and those before the calendar's years, is not known."""
    met = {(run.message, run.met_at, run.name): run for run in runs if run.met_at is not None}
    registered: dict[int, datetime] = {}
    last_act: dict[str, datetime] = {}
    for act in acts:
        before, last_act[act.person] = last_act.get(act.person), act.at
        if act.kind == Fact.REGISTERED:
            registered[act.message] = act.at
        names = MET_BY_BODIES.get(act.kind) or MET_BY_CURATORS.get(act.kind, ())
        run = next((met[key] for name in names if (key := (act.message, act.at, name)) in met), None)
        if run is None:
            continue
        # A message is worked on once it is registered; its term runs from its detection.
        came = max(run.started_at, registered.get(act.message, run.started_at))
        begun = max(came, before) if before is not None else came
        calendar = rules.calendar_of(run.body)
        try:
            if calendar.is_open(act.at):
                waiting, handling = calendar.between(came, begun), calendar.between(begun, act.at)
                yield Step(run.name, run.body, waiting, handling)
        except CalendarError:
            continue


def _staff(acts: Iterable[Done], rules: Rules) -> Mapping[Holder, int]:
    found: dict[Holder, dict[date, set[str]]] = defaultdict(lambda: defaultdict(set))
    for act in acts:
        holder = act.body if act.kind in MET_BY_BODIES else None
        found[holder][act.at.astimezone(rules.zone).date()].add(act.person)
    return {holder: max(map(len, days.values())) for holder, days in found.items()}


def _kept(runs: Iterable[Run]) -> Mapping[LimitName, Sequence[bool]]:
    found: dict[LimitName, list[bool]] = defaultdict(list)
    for run in runs:
        found[run.name].append(run.in_time)
    return found


def of_record(connection: Connection, figures: Figures) -> Record:
    """The figures as people read them, with what is open now, by the titles of today."""
    titles = short_titles_on(connection, figures.span[1].date())
    to_bodies = Counter(body for arrival in figures.counted for body in arrival.bodies)
    return Record(
        messages=len(figures.counted),
        per_day=figures.per_day,
        curators=figures.people(None),
        bodies=tuple(
            BodyStaff(body=body, title=titles.get(body, body), messages=many, executors=figures.people(body))
            for body, many in to_bodies.most_common()
        ),
        tables=(
            Table(title=wording.IN_TIME, columns=wording.OF_IN_TIME, rows=tuple(_in_time(figures))),
            Table(title=wording.TIMES, columns=wording.OF_TIMES, rows=tuple(_times(figures.steps))),
            Table(
                title=wording.ARRIVALS,
                columns=wording.OF_ARRIVALS,
                rows=tuple(
                    (f"{hour}:00", *day) for hour, day in enumerate(zip(*figures.by_hour(), strict=True))
                ),
            ),
            Table(title=wording.OPEN, columns=wording.OF_OPEN, rows=tuple(_open(connection, titles))),
        ),
    )


def _in_time(figures: Figures) -> Iterator[tuple[str, int, float]]:
    for limit in LimitName:
        if kept := figures.kept.get(limit):
            yield title(limit), len(kept), 100 * sum(kept) / len(kept)


def _times(steps: Iterable[Step]) -> Iterator[tuple[str, int, float, float, float]]:
    of_limit: dict[LimitName, list[Step]] = defaultdict(list)
    for step in steps:
        of_limit[step.limit].append(step)
    for limit, name in wording.STEPS.items():
        if found := of_limit[limit]:
            waiting, handling = [step.waiting for step in found], [step.handling for step in found]
            times = _quantile(waiting, 0.5), _quantile(handling, 0.5), _quantile(handling, 0.9)
            yield name, len(found), *times


def _quantile(times: list[timedelta], share: float) -> float:
    """The least time, in minutes, that a share of them does not exceed."""
    return sorted(times)[ceil(len(times) * share) - 1] / _MINUTE


def _open(connection: Connection, titles: Mapping[str, str]) -> Iterator[tuple[str, int]]:
    """Curators first, then executors by body; within that whoever has most."""
    names = record.names(connection)
    found = record.open_now(connection)
    for body, person, many in sorted(found, key=lambda one: (titles.get(one[0] or "", ""), -one[2])):
        name = names.get(person, person) if person else wording.NOBODY
        yield f"{name}, {titles.get(body, body)}" if body else name, many
