"""People of a simulation: crowds with what waits for them, most urgent first, and shifts in which they work."""

from collections.abc import Callable, Generator, Iterator, Sequence
from datetime import date, timedelta
from heapq import heappop, heappush
from itertools import count
from typing import Any, Generic, TypeVar

from simpy import Environment, Event

from calendar_rules.production_calendar import ProductionCalendar
from calendar_rules.schedules import Hours
from calendar_rules.timeline import Timeline
from service.load.given import Crew

MINUTE = 60_000_000
"""In microseconds, the unit of a simulation's clock."""
_DAY = timedelta(days=1)
Subject = TypeVar("Subject")


class Clock(Environment):
    """Time of a run, in whole microseconds since 1970."""

    @property
    def now(self) -> int:
        """The moment."""
        return int(self._now)


class Task(Generic[Subject]):
    """A step about something that waits for somebody: since when, by when, how many minutes, and what follows."""

    __slots__ = ("counted", "due", "limit", "message", "minutes", "ready", "then")

    def __init__(
        self,
        message: Subject,
        limit: int,
        counted: bool,
        ready: int,
        due: int,
        minutes: float,
        then: Callable[[Subject], None],
    ) -> None:
        self.message = message
        self.limit = limit
        self.counted = counted
        self.ready = ready
        self.due = due
        self.minutes = minutes
        self.then = then


class Shift:
    """People who work at the same times: `present` is when they begin something, `hours` by which they finish it.

    They differ by absences: whoever is away from tomorrow on finishes what they have begun.
    """

    def __init__(self, present: Timeline, hours: Timeline, share: float, people: int) -> None:
        self.present = present
        self.hours = hours
        self.microseconds = MINUTE / share
        self.share = share
        self.people = people
        self.idle: list[Event] = []

    def anew(self) -> "Shift":
        """The same people, before a run."""
        return Shift(self.present, self.hours, self.share, self.people)

    def minutes(self, begin: int, end: int) -> float:
        """The working minutes that they have for messages from one moment to another."""
        return self.present.between(begin, end) / MINUTE * self.share * self.people


def shifts(crews: Sequence[Crew], body: Hours, production: ProductionCalendar) -> list[Shift]:
    """The shifts of crews, whose hours are those of their body where they have no own. Breaks are nobody's work.

    Raises CalendarError for hours that make no week.
    """
    found = []
    for crew in crews:
        own = body if crew.week is None else body.model_copy(update={"week": crew.week, "exceptions": {}})
        hours = production.work_calendar(own.timezone, own.week, own.exceptions)
        away = _away(crew)
        numbers: dict[frozenset[date], int] = {}
        for days in away:
            numbers[days] = numbers.get(days, 0) + 1
        for days, people in numbers.items():
            present = hours
            if days:
                present = production.work_calendar(
                    own.timezone, own.week, {**own.exceptions, **dict.fromkeys(days, ())}
                )
            found.append(Shift(present.timeline, hours.timeline, crew.share, people))
    return found


def _away(crew: Crew) -> list[frozenset[date]]:
    """The days on which each of a crew is away; absences go round, so that nobody has two before all have one."""
    days: list[set[date]] = [set() for _ in range(crew.people)]
    place = 0
    for absence in crew.absences if days else ():
        whole = [absence.first + _DAY * day for day in range((absence.last - absence.first).days + 1)]
        for _ in range(min(absence.people, crew.people)):
            days[place % crew.people].update(whole)
            place += 1
    return [frozenset(one) for one in days]


class Crowd(Generic[Subject]):
    """Those who do the same work, and what waits for them. Who is free takes the step that is due first.

    A step that was begun is finished by whoever has begun it, over breaks and nights of their hours. `begun` is told of
    a step, when it begins and ends, and how much of their hours it takes, in microseconds.
    """

    def __init__(
        self, env: Clock, shifts: Sequence[Shift], begun: Callable[[Task[Subject], int, int, int], None]
    ) -> None:
        self.waiting: list[tuple[int, int, Task[Subject]]] = []
        self._env = env
        self._shifts = shifts
        self._begun = begun
        self._order = count().__next__
        self._called = 0
        for shift in shifts:
            for _ in range(shift.people):
                env.process(self._work(shift))

    @property
    def queue(self) -> int:
        """How many steps wait, but for those that somebody is called for, who begins as soon as they are there."""
        return max(0, len(self.waiting) - self._called)

    def tasks(self) -> Iterator[Task[Subject]]:
        """What waits, in no order."""
        return (task for _, _, task in self.waiting)

    def put(self, task: Task[Subject]) -> None:
        """Have somebody take a step, as soon as it is its turn."""
        heappush(self.waiting, (task.due, self._order(), task))
        if idle := [shift for shift in self._shifts if shift.idle]:
            after = self._env.now + 1
            shift = idle[0] if len(idle) == 1 else min(idle, key=lambda one: one.present.advance(after, 0))
            shift.idle.pop().succeed()
            self._called += 1

    def _work(self, shift: Shift) -> Generator[Event, Any, None]:
        env, waiting, present, advance = self._env, self.waiting, shift.present, shift.hours.advance
        never_away, microseconds = present is shift.hours, shift.microseconds
        while True:
            called = not waiting
            if called:
                call = env.event()
                shift.idle.append(call)
                yield call
            now = env.now
            amount = int(waiting[0][2].minutes * microseconds) if waiting else 0
            # What ends after no more than it takes is begun within working time, and that is known at once.
            if not (amount and never_away and advance(now, amount) == now + amount):
                # A closing moment is inside working time, but nobody begins anything then.
                while (opening := present.advance(now + 1, 0)) > now + 1:
                    yield env.timeout(opening - now)
                    now = env.now
            self._called -= called
            if not waiting:
                continue
            task = heappop(waiting)[2]
            amount = int(task.minutes * microseconds)
            end = advance(now, amount)
            self._begun(task, now, end, amount)
            if end > now:
                yield env.timeout(end - now)
            task.then(task.message)
