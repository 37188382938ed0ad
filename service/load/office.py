"""One run of a simulation: messages on the road of the act, through the hands of curators and executors.

A step is a task of a crowd (`people`); what follows from it is said here, clause by clause, as in `workflows.message`.
What the simulation leaves out is in docs/use/load.md.
"""

from collections.abc import Callable, Generator, Iterable, Mapping
from dataclasses import dataclass, field
from itertools import accumulate
from typing import Any

from simpy import Event

from calendar_rules.timeline import Timeline
from calendar_rules.vocabulary import Importance
from service.load.counts import LIMITS, CrowdCounts, RunCounts
from service.load.drawing import ROUNDS, Chance, Drawn, OfAnswer
from service.load.dues import Dues
from service.load.given import Given
from service.load.people import MINUTE, Clock, Crowd, Shift, Task

_ROUTING, _RETURN, _ANSWER, _DRAFT, _APPROVAL, _REWORK, _PUBLICATION, _FINAL, _CONTRIBUTION = range(
    len(LIMITS)
)
"""Places of the limits in `LIMITS`, which are those of the order."""


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


class _Desk:
    """The people of a body, or the curators, with what is counted of them."""

    __slots__ = ("counts", "crowd", "hours", "number")

    def __init__(
        self, number: int, env: Clock, shifts: list[Shift], hours: Timeline, office: "Office"
    ) -> None:
        self.number = number
        self.hours = hours
        self.counts = CrowdCounts()
        self.crowd: Crowd[Message] = Crowd(env, shifts, office.begun_at(self))


class _BodyDesk(_Desk):
    """The desk of a body, with how it works: due moments, laws of its times, and its probabilities."""

    __slots__ = (
        *("body", "contribution", "drafting", "dues", "publication", "returning", "rework"),
        *("until_final", "waiting"),
    )

    def __init__(
        self, number: int, key: str, env: Clock, shifts: list[Shift], situation: Situation, office: "Office"
    ) -> None:
        super().__init__(number, env, shifts, situation.bodies[key], office)
        times = situation.given.times_of(key)
        self.body, self.dues = situation.given.bodies[key], situation.dues.of(key)
        self.drafting, self.publication = times.drafting.law(), times.publication.law()
        self.rework, self.returning = times.rework.law(), times.returning.law()
        self.contribution, self.waiting = times.contribution.law(), times.waiting.law()
        self.until_final = times.until_final.law()


