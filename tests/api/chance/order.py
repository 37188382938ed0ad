"""Order 238 told a second time, from the commands of a journal alone: where a message must stand with its limits.

Written from the order and the contract, without a look at the workflow, which must come to the same.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from pydantic import TypeAdapter

from tests.api.chance.hours import HOUR, Hours

Row = dict[str, Any]
_DURATION: TypeAdapter[timedelta] = TypeAdapter(timedelta)
_ANSWER, _LEAD = 9 * HOUR, 4 * HOUR
_AMOUNTS = {
    **{"routing": 1.5 * HOUR, "return": HOUR, "approval": 1.5 * HOUR, "rework": HOUR},
    **{"publication": 0.5 * HOUR, "contribution": 2 * HOUR, "final_draft": timedelta(days=10)},
}
MACHINE = {
    *("registered", "inherited", "warning", "breach", "breach_withdrawn", "window_ended", "limit_moved"),
    *("no_reply", "refused", "change_calendar"),
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

    @property
    def is_open(self) -> bool:
        return self.met is None and self.cancelled is None


@dataclass
class Draft:
    id: str
    kind: str
    body: str
    before: str
    met: list[Run]


@dataclass
class Order:
    """Applies the rows of a journal in their order; `hours` are those of everyone, the first ones first."""

    hours: list[Hours]
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
    reduced: timedelta | None = None
    runs: list[Run] = field(default_factory=list)

    # ---- what may be done

    @property
    def body(self) -> str | None:
        """Whose turn it is."""
        return None if self.stage in ("routing", "closed") else self.sequence[self.turn]

    def curators(self) -> set[str]:
        """What a curator may do now."""
        return set(self._curators())

    def _curators(self) -> Iterator[str]:
        if self.stage == "closed":
            return
        yield from ("close_unanswered", "report_to_governor")
        preparing = self.stage == "preparation"
        if self.stage == "routing" or (preparing and not self.acted):
            yield "route"
        if self.stage == "approval":
            yield "approve"
        if self.stage == "approval" or (preparing and self.sendable):
            yield "send_for_rework"
        if self.stage in ("routing", "preparation", "approval", "rework") and not self.published:
            yield "decline"
        if self.stage == "awaiting_author":
            yield "author_replied"

    def executors(self) -> set[str]:
        """What an executor of the body whose turn it is may do now."""
        last = self.turn == len(self.sequence) - 1
        return {
            "routing": set[str](),
            "closed": set[str](),
            "preparation": {"return_to_curator", "submit_draft" if last else "contribute"},
            "approval": {"withdraw_draft"},
            "publication": {"confirm_publication"},
        }.get(self.stage, {"submit_draft"})

    # ---- what was done

    def apply(self, row: Row) -> None:
        """One row of the journal; those of the machine follow from the others."""
        at = datetime.fromisoformat(row["at"])
        kind, data = row["kind"], row["data"]
        if kind == "registered":
            self._registered(at, datetime.fromisoformat(data["detected_at"]))
        elif kind == "refused":
            self.pass_to(at)
            assert not self._takes(data["command"], data), f"refused though it fits: {row}"
        elif kind == "change_calendar" or kind not in MACHINE:
            self.pass_to(at)
            assert kind in ("change_calendar", "record_erasure") or self._takes(kind, data), f"unfit: {row}"
            getattr(self, f"_{kind}")(at, data)

    def _takes(self, command: str, data: Row) -> bool:
        return command in self.curators() | self.executors()

    def pass_to(self, at: datetime) -> None:
        """Everything due before `at` is late, but the window of a return, which just ends."""
        for run in self.runs:
            if run.is_open and run.breached is None and run.due < at:
                if run.name == "return":
                    run.cancelled = run.due
                else:
                    run.breached = run.due

    def _registered(self, at: datetime, detected: datetime) -> None:
        self._open("routing", None, detected, opened=at)
        self._open("answer", None, detected, opened=at)

    def _route(self, at: datetime, data: Row) -> None:
        self._cancel(at, "return", "contribution", "draft")
        self._meet(at, "routing")
        term = data.get("reduced_term")
        self.reduced = _DURATION.validate_python(term) if term else None
        self.sequence, self.turn, self.acted, self.sendable = data["bodies"], 0, False, None
        self.stage = "preparation"
        self._move(at, self._only("answer"))
        self._hold(at, self.sequence[-1])
        self._hand_over(at)

    def _return_to_curator(self, at: datetime, _data: Row) -> None:
        run = next(run for run in reversed(self.runs) if run.name == "return" and run.holder == self.body)
        run.met, run.cancelled = at, None
        if at > run.due:
            run.breached = run.due
        self._cancel(at, "contribution", "draft")
        self.stage, self.sendable = "routing", None
        self._hold(at, None)
        self._open("routing", None, at)

    def _contribute(self, at: datetime, data: Row) -> None:
        self._meet(at, "contribution")
        self._cancel(at, "return")
        body = self.sequence[self.turn]
        if body not in self.contributed:
            self.contributed.append(body)
        self.acted, self.sendable = True, data["contribution"]
        self.turn += 1
        self._hand_over(at)

    def _submit_draft(self, at: datetime, data: Row) -> None:
        met = self._meet(at, "draft", "contribution", "rework")
        final = [run for run in self.runs if run.name == "final_draft"]
        if data["draft_kind"] == "answer":
            met += self._meet(at, "final_draft")
        elif final:
            final[-1].met = None
        self._cancel(at, "return")
        self.draft = Draft(data["draft"], data["draft_kind"], self.sequence[self.turn], self.stage, met)
        self.acted, self.sendable, self.stage = True, None, "approval"
        self._open("approval", None, at)

    def _withdraw_draft(self, at: datetime, _data: Row) -> None:
        assert self.draft is not None
        self._cancel(at, "approval")
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

    def _send_for_rework(self, at: datetime, data: Row) -> None:
        if self.stage == "approval":
            assert self.draft is not None
            assert data["draft"] == self.draft.id
            self._meet(at, "approval")
            self.stage = "rework"
            self._open("rework", self.draft.body, at)
        else:
            assert data["contribution"] == self.sendable
            self._cancel(at, "return", "contribution", "draft")
            self.turn, self.sendable = self.turn - 1, None
            self._open("contribution", self.body, at)

    def _confirm_publication(self, at: datetime, _data: Row) -> None:
        assert self.draft is not None
        self.published.add(self.draft.kind)
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
        self._open("answer", self.body, at)
        self._open("draft", self.body, at)

    def _decline(self, at: datetime, _data: Row) -> None:
        self._meet(at, "routing")
        self._close(at, "declined")

    def _close_unanswered(self, at: datetime, data: Row) -> None:
        void = data["reason_kind"] == "registered_by_mistake"
        self._close(at, "void" if void else "unanswered")

    def _report_to_governor(self, at: datetime, data: Row) -> None:
        pass

    def _record_erasure(self, at: datetime, data: Row) -> None:
        pass

    def _change_calendar(self, at: datetime, _data: Row) -> None:
        del self.hours[0]
        for run in sorted(self._opened(), key=lambda run: run.name != "answer"):
            self._move(at, run)
        if self._opened("answer"):
            self._hold(at, None if self.stage == "routing" else self.sequence[-1])

    # ---- limits

    def _opened(self, *names: str) -> list[Run]:
        return [run for run in self.runs if run.is_open and (not names or run.name in names)]

    def _only(self, name: str) -> Run:
        (run,) = self._opened(name)
        return run

    def _hand_over(self, at: datetime) -> None:
        body = self.sequence[self.turn]
        self.turns.add(body)
        self._open("return", body, at)
        if len({*self.contributed, *self.sequence}) > 1:
            self._open("contribution", body, at)
        if self.turn == len(self.sequence) - 1:
            self._open("draft", body, at)

    def _open(self, name: str, holder: str | None, at: datetime, opened: datetime | None = None) -> None:
        amount = self._amount(name)
        run = Run(name, holder, at, self._due(name, at, amount), amount=amount)
        if run.due <= (opened or at):
            run.inherited, run.breached = True, opened or at
        self.runs.append(run)

    def _amount(self, name: str) -> timedelta:
        if name == "answer":
            return self.reduced or _ANSWER
        if name == "draft":
            return _LEAD * (self._only("answer").amount / _ANSWER)
        return _AMOUNTS[name]

    def _due(self, name: str, start: datetime, amount: timedelta) -> datetime:
        hours = self.hours[0]
        if name == "final_draft":
            return hours.closing_after(start, amount.days)
        if name == "draft":
            return hours.subtract(self._only("answer").due, amount)
        return hours.add(start, amount)

    def _move(self, at: datetime, run: Run) -> None:
        if run.name == "draft" and not self._opened("answer"):
            return
        amount = self._amount(run.name)
        due = self._due(run.name, run.started, amount)
        if due == run.due or (run.breached is not None and due <= at):
            return
        run.due, run.inherited, run.breached, run.amount = due, False, None, amount
        if due <= at:
            run.inherited, run.breached = True, at

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
