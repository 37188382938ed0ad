"""One run of a simulation: messages on the road of the act, through the hands of curators and executors.

A step is a task of a crowd (`people`); what follows from it is said here, clause by clause, as in `workflows.message`.
What the simulation leaves out is in docs/use/load.md.
"""

from collections.abc import Callable, Generator, Iterable, Mapping
from dataclasses import dataclass, field
from itertools import accumulate
from typing import Any

from simpy import Event

from calendar_rules.regulation import LimitName
from calendar_rules.timeline import Timeline
from calendar_rules.vocabulary import Importance
from service.load.counts import LIMITS, CrowdCounts, RunCounts
from service.load.drawing import ROUNDS, Chance, Drawn, OfAnswer
from service.load.dues import Dues
from service.load.given import Given, TimesOfBodies
from service.load.people import MINUTE, Clock, Crowd, Shift, Task

_PLACES = {name: place for place, name in enumerate(LIMITS)}
_ANSWER = _PLACES[LimitName.ANSWER]


@dataclass(frozen=True, slots=True)
class Span:
    """Moments of a run: it goes from `first` to `last`, and messages that come from `begin` to `end` are counted.

    Queues are looked at, in order, at the moments `looks`.
    """

    first: int
    begin: int
    end: int
    last: int
    looks: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Situation:
    """All that the runs of one situation share: what is given, due moments, and the calendars of those at work.

    `shifts` are new ones for each run: of the curators under None, then of each body.
    """

    given: Given
    dues: Dues
    department: Timeline
    bodies: Mapping[str, Timeline]
    shifts: Callable[[], dict[str | None, list[Shift]]]


@dataclass(slots=True, eq=False)
class Message:
    """A message under way; `waited` is how long, in microseconds, and for which crowd."""

    detected_at: int
    bodies: tuple[str, ...]
    importance: Importance | None
    chances: tuple[float, ...]
    counted: bool
    answer_due: int = 0
    turn: int = 0
    answers: int = 0
    round: int = 0
    returned: bool = False
    waited: list[tuple[int, int]] = field(default_factory=list)


Then = Callable[[Message], None]


