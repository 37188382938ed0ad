"""Order 238 told a second time, from the commands of a journal alone: where a message must stand with its limits.

Written from the order and the contract, without a look at the workflow, which must come to the same. It is long
because it has every command: tests of roads, of rights and of reports all ask it.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from pydantic import TypeAdapter

from tests.api.chance.charging import Charge, Pause, closed_by, late_answer, longest, over
from tests.api.chance.hours import HOUR, Hours

Row = dict[str, Any]
Held = tuple[str, str | None]
"""A role, and the body in which it is held, if in one."""
OF_A_BODY = ("executor", "responsible")
_DURATION: TypeAdapter[timedelta] = TypeAdapter(timedelta)
_ANSWER, _LEAD = 9 * HOUR, 4 * HOUR
_AMOUNTS = {
    **{"routing": 1.5 * HOUR, "return": HOUR, "approval": 1.5 * HOUR, "rework": HOUR},
    **{"publication": 0.5 * HOUR, "contribution": 2 * HOUR, "final_draft": timedelta(days=10)},
}
MACHINE = {
    *(
        "registered",
        "inherited",
        "warning",
        "breach",
        "breach_withdrawn",
        "charge_corrected",
        "window_ended",
        "limit_moved",
    ),
    *("no_reply", "refused", "change_calendar", "charge_corrected"),
    *("promise_warned", "promise_asked", "promise_broken", "promise_passed_on"),
}
"""Rows that no command of a person leaves."""


@dataclass
class Run:
    """One run of a limit; `holder` is a body, None for the curator."""

    name: str
    holder: str | None
    started: datetime
    due: datetime
    met: datetime | None = None
    cancelled: datetime | None = None
    breached: datetime | None = None
    inherited: bool = False
    amount: timedelta = field(default=timedelta(), compare=False)
    """What the run counts; one whose breach stands keeps it."""
    after: "Run | None" = field(default=None, compare=False)
    """The run before whose due moment this one is not due."""
    stood: list[Pause] = field(default_factory=list, compare=False)
    """While nobody could work on it."""
    away: datetime | None = field(default=None, compare=False)
    """When the message was taken from the body whose hour this is; None where it is there, or the hour is over."""
    held: list[tuple[str | None, datetime]] = field(default_factory=list, compare=False)
    """Who had the work before whoever has it now, each until when."""
    charged: list[Charge] = field(default_factory=list, compare=False)
    """Whose its breach is, most over first."""

    @property
    def is_open(self) -> bool:
        return self.met is None and self.cancelled is None

    @property
    def blamed(self) -> tuple[str | None, ...]:
        """The bodies whose its breach is, each once; None: the curator's."""
        return tuple(dict.fromkeys(charge.body for charge in self.charged))


@dataclass
class Draft:
    id: str
    kind: str
    body: str
    before: str
    met: list[Run]


class Told(NamedTuple):
    """Somebody is told something: `body` is whose people, None where the office is one of a kind."""

    kind: str
    office: str
    body: str | None = None