class Office:
    """The people of a region with the messages they have, from the first moment of a run to its last."""

    def __init__(self, situation: Situation, span: Span, drawn: Iterable[Drawn]) -> None:
        self.counts = RunCounts()
        self._env = Clock(span.first)
        self._span, self._dues, self._department = span, situation.dues, situation.department
        self._declined = situation.given.declined
        self._elsewhere = _Elsewhere(situation.given)
        times = situation.given.times
        self._route, self._approve = times.routing.law(), times.approval.law()
        self._open: dict[Message, None] = {}
        shifts = situation.shifts()
        self._curators = _Desk(0, self._env, shifts[None], self._department, self)
        self._bodies = {
            key: _BodyDesk(number, key, self._env, shifts[key], situation, self)
            for number, key in enumerate(situation.given.bodies, 1)
        }
        self._desks: list[_Desk] = [self._curators, *self._bodies.values()]
        for desk, own in zip(
            self._desks, (shifts[None], *(shifts[key] for key in self._bodies)), strict=True
        ):
            desk.counts.could = sum(shift.minutes(span.begin, span.end) for shift in own)
            self.counts.crowds.append(desk.counts)
        self._env.process(self._arrive(drawn))
        self._env.process(self._look())

    def run(self) -> RunCounts:
        """Run to the last moment, and count as late what is past its due moment then."""
        last = self._span.last
        self._env.run(until=last)
        for desk in self._desks:
            for task in desk.crowd.tasks():
                task.message.waited.append((self._department.between(task.ready, last), desk.number))
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
        env, span, desks = self._env, self._span, self._desks
        yield env.timeout(span.begin - env.now)
        for desk in desks:
            desk.counts.at_first = desk.crowd.queue
        for at in span.looks:
            yield env.timeout(at - env.now)
            for desk in desks:
                desk.counts.queue.append(desk.crowd.queue)
        yield env.timeout(span.end - env.now)
        for desk in desks:
            desk.counts.at_last = desk.crowd.queue

    # ---- a step waits, begins, and is counted

    def _put(
        self,
        desk: _Desk,
        message: Message,
        limit: int,
        due: int,
        minutes: float,
        then: Then,
        since: int | None = None,
    ) -> None:
        """Have the people of a desk take a step; its limit runs from now on, or `since`."""
        now, span = self._env.now, self._span
        # A limit that begins past its due moment blames nobody (docs/use/time.md).
        counted = message.counted and due > (now if since is None else since)
        desk.crowd.put(Task(message, limit, counted, now, due, minutes, then))
        if span.begin <= now < span.end:
            counts, queue = desk.counts, desk.crowd.queue
            counts.asked += minutes
            counts.longest = max(counts.longest, queue)

    def begun_at(self, desk: _Desk) -> Callable[[Task[Message], int, int, int], None]:
        """Have what begins at a desk counted there."""
        begin, over, number, counts = self._span.begin, self._span.end, desk.number, desk.counts
        between, count = desk.hours.between, self._count

        def begun(task: Task[Message], at: int, end: int, amount: int) -> None:
            count(task, end)  # when it ends is known already
            waited = between(task.ready, at) if at > task.ready else 0
            if waited:
                task.message.waited.append((waited, number))
            if begin <= at < over:
                counts.steps += 1
                counts.did += task.minutes
                counts.waited += waited / MINUTE
                counts.handled += amount / MINUTE

        return begun

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
        self._await_routing(message, message.chances[Chance.ROUTING])

    def _await_routing(self, message: Message, chance: float) -> None:
        due = self._dues.routing(self._env.now)
        self._put(self._curators, message, _ROUTING, due, self._route(chance), self._routed)

    def _routed(self, message: Message) -> None:
        if not message.returned and message.chances[Chance.DECLINED] < self._declined:
            self._open.pop(message, None)
            return
        if not message.answer_due:
            message.answer_due = self._dues.answer_of(message.importance)(self._env.now)
        self._receive(message)

    # ---- clauses 8, 10, 15: received, returned, contributed, drafted

    def _receive(self, message: Message) -> None:
        now, chances, body = self._env.now, message.chances, message.bodies[message.turn]
        desk = self._bodies[body]
        first = not message.turn and not message.returned
        if first and chances[Chance.RETURNED] < desk.body.returned:
            minutes = desk.returning(chances[Chance.RETURNING])
            self._put(desk, message, _RETURN, desk.dues.window(now), minutes, self._returned)
            return
        contribution = desk.dues.contribution(now) if len(message.bodies) > 1 else None
        if contribution is not None and message.turn < len(message.bodies) - 1:
            minutes = desk.contribution(chances[Chance.CONTRIBUTION + message.turn])
            self._put(desk, message, _CONTRIBUTION, contribution, minutes, self._contributed)
            return
        due = self._dues.draft_of(body, message.importance)(
            now, message.detected_at, message.answer_due, contribution
        )
        self._draft_after(desk.waiting(chances[Chance.WAITING]), desk, message, _DRAFT, due)

    def _returned(self, message: Message) -> None:
        message.returned = True
        message.bodies = self._elsewhere.than(message.bodies, message.chances[Chance.ELSEWHERE])
        self._await_routing(message, message.chances[Chance.ROUTING_AGAIN])

    def _contributed(self, message: Message) -> None:
        message.turn += 1
        self._receive(message)

    def _draft_after(self, waiting: float, desk: _BodyDesk, message: Message, limit: int, due: int) -> None:
        """Draft after so many minutes of the body's working time, which take nobody's attention."""
        minutes, since = desk.drafting(self._of_answer(message, OfAnswer.DRAFTING)), self._env.now

        def draft(_: Event | None = None) -> None:
            self._put(desk, message, limit, due, minutes, self._submitted, since)

        if not waiting:
            draft()
            return
        until = desk.hours.advance(since, int(waiting * MINUTE))
        self._env.timeout(until - since).callbacks.append(draft)

    @staticmethod
    def _of_answer(message: Message, place: int) -> float:
        return message.chances[Chance.ANSWER + message.answers * OfAnswer.ALL + place]

    # ---- clauses 11, 12: approved, or sent for rework

    def _submitted(self, message: Message) -> None:
        minutes = self._approve(self._of_answer(message, OfAnswer.APPROVAL + message.round))
        due = self._dues.approval(self._env.now)
        self._put(self._curators, message, _APPROVAL, due, minutes, self._judged)

    def _judged(self, message: Message) -> None:
        now, done, desk = self._env.now, message.round, self._bodies[message.bodies[-1]]
        if done < ROUNDS and self._of_answer(message, OfAnswer.REWORKED + done) < desk.body.reworked:
            message.round += 1
            minutes = desk.rework(self._of_answer(message, OfAnswer.REWORK + done))
            self._put(desk, message, _REWORK, desk.dues.rework(now), minutes, self._submitted)
            return
        minutes = desk.publication(self._of_answer(message, OfAnswer.PUBLICATION))
        self._put(desk, message, _PUBLICATION, desk.dues.publication(now), minutes, self._published)

    # ---- clauses 9, 13, 14: published

    def _published(self, message: Message) -> None:
        if message.answers:
            return  # the final answer
        now, desk = self._env.now, self._bodies[message.bodies[-1]]
        if message.counted:
            self._open.pop(message, None)
            self._count_answer(message, now)
        if message.chances[Chance.INTERIM] < desk.body.interim:
            message.answers, message.round = 1, 0
            waiting = desk.until_final(message.chances[Chance.UNTIL_FINAL])
            self._draft_after(waiting, desk, message, _FINAL, desk.dues.final_draft(now))


class _Elsewhere:
    """To which body a message goes that was returned: as often as messages of any kind go there."""

    def __init__(self, given: Given) -> None:
        self._weights: dict[str, float] = {}
        for kind in given.arrived or given.kinds:
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
