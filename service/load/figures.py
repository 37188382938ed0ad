"""Figures of a period from the record: what came, what became of it, how long each step took, and who was at work.

The record has the moments at which work came and at which it was done, not those at which somebody took it up. So of
the time that a step took the handling is told by a rule: it began when the work had come and the person had done what
they did last, whichever was later. What lies before was waiting. One who does other things meanwhile is thought to
handle: handling is told too long rather than too short.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo
from functools import lru_cache, partial
from typing import Final

from calendar_rules.errors import CalendarError
from calendar_rules.regulation import LimitName
from calendar_rules.vocabulary import DraftKind, Role
from calendar_rules.work_calendar import WorkCalendar
from store.database.session import Connection
from store.load import record
from store.load.record import Absent, Act, Held, Message, Run
from store.reports.period import Span
from workflows.stages import MET_BY_BODIES, MET_BY_CURATORS
from workflows.vocabulary import Command, Fact

Holder = str | None
"""A body; None: the curators."""
CalendarOf = Callable[[Holder], WorkCalendar]

STEPS: Final = (
    LimitName.ROUTING,
    LimitName.APPROVAL,
    LimitName.RETURN,
    LimitName.CONTRIBUTION,
    LimitName.DRAFT,
    LimitName.REWORK,
    LimitName.FINAL_DRAFT,
    LimitName.PUBLICATION,
)
"""Limits of one step each; of several that one act meets the first of these is its step."""
_BY_CURATORS: Final = (
    *MET_BY_CURATORS,
    Command.CLOSE,
    Fact.REGISTERED,
    Command.AUTHOR_REPLIED,
    Command.RESUME,
)
_KINDS: Final = (*_BY_CURATORS, *MET_BY_BODIES)
_ENDS: Final = (Command.DECLINE, Command.CLOSE)
_SELDOM: Final = 20
"""Whoever did less than one part in so many of what the office did helped out, and is no hand of it."""


@dataclass(frozen=True, slots=True)
class Recorded:
    """What the store tells of a period, and of the days before it that fill its queues; `span` is the period."""

    span: Span
    messages: Sequence[Message]
    acts: Sequence[Act]
    runs: Sequence[Run]
    absences: Sequence[Absent]
    staff: Sequence[Held]

    @classmethod
    def read(cls, connection: Connection, span: Span, before: timedelta) -> "Recorded":
        """Of messages detected in the span or so long before it, and of what was done then with any."""
        whole = span[0] - before, span[1]
        return cls(
            span,
            record.messages(connection, whole),
            record.acts(connection, whole, _KINDS),
            record.runs(connection, whole, (*STEPS, LimitName.ANSWER)),
            record.absences(connection, whole),
            record.staff(connection, span),
        )


@dataclass(frozen=True, slots=True)
class Took:
    """A step that somebody took: when it came, when it was taken up as far as the record tells, and when it was done.

    `waiting` until then and `handling` from then on are working time of its holder; None where it was done outside
    working hours, so that nobody knows.
    """

    limit: LimitName
    holder: Holder
    came: datetime
    begun: datetime
    done: datetime
    waiting: timedelta | None
    handling: timedelta | None


@dataclass(frozen=True, slots=True)
class Share:
    """How many of how many."""

    part: int
    whole: int

    @property
    def value(self) -> float | None:
        """From 0 to 1; None of nothing."""
        return self.part / self.whole if self.whole else None


@dataclass(frozen=True, slots=True)
class Road:
    """A message as it came: the bodies that had their turn at last, in order; none where it was never routed."""

    number: int
    at: datetime
    topic: str | None
    importance: str | None
    bodies: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Figures:
    """Of a period and the days before it, moments in the Department's zone; `kept` and `waited` of the period alone.

    `rework` and `returns` by body: of how many drafts were sent for rework, and of how many turns were returned, how
    many. `hands`: by holder, how many people were there on each of its working days. `on_days_off`: by curators, the
    first and the last act of each day on which the Department was closed, and how many people acted. `kept`: by limit,
    of how many runs that were decided how many were in time. `waited`: from when until when each step of a curator
    waited to be taken up.
    """

    span: Span
    roads: Sequence[Road]
    took: Sequence[Took]
    ended_at_once: Share
    joint: Share
    interim: Share
    clarification: Share
    rework: Mapping[str, Share]
    returns: Mapping[str, Share]
    hands: Mapping[Holder, Mapping[date, int]]
    on_days_off: Mapping[date, tuple[datetime, datetime, int]]
    kept: Mapping[LimitName, Share]
    waited: Sequence[Span]


def of(recorded: Recorded, calendar_of: CalendarOf, zone: tzinfo) -> Figures:
    """The figures. A step that a calendar does not reach back to is left out."""
    published = Counter(act.draft_kind for act in recorded.acts if act.kind == Command.CONFIRM_PUBLICATION)
    routes = [act for act in recorded.acts if act.kind == Command.ROUTE]
    took = _took(recorded, calendar_of)
    return Figures(
        span=recorded.span,
        roads=_roads(recorded, zone),
        took=took,
        ended_at_once=_ended_at_once(recorded.acts),
        joint=Share(sum(act.bodies > 1 for act in routes), len(routes)),
        interim=Share(
            published[DraftKind.INTERIM], published[DraftKind.ANSWER] + published[DraftKind.INTERIM]
        ),
        clarification=Share(published[DraftKind.CLARIFICATION], published.total()),
        rework=_rework(recorded.acts),
        returns=_returns(recorded.runs),
        hands=_hands(recorded, calendar_of, zone),
        on_days_off=_on_days_off(recorded, calendar_of(None), zone),
        kept=_kept(recorded),
        waited=_waited(recorded, took),
    )


def _took(recorded: Recorded, calendar_of: CalendarOf) -> list[Took]:
    met: dict[tuple[int, datetime], list[Run]] = defaultdict(list)
    for run in recorded.runs:
        if run.met_at is not None and run.name in STEPS:
            met[run.message, run.met_at].append(run)
    registered = {act.message: act.at for act in recorded.acts if act.kind == Fact.REGISTERED}
    last: dict[str, datetime] = {}
    found = []
    for act in recorded.acts:
        before, last[act.person] = last.get(act.person), act.at
        step = _step_of(act, met.get((act.message, act.at), ()))
        if step is None:
            continue
        # A message is worked on once it is registered; its term runs from when it was found.
        came = max(step.started_at, registered.get(act.message, step.started_at))
        begun = max(came, before) if before is not None else came
        calendar = calendar_of(step.body)
        try:
            known = calendar.is_open(act.at)
            waiting = calendar.between(came, begun) if known else None
            handling = calendar.between(begun, act.at) if known else None
        except CalendarError:
            continue
        found.append(Took(step.name, step.body, came, begun, act.at, waiting, handling))
    return found


def _step_of(act: Act, met: Sequence[Run]) -> Run | None:
    limits = MET_BY_BODIES.get(act.kind) or MET_BY_CURATORS.get(act.kind, ())
    of_act = [run for run in met if run.name in limits]
    return min(of_act, key=lambda run: STEPS.index(run.name), default=None)


def _ended_at_once(acts: Iterable[Act]) -> Share:
    """Of messages on which it was decided, how many were never routed."""
    first: dict[int, str] = {}
    for act in acts:
        if act.kind == Command.ROUTE or act.kind in _ENDS:
            first.setdefault(act.message, act.kind)
    return Share(sum(kind in _ENDS for kind in first.values()), len(first))


def _rework(acts: Iterable[Act]) -> Mapping[str, Share]:
    judged, sent = Counter[str](), Counter[str]()
    for act in acts:
        # One sent back from publication had been approved before.
        if act.body is not None and act.kind in (Command.APPROVE, Command.SEND_FOR_REWORK):
            judged[act.body] += 1
            sent[act.body] += act.kind == Command.SEND_FOR_REWORK
    return {body: Share(sent[body], many) for body, many in judged.items()}


def _returns(runs: Iterable[Run]) -> Mapping[str, Share]:
    turns, returned = Counter[str](), Counter[str]()
    for run in runs:
        if run.name is LimitName.RETURN and run.body is not None:
            turns[run.body] += 1
            returned[run.body] += run.met_at is not None
    return {body: Share(returned[body], many) for body, many in turns.items()}


def _kept(recorded: Recorded) -> Mapping[LimitName, Share]:
    since = recorded.span[0]
    counted = {message.number for message in recorded.messages if message.detected_at >= since}
    in_time, decided = Counter[LimitName](), Counter[LimitName]()
    for run in recorded.runs:
        if run.message in counted and (run.met_at or run.breached_at):
            decided[run.name] += 1
            in_time[run.name] += run.breached_at is None
    return {limit: Share(in_time[limit], many) for limit, many in decided.items()}


def _waited(recorded: Recorded, took: Iterable[Took]) -> list[Span]:
    """Those taken up, then those that fell away or still wait."""
    of_curators = (LimitName.ROUTING, LimitName.APPROVAL)
    left = [
        (run.started_at, run.cancelled_at or recorded.span[1])
        for run in recorded.runs
        if run.name in of_curators and run.met_at is None
    ]
    return [(one.came, one.begun) for one in took if one.limit in of_curators] + left


def _roads(recorded: Recorded, zone: tzinfo) -> list[Road]:
    turns: dict[int, list[str]] = defaultdict(list)
    for run in recorded.runs:
        if run.body is not None and run.name in (LimitName.RETURN, LimitName.DRAFT, LimitName.CONTRIBUTION):
            turns[run.message].append(run.body)
    named = {act.message: act.bodies for act in recorded.acts if act.kind == Command.ROUTE}
    return [
        Road(
            message.number,
            message.detected_at.astimezone(zone),
            message.topic,
            message.importance,
            tuple(bodies),
        )
        for message in recorded.messages
        # What was returned has had other bodies before those that it was routed to at last.
        for bodies in [list(dict.fromkeys(turns[message.number]))[-named.get(message.number, 1) :]]
    ]


def _people(recorded: Recorded) -> Mapping[Holder, set[str]]:
    """Who did the work of each holder; of bodies that had work and did none of it, who holds the office."""
    done: dict[Holder, Counter[str]] = defaultdict(Counter)
    for act in recorded.acts:
        done[None if act.kind in _BY_CURATORS else act.body][act.person] += 1
    found = {
        holder: {person for person, many in people.items() if many * _SELDOM >= people.total()}
        for holder, people in done.items()
    }
    for held in recorded.staff:
        if held.role is Role.EXECUTOR and held.body not in done:
            found.setdefault(held.body, set()).add(held.person)
    return found


def _hands(recorded: Recorded, calendar_of: CalendarOf, zone: tzinfo) -> Mapping[Holder, Mapping[date, int]]:
    away: dict[str, list[Absent]] = defaultdict(list)
    for absent in recorded.absences:
        away[absent.person].append(absent)
    noons = lru_cache(None)(partial(_noons, _days(recorded.span, zone)))
    return {
        holder: {
            day: sum(not any(_covers(absent, noon) for absent in away[person]) for person in people)
            for day, noon in noons(calendar_of(holder))
        }
        for holder, people in _people(recorded).items()
    }


def _noons(days: Sequence[date], calendar: WorkCalendar) -> list[tuple[date, datetime]]:
    """The middle of each working day: whoever is away then is away for the day."""
    hours = ((day, calendar.opening(day), calendar.closing(day)) for day in days)
    return [(day, opens + (closes - opens) / 2) for day, opens, closes in hours if opens and closes]


def _covers(absent: Absent, moment: datetime) -> bool:
    return absent.starts_at <= moment and (absent.ends_at is None or moment < absent.ends_at)


def _on_days_off(
    recorded: Recorded, department: WorkCalendar, zone: tzinfo
) -> Mapping[date, tuple[datetime, datetime, int]]:
    found: dict[date, list[Act]] = defaultdict(list)
    for act in recorded.acts:
        if act.kind in MET_BY_CURATORS and recorded.span[0] <= act.at:
            found[act.at.astimezone(zone).date()].append(act)
    return {
        day: (acts[0].at.astimezone(zone), acts[-1].at.astimezone(zone), len({act.person for act in acts}))
        for day, acts in found.items()
        if department.opening(day) is None
    }


def _days(span: Span, zone: tzinfo) -> tuple[date, ...]:
    first, last = (moment.astimezone(zone).date() for moment in span)
    return tuple(first + timedelta(days=number) for number in range((last - first).days))