@dataclass
class Order:
    """Applies the rows of a journal in their order.

    `hours` are those of everyone, the first ones first.
    """

    hours: list[Hours]
    detected: datetime = datetime.min
    registered: datetime = datetime.min
    stage: str = "routing"
    outcome: str | None = None
    sequence: list[str] = field(default_factory=list)
    turn: int = 0
    acted: bool = False
    turns: set[str] = field(default_factory=set)
    contributed: list[str] = field(default_factory=list)
    sendable: str | None = None
    draft: Draft | None = None
    published: set[str] = field(default_factory=set)
    answerers: set[str] = field(default_factory=set)
    curator: str | None = None
    assignee: str | None = None
    returns: int = 0
    left: str | None = None
    taken_away: list[Run] = field(default_factory=list)
    by: str | None = None
    """Who does what the row tells, or for whom a substitute does."""
    acted_for: dict[str, str] = field(default_factory=dict)
    """Who sent something last, of each body."""
    ended: tuple[datetime, str | None] | None = None
    mistaken: list[tuple[Pause, str | None]] = field(default_factory=list)
    """While it was closed by a mistake, and who had closed it."""
    told: list[Told] = field(default_factory=list)
    reduced: timedelta | None = None
    runs: list[Run] = field(default_factory=list)

    # ---- what may be done

    def allowed_as(self, held: Held) -> set[str]:
        """What may be done now in one capacity."""
        role, body = held
        if role == "curator":
            return self.curators()
        if role == "head":
            return self.heads()
        if role == "admin":
            return {"redact", "record_erasure"}
        return self.people_of(body) if role in OF_A_BODY else set()

    @property
    def body(self) -> str | None:
        """Whose turn it is."""
        return None if self.stage in ("routing", "closed") else self.sequence[self.turn]

    def curators(self) -> set[str]:
        """What a curator may do now."""
        return set(self._curators())

    def _curators(self) -> Iterator[str]:
        if self.answerers:
            yield "correct_link"
        yield "refer"
        if self.outcome != "void":
            yield "split"
        if self.stage == "closed":
            if self.outcome != "answered":
                yield "reopen"
            return
        yield from ("close_unanswered", "report_to_governor", "correct", "note", "hand_over")
        preparing = self.stage == "preparation"
        if self.stage == "routing" or (preparing and not self.acted):
            yield "route"
        if self.stage == "approval":
            yield "approve"
        if self.stage in ("approval", "publication") or (preparing and self.sendable):
            yield "send_for_rework"
        if self.stage in ("routing", "preparation", "approval", "rework") and not self.published:
            yield "decline"
        if self.stage == "awaiting_author":
            yield from ("author_replied", "resume")

    def heads(self) -> set[str]:
        """What the head of the Department may do now."""
        return (self.curators() & {"reopen", "note", "hand_over", "refer"}) | {"redact"}

    def people_of(self, body: str | None) -> set[str]:
        """What executors of a body, and whoever is responsible for it, may do now."""
        found = self.executors() | {"assign"} if body == self.body and body is not None else set[str]()
        if body in self.answerers:
            found |= {"correct_link"}
        if body in self.turns and self.stage != "closed":
            found |= {"note"}
        return found

    def executors(self) -> set[str]:
        """What the body whose turn it is does for the answer now."""
        last = self.turn == len(self.sequence) - 1
        return {
            "routing": set[str](),
            "closed": set[str](),
            "preparation": {"return_to_curator", "submit_draft" if last else "contribute"},
            "approval": {"withdraw_draft"},
            "publication": {"confirm_publication", "withdraw_draft"},
        }.get(self.stage, {"submit_draft"})

    # ---- what was done

    def apply(self, row: Row) -> None:
        """One row of the journal; those of the machine follow from the others."""
        at = datetime.fromisoformat(row["at"])
        kind, data = row["kind"], row["data"]
        if kind in ("registered", "route"):
            # A substitute's message is that of whom they stand in for.
            self.curator = row["acting_for"] or row["person"]
        if kind == "registered":
            self._registered(at, datetime.fromisoformat(data["detected_at"]))
        elif kind in ("keep_promise", "move_promise"):
            return  # promises are no step of the road
        elif kind == "change_calendar" or kind not in MACHINE:
            self.pass_to(at)
            self.by = row["acting_for"] or row["person"]
            command = "reopen" if kind == "reopened" else kind
            assert kind in ("change_calendar", "record_erasure") or self._takes(command), f"unfit: {row}"
            getattr(self, f"_{kind}")(at, data)

    def _takes(self, command: str) -> bool:
        of_bodies = (self.people_of(body) for body in self.turns | {self.body})
        return command in self.curators().union(*of_bodies)

    def pass_to(self, at: datetime) -> None:
        """Everything due before `at` is late, but the window of a return, which just ends."""
        for run in sorted(self.runs, key=lambda run: run.due):
            if run.is_open and run.breached is None and run.due < at:
                if run.name == "return":
                    run.cancelled = run.due
                else:
                    self._break(run)

    def _break(self, run: Run) -> None:
        run.breached = run.due
        if run.inherited:
            return
        if run.name != "answer":
            person = longest(run, self._has(run.holder), self.hours[0]) or self._acted(run)
            run.charged = [Charge(run.holder, person, run.name)]
            return
        mistakes = [closed_by(person, pause, run, self.hours[0]) for pause, person in self.mistaken]
        run.charged = late_answer(run, self.runs, mistakes, self.hours[0])
        if run.charged:
            run.holder = run.charged[0].body

    def _has(self, holder: str | None) -> str | None:
        """Who has the work now: the curator, or whom the body whose turn it is has named."""
        return self.curator if holder is None else self.assignee if holder == self.body else None

    def _acted(self, run: Run) -> str | None:
        """Who of a body that has named nobody has sent something, if anybody has."""
        if run.holder is None:
            return None
        return self.by if run.name == "return" else self.acted_for.get(run.holder)

    def _change_hands(self, at: datetime, holder: str | None) -> None:
        for run in self._opened():
            if run.holder == holder and run.name != "answer":
                run.held.append((self._has(holder), at))

    def _registered(self, at: datetime, detected: datetime) -> None:
        self.detected, self.registered = detected, at
        self._open("routing", None, detected, opened=at)
        self._open("answer", None, detected, opened=at)

    def _route(self, at: datetime, data: Row) -> None:
        term = data.get("reduced_term")
        self.reduced = _DURATION.validate_python(term) if term else None
        assert not (self.reduced and self.is_over(self.reduced, at)), "a reduced term that is over already"
        self._cancel(at, "contribution", "draft")
        self._take_away(at, data["bodies"][0])
        self._meet(at, "routing")
        if self.body != data["bodies"][0]:
            self._recall()
            self.assignee = None
        self.sequence, self.turn, self.acted, self.sendable = data["bodies"], 0, False, None
        self.stage = "preparation"
        self._move(at, self._only("answer"))
        self._hold(at, self.sequence[-1])
        self._accept_returns(data["bodies"])
        self._give_turn(at)

    def _accept_returns(self, bodies: list[str]) -> None:
        """Whoever returned the message and does not get it again owed nothing but the return (cl. 8)."""
        returned = {(run.holder, run.met) for run in self.runs if run.name == "return" and run.met}
        withdrawn = False
        for run in self.runs:
            is_theirs = (run.holder, run.cancelled) in returned and run.holder not in bodies
            if is_theirs and run.breached and not run.inherited:
                run.breached, run.charged, withdrawn = None, [], True
        for answer in self._opened("answer"):
            if withdrawn and answer.breached and not answer.inherited:
                answer.holder = self.sequence[-1]
                self._break(answer)

    def _return_to_curator(self, at: datetime, _data: Row) -> None:
        run = next(run for run in reversed(self.runs) if run.name == "return" and run.holder == self.body)
        run.met, run.cancelled = at, None
        if at < run.due:
            run.away = at
        elif at > run.due and run.breached is None:
            self._break(run)
        self._cancel(at, "contribution", "draft")
        self.stage, self.sendable, self.assignee = "routing", None, None
        self.returns += 1
        self._tell("returned", "curator")
        if self.returns > 1:
            self._tell("competence_dispute", "head")
        self._hold(at, None)
        self._open("routing", None, at)

    def _contribute(self, at: datetime, data: Row) -> None:
        self._meet(at, "contribution")
        body = self.sequence[self.turn]
        self._end_window(at, body)
        self._sent(body)
        if body not in self.contributed:
            self.contributed.append(body)
        self.acted, self.sendable, self.assignee = True, data["contribution"], None
        self._tell("contribution_received", "curator")
        self.turn += 1
        self._give_turn(at)

    def _submit_draft(self, at: datetime, data: Row) -> None:
        met = self._meet(at, "draft", "contribution", "rework")
        final = [run for run in self.runs if run.name == "final_draft"]
        if data["draft_kind"] == "answer":
            met += self._meet(at, "final_draft")
        elif final:
            final[-1].met = None
        self._end_window(at, self.sequence[self.turn])
        self._sent(self.sequence[self.turn])
        self.draft = Draft(data["draft"], data["draft_kind"], self.sequence[self.turn], self.stage, met)
        self.acted, self.sendable, self.stage = True, None, "approval"
        self._tell("draft_received", "curator")
        self._open("approval", None, at)

    def _withdraw_draft(self, at: datetime, _data: Row) -> None:
        assert self.draft is not None
        self._cancel(at, "approval", "publication")
        self._tell("draft_withdrawn", "curator")
        self.stage = self.draft.before
        for run in self.draft.met:
            run.met = None
        self.pass_to(at)

    def _approve(self, at: datetime, data: Row) -> None:
        assert self.draft is not None
        assert data["draft"] == self.draft.id
        self._meet(at, "approval")
        self.stage = "publication"
        self._open("publication", self.draft.body, at)
        self._tell("approved", "executors", self.draft.body)

    def _send_for_rework(self, at: datetime, data: Row) -> None:
        if self.stage in ("approval", "publication"):
            assert self.draft is not None
            assert data["draft"] == self.draft.id
            self._meet(at, "approval")
            self._cancel(at, "publication")
            self.stage = "rework"
            self._open("rework", self.draft.body, at)
        else:
            assert data["contribution"] == self.sendable
            self._recall()
            self._take_away(at)
            self._cancel(at, "contribution", "draft")
            self.turn, self.sendable, self.assignee = self.turn - 1, None, None
            self._open("contribution", self.body, at)
        self._tell("rework", "executors", self.body)

    def _confirm_publication(self, at: datetime, _data: Row) -> None:
        assert self.draft is not None
        self.published.add(self.draft.kind)
        self.answerers.add(self.draft.body)
        self._meet(at, "publication", "answer")
        if self.draft.kind == "answer":
            self._close(at, "answered")
        elif self.draft.kind == "clarification":
            self.stage = "awaiting_author"
        else:
            self.stage = "awaiting_final"
            if not any(run.name == "final_draft" for run in self.runs):
                self._open("final_draft", self.draft.body, at)

    def _author_replied(self, at: datetime, _data: Row) -> None:
        self.stage = "preparation"
        self._tell("assigned", "executors", self.body)
        self._open("answer", self.body, at)
        self._open("draft", self.body, at)

    def _resume(self, at: datetime, data: Row) -> None:
        self._author_replied(at, data)

    def _decline(self, at: datetime, data: Row) -> None:
        if data["ground"] in ("threat_to_official", "harm_to_person"):
            self._tell("threat", "head")
        self._end(at, "declined", self._meet(at, "routing"))

    def _close_unanswered(self, at: datetime, data: Row) -> None:
        void = data["reason_kind"] == "registered_by_mistake"
        assert data["reason_kind"] != "no_reply" or self.stage == "awaiting_author"
        assert not (void and self.published), "what stands in the network was not registered by mistake"
        self._end(at, "void" if void else "unanswered", [])
        if void and any(run.breached and not run.inherited for run in self.runs):
            self._tell("void_after_breach", "head")

    def _end(self, at: datetime, outcome: str, met: list[Run]) -> None:
        """An end without an answer, which may be undone."""
        self._recall()
        self.left, self.taken_away = self.stage, met + self._opened()
        self.ended = at, self.by
        self._close(at, outcome)

    def _reopened(self, at: datetime, _data: Row) -> None:
        assert self.left is not None
        assert self.ended is not None
        self.stage, self.outcome, self.left = self.left, None, None
        closed = Pause(self.ended[0], at)
        self.mistaken.append((closed, self.ended[1]))
        for run in sorted(self.taken_away, key=lambda run: run.name == "draft"):
            self._go_on(run, closed)
        for body in sorted(self.turns):
            self._tell("reopened", "executors", body)
        self.pass_to(at)

    def _correct_link(self, at: datetime, data: Row) -> None:
        assert data["draft"], "no draft named"

    def _correct(self, at: datetime, data: Row) -> None:
        """Under order 238 no field that may be wrong moves a limit."""

    def _note(self, at: datetime, data: Row) -> None:
        pass

    def _assign(self, at: datetime, data: Row) -> None:
        self._change_hands(at, self.body)
        self.assignee = data.get("assignee")
        if self.assignee:
            self._tell("assigned", "executors", self.body)

    def _hand_over(self, at: datetime, data: Row) -> None:
        self._change_hands(at, None)
        self.curator = data["curator"]
        self._tell("assigned", "curator")

    def _refer(self, at: datetime, data: Row) -> None:
        pass

    def _report_to_governor(self, at: datetime, data: Row) -> None:
        self._tell("governor_report", "governor")

    def _record_erasure(self, at: datetime, data: Row) -> None:
        pass

    def _change_calendar(self, at: datetime, _data: Row) -> None:
        del self.hours[0]
        for run in sorted(self._opened(), key=lambda run: (run.name != "answer", run.name == "draft")):
            self._move(at, run)
        if self._opened("answer"):
            self._hold(at, None if self.stage == "routing" else self.sequence[-1])

    # ---- limits

    def _opened(self, *names: str) -> list[Run]:
        return [run for run in self.runs if run.is_open and (not names or run.name in names)]

    def _only(self, name: str) -> Run:
        (run,) = self._opened(name)
        return run

    def _give_turn(self, at: datetime) -> None:
        """The body whose turn it is receives the message; clause 8 gives it one hour, however often that happens."""
        body = self.sequence[self.turn]
        self.turns.add(body)
        self._tell("assigned", "executors", body)
        windows = [run for run in self.runs if run.name == "return" and run.holder == body]
        for run in windows:
            if run.away is not None:
                self._go_on(run, Pause(run.away, at))
        if not windows:
            self._open("return", body, at)
        contribution = None
        if len({*self.contributed, *self.sequence}) > 1:
            contribution = self._open("contribution", body, at)
        if self.turn == len(self.sequence) - 1:
            self._open("draft", body, at, after=contribution)

    def _open(
        self,
        name: str,
        holder: str | None,
        at: datetime,
        opened: datetime | None = None,
        after: Run | None = None,
    ) -> Run:
        amount = self._amount(name)
        run = Run(name, holder, at, at, amount=amount, after=after)
        self._count(run, amount)
        if run.due <= (opened or at):
            run.inherited, run.breached = True, opened or at
        else:
            run.inherited = not self._is_fair(run, opened or at)
        self.runs.append(run)
        return run

    def _is_fair(self, run: Run, since: datetime) -> bool:
        """Whether half of what the order leaves a step is in hand, if every step before it ends at its own due."""
        if run.name == "answer":
            return True
        begun = run.started
        if run.name == "draft" and run.after is None:
            answer = self._only("answer")
            before = (one for one in self.runs if one.name == "routing" and one.started == answer.started)
            begun = next((one.due for one in before), answer.started)
        left, whole = (over(run, moment, run.due, self.hours[0]) for moment in (since, begun))
        return left >= whole / 2

    def _go_on(self, run: Run, pause: Pause) -> None:
        """The duty is owed again after a time in which nobody could work; of `answer` that moves nothing."""
        run.met = run.cancelled = run.away = None
        if run.name == "answer":
            return
        run.stood.append(pause)
        if run.breached is None:
            self._count(run, self._amount(run.name))

    def _take_away(self, at: datetime, but: str | None = None) -> None:
        """The hour of clause 8 stands still for everybody who has the message no more."""
        for run in self._opened("return"):
            if run.holder != but:
                run.cancelled = run.away = at

    def _sent(self, body: str) -> None:
        if self.by is not None:
            self.acted_for[body] = self.by

    def _count(self, run: Run, amount: timedelta) -> None:
        hours = self.hours[0]
        run.due, run.amount = self._due(run, amount), amount
        unmoved = run.due
        if run.name == "draft":
            run.due = max(run.due, self.detected, run.after.due if run.after else self.detected)
        for pause in run.stood:
            if pause.start < run.due and (lost := hours.between(*pause)):
                run.due = hours.add(run.due, lost)
        if run.name == "draft" and run.due != unmoved:
            # Where nothing is left before the answer, it is explained by what it waits for.
            answer = self._only("answer").due
            ends = (run.due, answer) if run.due < answer else (run.started, run.due)
            run.amount = hours.between(*ends)

    def _amount(self, name: str) -> timedelta:
        if name == "answer":
            return self.reduced or _ANSWER
        if name == "draft":
            return _LEAD * (self._only("answer").amount / _ANSWER)
        return _AMOUNTS[name]

    def _due(self, run: Run, amount: timedelta) -> datetime:
        hours = self.hours[0]
        if run.name == "final_draft":
            return hours.closing_after(run.started, amount.days)
        if run.name == "draft":
            return hours.subtract(self._only("answer").due, amount)
        return hours.add(run.started, amount)

    def is_over(self, reduced: timedelta, at: datetime) -> bool:
        """Whether the answer would be due already, were its term reduced to this much."""
        return any(self.hours[0].add(run.started, reduced) <= at for run in self._opened("answer"))

    def _move(self, at: datetime, run: Run) -> None:
        if run.name == "draft" and not self._opened("answer"):
            return
        moved = replace(run)
        self._count(moved, self._amount(run.name))
        if run.breached is not None and moved.due <= at:
            return
        had_too_little = run.inherited and moved.due <= run.due
        is_moved = moved.due != run.due
        run.due, run.amount = moved.due, moved.amount
        run.inherited = had_too_little or not self._is_fair(run, max(run.started, self.registered))
        if is_moved:
            run.breached, run.charged = None, []
        if is_moved and run.due <= at:
            run.inherited, run.breached = True, at

    def _end_window(self, at: datetime, body: str) -> None:
        """The hour of clause 8 ends with what the body sends; others keep theirs."""
        for run in self._opened("return"):
            if run.holder == body:
                run.cancelled = at

    def _recall(self) -> None:
        """Whoever has the turn loses it."""
        if self.body is not None:
            self._tell("recalled", "executors", self.body)

    def _tell(self, kind: str, office: str, body: str | None = None) -> None:
        self.told.append(Told(kind, office, body))

    def _hold(self, at: datetime, holder: str | None) -> None:
        run = self._only("answer")
        if run.inherited or run.breached is None or run.due >= at:
            run.holder = holder

    def _meet(self, at: datetime, *names: str) -> list[Run]:
        runs = self._opened(*names)
        for run in runs:
            run.met = at
        return runs

    def _cancel(self, at: datetime, *names: str) -> None:
        for run in self._opened(*names):
            run.cancelled = at

    def _close(self, at: datetime, outcome: str) -> None:
        self._cancel(at)
        self.stage, self.outcome = "closed", outcome
