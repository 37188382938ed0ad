"""One run of a simulation: messages on the road of the act, through the hands of curators and executors.

A step waits in the pool of its holder until somebody is free and at work, by the holder's calendar; whoever is free
takes the step that is due first, and finishes it over breaks and nights. Limits are due as those of messages are
(`calendar_rules`). What the simulation leaves out is in docs/use/load.md.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import cache, partial
from heapq import heappop, heappush
from itertools import count
from random import Random
from typing import Final

from calendar_rules.due_moments import AnswerDue, due_moment
from calendar_rules.regulation import LimitName
from calendar_rules.work_calendar import WorkCalendar
from service.load.figures import WARM_UP, Arrival, Figures
from service.runs.rules import Rules
from store.reports.limits import Holder

_ROUNDS: Final = 3
"""A draft is sent for rework so often at most: chance alone would have no end."""
_TICK: Final = timedelta(microseconds=1)
_HOUR: Final = timedelta(hours=1)


class Agenda:
    """What happens next, in the order of its moments; `now` leaps from one to the next."""

    def __init__(self, now: datetime) -> None:
        self.now = now
        self._events: list[tuple[datetime, int, Callable[[], None]]] = []
        self._order = count()

    def at(self, moment: datetime, call: Callable[[], None]) -> None:
        """Have something happen at a moment."""
        heappush(self._events, (moment, next(self._order), call))

    def run(self) -> None:
        """Let everything happen, and all that follows from it."""
        while self._events:
            self.now, _, call = heappop(self._events)
            call()


@dataclass(frozen=True, slots=True)
class Duty:
    """A run of a limit, and how long the step that meets it takes; `counted`: it is of a message of the period."""

    limit: LimitName
    holder: Holder
    due: datetime
    counted: bool
    handling: timedelta


class Pool:
    """The people who take the same steps: the curators, or the executors of a body."""

    def __init__(self, agenda: Agenda, hours: WorkCalendar, people: int) -> None:
        self._agenda, self._hours, self._free = agenda, hours, people
        self._waiting: list[tuple[datetime, int, Duty, Callable[[], None]]] = []
        self._order = count()

    def put(self, duty: Duty, done: Callable[[], None]) -> None:
        """Have the step of a duty taken, and call `done` at its end."""
        heappush(self._waiting, (duty.due, next(self._order), duty, done))
        self._begin()

    def _begin(self) -> None:
        """Give waiting steps to whoever is free, now or at the next opening."""
        now = self._agenda.now
        if not self._waiting or not self._free:
            return
        # A closing moment is inside working time, but nobody begins anything then.
        opens = self._hours.add(now + _TICK, timedelta(0)) - _TICK
        if opens > now:
            self._agenda.at(opens + _TICK, self._begin)
            return
        while self._waiting and self._free:
            _, _, duty, done = heappop(self._waiting)
            self._free -= 1
            self._agenda.at(self._hours.add(now, duty.handling), partial(self._finish, done))

    def _finish(self, done: Callable[[], None]) -> None:
        self._free += 1
        done()
        self._begin()


class Office:
    """The people of a region in one run; `people`: how many a holder has, where not as on record."""

    def __init__(self, figures: Figures, rules: Rules, people: Mapping[Holder, int], seed: int) -> None:
        self._figures, self._rules, self._act = figures, rules, rules.regulation
        self._chance = Random(seed)  # noqa: S311
        self._counts: Counter[tuple[LimitName, bool]] = Counter()
        self._agenda = Agenda(figures.span[0] - WARM_UP)
        self._handling = cache(figures.handling)
        self._bodies = [body for arrival in figures.arrivals for body in arrival.bodies]
        self._pools = {
            # People rest in breaks also where the act counts them.
            holder: Pool(
                self._agenda,
                rules.schedules.of(holder).calendar(rules.production, breaks_stop_the_clock=True),
                people.get(holder) or figures.people(holder),
            )
            for holder in (None, *set(self._bodies))
        }

    def run(self, per_day: float | None) -> Mapping[LimitName, float]:
        """The share of each limit that was in time, with so many messages on a day of the calendar.

        None: the very messages of the record. A run ends once everything is done.
        """
        for arrival in self._figures.arrivals if per_day is None else list(self._drawn(per_day)):
            self._agenda.at(arrival.at, partial(self._go_on, self._road(arrival)))
        self._agenda.run()
        both = {limit: (self._counts[limit, True], self._counts[limit, False]) for limit in LimitName}
        return {limit: kept / (kept + late) for limit, (kept, late) in both.items() if kept + late}

    def _drawn(self, per_day: float) -> Iterator[Arrival]:
        """Messages like those on record, at a constant rate within each hour of the week (a Poisson process)."""
        counted, by_hour = self._figures.counted, self._figures.by_hour()
        more, day = per_day / self._figures.per_day, self._agenda.now
        while day < self._figures.span[1]:
            for hour, expected in enumerate(by_hour[day.weekday()]):
                at = begin = day.replace(hour=hour)
                while expected:
                    at += self._chance.expovariate(expected * more) * _HOUR
                    if at >= begin + _HOUR:
                        break
                    yield replace(self._chance.choice(counted), at=at)
            day += timedelta(days=1)

    def _go_on(self, road: Iterator[Duty]) -> None:
        """Have the next step of a message taken, and go on from its end."""
        duty = next(road, None)
        if duty is not None:
            self._pools[duty.holder].put(duty, partial(self._done, duty, road))

    def _done(self, duty: Duty, road: Iterator[Duty]) -> None:
        self._meet(duty)
        self._go_on(road)

    def _meet(self, duty: Duty) -> None:
        if duty.counted:
            self._counts[duty.limit, self._agenda.now <= duty.due] += 1

    # ---- the road of a message, clause by clause, as in `workflows.message`

    def _road(self, arrival: Arrival) -> Iterator[Duty]:
        answer = self._start(LimitName.ANSWER, None, arrival)  # cl. 9
        yield self._start(LimitName.ROUTING, None, arrival)  # cl. 7
        if not arrival.bodies:  # cl. 18
            return
        if self._act.limits.answer.starts != ("detection",):
            answer = self._start(LimitName.ANSWER, None, arrival)
        if self._chance.random() < self._figures.returned:  # cl. 8
            yield self._start(LimitName.RETURN, self._chance.choice(self._bodies), arrival)
            yield self._start(LimitName.ROUTING, None, arrival)
        *earlier, body = arrival.bodies
        for other in earlier:  # cl. 15
            yield self._start(LimitName.CONTRIBUTION, other, arrival)
        yield self._start(LimitName.DRAFT, body, arrival, self._draft_due(body, arrival, answer))  # cl. 10
        yield self._start(LimitName.APPROVAL, None, arrival)  # cl. 11
        for _ in range(_ROUNDS):
            if self._chance.random() >= self._figures.reworked:
                break
            yield self._start(LimitName.REWORK, body, arrival)  # cl. 12
            yield self._start(LimitName.APPROVAL, None, arrival)
        yield self._start(LimitName.PUBLICATION, body, arrival)  # cl. 13
        self._meet(answer)

    def _start(self, limit: LimitName, holder: Holder, arrival: Arrival, due: datetime | None = None) -> Duty:
        """A limit that runs from now on."""
        now = self._agenda.now
        due = due or self._due(limit, holder)
        # A limit that begins past its due moment blames nobody (docs/use/time.md).
        counted = arrival.at >= self._figures.span[0] and due > now
        return Duty(limit, holder, due, counted, self._chance.choice(self._handling(limit, holder)))

    def _due(self, limit: LimitName, holder: Holder) -> datetime:
        calendar = self._rules.calendar_of(holder)
        return self._act.limits[limit].term.due(calendar, self._agenda.now, self._act.readings.counting)

    def _draft_due(self, body: str, arrival: Arrival, answer: Duty) -> datetime:
        """The due moment of a draft, which the act may count back from that of the answer."""
        return due_moment(
            self._act,
            self._rules.department,
            LimitName.DRAFT,
            self._agenda.now,
            answer=AnswerDue(self._act.ordinary_term, answer.due, arrival.at),
            contribution_due=self._due(LimitName.CONTRIBUTION, body) if len(arrival.bodies) > 1 else None,
        ).due_at