class Office:
    """The people of a region with the messages they have, from the first moment of a run to its last."""

    def __init__(self, situation: Situation, span: Span, drawn: Iterable[Drawn]) -> None:
        self.counts = RunCounts()
        self._env = Clock(span.first)
        self._span, self._dues, self._given = span, situation.dues, situation.given
        self._department, self._calendars = situation.department, situation.bodies
        self._elsewhere = _Elsewhere(situation.given)
        self._open: dict[Message, None] = {}
        self._crowds: dict[str | None, tuple[Crowd[Message], CrowdCounts]] = {}
        for number, (body, shifts) in enumerate(situation.shifts().items()):
            hours = self._department if body is None else self._calendars[body]
            counts = CrowdCounts(could=sum(shift.minutes(span.begin, span.end) for shift in shifts))
            self.counts.crowds.append(counts)
            self._crowds[body] = Crowd(self._env, shifts, self._begun_by(number, counts, hours)), counts
        self._env.process(self._arrive(drawn))
        self._env.process(self._look())

    def run(self) -> RunCounts:
        """Run to the last moment, and count as late what is past its due moment then."""
        last = self._span.last
        self._env.run(until=last)
        for number, (crowd, _) in enumerate(self._crowds.values()):
            for task in crowd.tasks():
                self._waits(task, number, self._department.between(task.ready, last))
                if task.due < last:
                    self._count(task, last)
        for message in self._open:
            if message.answer_due and message.answer_due < last:
                self.counts.unanswered += 1
                self._count_answer(message, last)
        return self.counts

    # ---- messages come, and queues are looked at

    def _arrive(self, drawn: Iterable[Drawn]) -> Generator[Event, Any, None]:
        env, span = self._env, self._span
        for one in drawn:
            if one.at > env.now:
                yield env.timeout(one.at - env.now)
            counted = span.begin <= one.at < span.end
            self._detected(Message(one.at, one.bodies, one.importance, one.chances, counted))

    def _look(self) -> Generator[Event, Any, None]:
        env, span = self._env, self._span
        yield env.timeout(span.begin - env.now)
        for crowd, counts in self._crowds.values():
            counts.at_first = len(crowd.waiting)
        for at in span.looks:
            yield env.timeout(at - env.now)
            for crowd, counts in self._crowds.values():
                counts.queue.append(len(crowd.waiting))
        yield env.timeout(span.end - env.now)
        for crowd, counts in self._crowds.values():
            counts.at_last = len(crowd.waiting)

    # ---- a step waits, begins, and is counted

    def _put(
        self,
        body: str | None,
        message: Message,
        limit: LimitName,
        due: int,
        minutes: float,
        then: Then,
        *,
        since: int | None = None,
    ) -> None:
        """Have a body, or the curators, take a step; its limit runs from now on, or `since`."""
        now, (crowd, counts) = self._env.now, self._crowds[body]
        # A limit that begins past its due moment blames nobody (docs/use/time.md).
        counted = message.counted and due > (now if since is None else since)
        crowd.put(Task(message, _PLACES[limit], counted, now, due, minutes, then))
        if self._span.begin <= now < self._span.end:
            counts.asked += minutes
            counts.longest = max(counts.longest, len(crowd.waiting))

    def _begun_by(
        self, number: int, counts: CrowdCounts, hours: Timeline
    ) -> Callable[[Task[Message], int, int], None]:
        span, between = self._span, hours.between

        def begun(task: Task[Message], at: int, end: int) -> None:
            self._count(task, end)  # when it ends is known already
            waited = between(task.ready, at)
            self._waits(task, number, waited)
            if span.begin <= at < span.end:
                counts.steps += 1
                counts.did += task.minutes
                counts.waited += waited / MINUTE
                counts.handled += between(at, end) / MINUTE

        return begun

    @staticmethod
    def _waits(task: Task[Message], number: int, waited: int) -> None:
        if waited:
            task.message.waited.append((waited, number))

    def _count(self, task: Task[Message], at: int) -> None:
        if task.counted:
            counts = self.counts
            (counts.in_time if at <= task.due else counts.late)[task.limit] += 1

    def _count_answer(self, message: Message, at: int) -> None:
        took = self._department.between(message.detected_at, at) / MINUTE
        counts = self.counts
        counts.took.append(took)
        if at <= message.answer_due:
            counts.in_time[_ANSWER] += 1
            return
        counts.late[_ANSWER] += 1
        counts.late_took += took
        for waited, number in message.waited:
            counts.crowds[number].of_late += waited / MINUTE

    # ---- clauses 5, 7, 18: found and routed

    def _detected(self, message: Message) -> None:
        if message.counted:
            self.counts.messages += 1
            self._open[message] = None
        if self._dues.answer_from_detection:
            message.answer_due = self._dues.answer_of(message.importance)(message.detected_at)
        self._await_routing(message, Chance.ROUTING)

    def _await_routing(self, message: Message, chance: Chance) -> None:
        minutes = self._given.times.routing.at(message.chances[chance])
        due = self._dues.routing(self._env.now)
        self._put(None, message, LimitName.ROUTING, due, minutes, self._routed)

    def _routed(self, message: Message) -> None:
        if not message.returned and message.chances[Chance.DECLINED] < self._given.declined:
            self._open.pop(message, None)
            return
        if not message.answer_due:
            message.answer_due = self._dues.answer_of(message.importance)(self._env.now)
        self._receive(message)

    # ---- clauses 8, 10, 15: received, returned, contributed, drafted

    def _receive(self, message: Message) -> None:
        now, given, chances = self._env.now, self._given, message.chances
        body = message.bodies[message.turn]
        times = given.times_of(body)
        first = not message.turn and not message.returned
        if first and chances[Chance.RETURNED] < given.bodies[body].returned:
            due = self._dues.of(LimitName.RETURN, body)(now)
            minutes = times.returning.at(chances[Chance.RETURNING])
            self._put(body, message, LimitName.RETURN, due, minutes, self._returned)
            return
        is_joint = len(message.bodies) > 1
        contribution = self._dues.of(LimitName.CONTRIBUTION, body)(now) if is_joint else None
        if contribution is not None and message.turn < len(message.bodies) - 1:
            minutes = times.contribution.at(chances[Chance.CONTRIBUTION + message.turn])
            self._put(body, message, LimitName.CONTRIBUTION, contribution, minutes, self._contributed)
            return
        due = self._dues.draft_of(body, message.importance)(
            now, message.detected_at, message.answer_due, contribution
        )
        waiting = times.waiting.at(chances[Chance.WAITING])
        self._draft_after(waiting, body, message, LimitName.DRAFT, due, times, since=now)

    def _returned(self, message: Message) -> None:
        message.returned = True
        message.bodies = self._elsewhere.than(message.bodies, message.chances[Chance.ELSEWHERE])
        self._await_routing(message, Chance.ROUTING_AGAIN)

    def _contributed(self, message: Message) -> None:
        message.turn += 1
        self._receive(message)

    def _draft_after(
        self,
        waiting: float,
        body: str,
        message: Message,
        limit: LimitName,
        due: int,
        times: TimesOfBodies,
        *,
        since: int,
    ) -> None:
        """Draft after so many minutes of the body's working time, which take nobody's attention."""
        minutes = times.drafting.at(self._of_answer(message, OfAnswer.DRAFTING))

        def draft(_: Event | None = None) -> None:
            self._put(body, message, limit, due, minutes, self._submitted, since=since)

        if not waiting:
            draft()
            return
        until = self._calendars[body].advance(since, int(waiting * MINUTE))
        self._env.timeout(until - since).callbacks.append(draft)

    @staticmethod
    def _of_answer(message: Message, place: int) -> float:
        return message.chances[Chance.ANSWER + message.answers * OfAnswer.ALL + place]

    # ---- clauses 11, 12: approved, or sent for rework

    def _submitted(self, message: Message) -> None:
        minutes = self._given.times.approval.at(self._of_answer(message, OfAnswer.APPROVAL + message.round))
        due = self._dues.of(LimitName.APPROVAL, None)(self._env.now)
        self._put(None, message, LimitName.APPROVAL, due, minutes, self._judged)

    def _judged(self, message: Message) -> None:
        now, body, done = self._env.now, message.bodies[-1], message.round
        times, chance = self._given.times_of(body), self._of_answer(message, OfAnswer.REWORKED + done)
        if done < ROUNDS and chance < self._given.bodies[body].reworked:
            message.round += 1
            minutes = times.rework.at(self._of_answer(message, OfAnswer.REWORK + done))
            due = self._dues.of(LimitName.REWORK, body)(now)
            self._put(body, message, LimitName.REWORK, due, minutes, self._submitted)
            return
        minutes = times.publication.at(self._of_answer(message, OfAnswer.PUBLICATION))
        due = self._dues.of(LimitName.PUBLICATION, body)(now)
        self._put(body, message, LimitName.PUBLICATION, due, minutes, self._published)

    # ---- clauses 9, 13, 14: published

    def _published(self, message: Message) -> None:
        now, body, chances = self._env.now, message.bodies[-1], message.chances
        if message.answers:
            return  # the final answer
        if message.counted:
            self._open.pop(message, None)
            self._count_answer(message, now)
        if chances[Chance.INTERIM] < self._given.bodies[body].interim:
            message.answers, message.round = 1, 0
            times, due = self._given.times_of(body), self._dues.of(LimitName.FINAL_DRAFT, body)(now)
            waiting = times.until_final.at(chances[Chance.UNTIL_FINAL])
            self._draft_after(waiting, body, message, LimitName.FINAL_DRAFT, due, times, since=now)


class _Elsewhere:
    """To which body a message goes that was returned: as often as messages of any kind go there."""

    def __init__(self, given: Given) -> None:
        self._weights: dict[str, float] = {}
        for kind in given.kinds or given.arrived:
            share = getattr(kind, "share", 1.0)
            body = kind.bodies[-1]
            self._weights[body] = self._weights.get(body, 0.0) + share

    def than(self, bodies: tuple[str, ...], chance: float) -> tuple[str, ...]:
        """Another body instead of the first one; the same where there is no other."""
        others = [body for body in self._weights if body not in bodies]
        if not others:
            return bodies
        bounds = list(accumulate(self._weights[body] for body in others))
        chosen = next(
            (body for body, bound in zip(others, bounds, strict=True) if chance * bounds[-1] < bound),
            others[-1],
        )
        return (chosen, *bodies[1:])
