"""Steps of people on a road of the demo, and how long each of them takes.

Amounts are shares of the limits of the act in force, so that a step is in time, or late by intent, under any
act; they vary from complaint to complaint, and are the same at every start.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from hashlib import sha256
from typing import Any

from calendar_rules.regulation import LimitName, Regulation, order_238
from calendar_rules.terms import Term, Unit
from calendar_rules.vocabulary import DraftKind
from embedded.demo.data import DemoComplaint
from workflows.vocabulary import Command

_ZERO, MINUTE, HOUR = timedelta(0), timedelta(minutes=1), timedelta(hours=1)
_SHORT_DAY, _LONG_DAY = 7 * HOUR, 8.5 * HOUR
"""A day's working time at the least and at the most, over several days: a term in days is kept or broken surely."""

Share = float | tuple[float, float]
"""Of a limit; a pair leaves it to the complaint where between the two. More than one is late."""

_DAY_OF_CLOCK = timedelta(hours=24)
_IN_ONE_DAY = 6 * HOUR
"""Working time from the morning on that a term in hours of the clock leaves for a road that keeps it."""


@dataclass(frozen=True, slots=True)
class RoadStep:
    """One command: `after` is working time since detection; a curator acts where there is no `body`.

    `fields` are the command's own but for what depends on people and numbers: `repeats` is a slug.
    """

    after: timedelta
    command: Command
    body: str | None
    fields: Mapping[str, Any]
    texts: Mapping[str, str]


def identity(*parts: object) -> str:
    """An id that is the same at every start."""
    return sha256("/".join(map(str, parts)).encode()).hexdigest()[:32]


def chance(*parts: object) -> float:
    """A number from zero to below one, which is the same at every start."""
    return int(identity(*parts)[:8], 16) / 0x1_0000_0000


def _is_late(share: Share) -> bool:
    return (share[0] if isinstance(share, tuple) else share) > 1


@dataclass(frozen=True, slots=True)
class _Terms:
    """Working time of the limits as they stand for one complaint; `draft_past`: when a draft is surely late."""

    routing: timedelta
    window: timedelta
    contribution: timedelta
    draft: timedelta
    approval: timedelta
    rework: timedelta
    publication: timedelta
    answer: timedelta
    draft_past: timedelta

    @classmethod
    def of(cls, regulation: Regulation, importance: str, reduced: timedelta | None) -> "_Terms":
        def amount(name: LimitName) -> timedelta:
            return working_amount(regulation, name)

        term = regulation.answer_term(importance, reduced)
        answer = at_work(term)
        if regulation.limits.draft.counted == "from_receipt":
            draft = amount(LimitName.DRAFT)
            draft_past = draft + amount(LimitName.ROUTING)
        elif term.unit is Unit.CLOCK_HOURS:
            draft = answer * 0.5
            draft_past = surely_past(term)
        else:
            draft = draft_past = answer - regulation.draft_lead(answer)
        draft = min(draft, answer * 0.6)
        left = answer - draft
        return cls(
            # A reduced term leaves less for every step than its own limit does.
            routing=min(amount(LimitName.ROUTING), draft * 0.4),
            window=amount(LimitName.RETURN),
            contribution=amount(LimitName.CONTRIBUTION),
            draft=draft,
            approval=min(amount(LimitName.APPROVAL), left * 0.5),
            rework=amount(LimitName.REWORK),
            publication=min(amount(LimitName.PUBLICATION), left * 0.25),
            answer=answer,
            draft_past=draft_past,
        )


def working_amount(regulation: Regulation, name: LimitName) -> timedelta:
    """The amount of a limit in working hours; that of order 238 where the act counts it otherwise."""
    limit = regulation.limits[name]
    return (limit if limit.unit is Unit.WORKING_HOURS else order_238().limits[name]).amount


def at_work(term: Term) -> timedelta:
    """Working time that people take for an answer they want to be in time."""
    if term.unit is Unit.CLOCK_HOURS:
        return min(term.amount * 0.7, _IN_ONE_DAY)
    return order_238().ordinary_term if term.counts_days else term.amount


def surely_within(term: Term) -> timedelta:
    """Working time that has not used up a term in days, whichever days they are."""
    if term.unit is Unit.WORKING_DAYS:
        return term.amount.days * _SHORT_DAY
    return term.amount.days * _SHORT_DAY * 0.5 if term.unit is Unit.CALENDAR_DAYS else term.amount


def surely_past(term: Term) -> timedelta:
    """Working time after which a term in days, or in hours of the clock, is over, whichever days they are."""
    if term.unit is Unit.CLOCK_HOURS:
        return -(-term.amount // _DAY_OF_CLOCK) * _LONG_DAY
    return (term.amount.days + 1) * _LONG_DAY if term.counts_days else term.amount


@dataclass
class Going:
    """A road on its way: `at` is working time since detection, `answer_from` when the term of the answer began."""

    complaint: DemoComplaint
    variant: int
    regulation: Regulation
    at: timedelta = _ZERO
    answer_from: timedelta = _ZERO
    since: timedelta | None = None
    acts: list[RoadStep] = field(default_factory=list)
    bodies: tuple[str, ...] = ()
    turn: int = 0
    drafts: int = 0
    contributions: int = 0
    published: int = 0
    _chances: int = 0

    def __post_init__(self) -> None:
        self.bodies = self.complaint.bodies
        self.reduced = self._reduced_term()
        self.terms = _Terms.of(self.regulation, self.complaint.importance, self.reduced)

    def _reduced_term(self) -> timedelta | None:
        if self.complaint.reduced_term is None:
            return None
        hours, _, minutes = self.complaint.reduced_term.removeprefix("PT").removesuffix("M").partition("H")
        reduced = timedelta(hours=int(hours), minutes=int(minutes or 0))
        return reduced if reduced < self.regulation.ordinary_term else None

    # ---- time

    def amount(self, whole: timedelta, share: Share) -> timedelta:
        """A share of `whole`, in whole seconds."""
        if isinstance(share, tuple):
            low, high = share
            self._chances += 1
            share = low + (high - low) * chance(self.complaint.slug, self._chances)
        return timedelta(seconds=round((whole * share).total_seconds()))

    def _wait(self, whole: timedelta, share: Share) -> None:
        self.at += self.amount(whole, share)

    def _wait_for(self, kept: timedelta, limit: LimitName, share: Share) -> None:
        """As `_wait`, for a step that may be late: by its whole limit, where the act leaves it less to be in time."""
        self._wait(working_amount(self.regulation, limit) if _is_late(share) else kept, share)

    def stay_open(self, whole: timedelta, share: Share) -> None:
        """The road stands where it is, a share of `whole` after the last command."""
        self.since = self.amount(whole, share)

    # ---- what people do

    def _act(
        self,
        command: Command,
        body: str | None = None,
        texts: Mapping[str, str | None] | None = None,
        **rest: Any,
    ) -> None:
        given = {name: text for name, text in (texts or {}).items() if text is not None}
        self.acts.append(RoadStep(self.at, command, body, rest, given))

    @property
    def body(self) -> str:
        """The body whose turn it is."""
        return self.bodies[self.turn]

    def route(self, *bodies: str, share: Share = (0.15, 0.55)) -> None:
        """Clause 7: to the bodies named, or to the complaint's own; a share of `routing` after what was before."""
        self._wait_for(self.terms.routing, LimitName.ROUTING, share)
        if not self.acts and self.regulation.limits.answer.starts == ("routing",):
            self.answer_from = self.at
        self.bodies, self.turn = bodies or self.bodies, 0
        self._act(
            Command.ROUTE,
            texts={"location": self.complaint.location},
            bodies=self.bodies,
            topic=self.complaint.topic,
            importance=self.complaint.importance,
            reduced_term=self.reduced,
            repeats=self.complaint.repeats,
        )

    def give_back(self, reason: str | None, to: str | None, *, share: Share = (0.3, 0.8)) -> None:
        """Clause 8: a share of the window after receipt."""
        self._wait(self.terms.window, share)
        self._act(Command.RETURN, self.body, {"reason": reason}, competent_body=to)

    def contribute(self, text: str | None, *, share: Share = (0.3, 0.6)) -> None:
        """Clause 15: a share of `contribution` after receipt, or after it came back."""
        self._wait(self.terms.contribution, share)
        self.contributions += 1
        contribution = identity(self.complaint.slug, "contribution", self.contributions)
        self._act(Command.CONTRIBUTE, self.body, {"text": text}, contribution=contribution)
        self.turn += 1

    def draft(
        self, text: str | None, kind: DraftKind = DraftKind.ANSWER, *, share: Share = (0.3, 0.7)
    ) -> None:
        """Clause 10: a share of what is left to the draft's due moment; beyond it with more than one."""
        due = self.terms.draft_past if _is_late(share) else self.terms.draft
        left = max(self.answer_from + due - self.at, 30 * MINUTE)
        if self.contributions:
            left = min(left, self.terms.contribution)
        self._wait(left, share)
        self.submit(text, kind)

    def draft_again(self, text: str | None, *, share: Share = (0.3, 0.8)) -> None:
        """Clause 12: a share of `rework` after it came back."""
        self._wait(self.terms.rework, share)
        self.submit(text, DraftKind.ANSWER)

    def submit(self, text: str | None, kind: DraftKind) -> None:
        """A draft reaches the curator now."""
        self.drafts += 1
        texts = {"text": text, "measures": self.complaint.measures if kind is DraftKind.ANSWER else None}
        self._act(Command.SUBMIT_DRAFT, self.body, texts, draft=self._draft, kind=kind)

    @property
    def _draft(self) -> str:
        return identity(self.complaint.slug, "draft", self.drafts)

    def withdraw(self) -> None:
        self._wait(self.terms.approval, (0.08, 0.2))
        self._act(Command.WITHDRAW_DRAFT, self.body, draft=self._draft)

    def approve(self, *, share: Share = (0.15, 0.65)) -> None:
        """Clause 11: a share of `approval` after the draft."""
        self._wait_for(self.terms.approval, LimitName.APPROVAL, share)
        self._act(Command.APPROVE, draft=self._draft)

    def rework(self, comment: str, *, share: Share = (0.15, 0.65)) -> None:
        """Clause 11: a share of `approval` after the draft."""
        self._wait(self.terms.approval, share)
        self._act(Command.SEND_FOR_REWORK, texts={"comment": comment}, draft=self._draft)

    def rework_contribution(self, comment: str) -> None:
        """Clause 15: while the next body has not acted."""
        self._wait(self.terms.window, (0.2, 0.6))
        self.turn -= 1
        contribution = identity(self.complaint.slug, "contribution", self.contributions)
        self._act(Command.SEND_FOR_REWORK, texts={"comment": comment}, contribution=contribution)

    def publish(self, *, share: Share = (0.2, 0.8)) -> None:
        """Clause 13: a share of `publication` after approval; the link is made up."""
        self._wait_for(self.terms.publication, LimitName.PUBLICATION, share)
        self.published += 1
        host = self.complaint.url.split("/")[2]
        url = f"https://{host}/otklik-demo/{self.complaint.slug}/answer-{self.published}"
        self._act(Command.CONFIRM_PUBLICATION, self.body, {"url": url})

    def author_replies(self) -> None:
        self._wait(HOUR, (2, 9))
        self._act(Command.AUTHOR_REPLIED, texts={"text": self.complaint.author_reply})
        self.answer_from = self.at

    def decline(self) -> None:
        """Clause 18."""
        self._wait(self.terms.routing, (0.15, 0.55))
        self._act(Command.DECLINE, ground=self.complaint.decline_ground)

    def close(self, after: timedelta, share: Share) -> None:
        self._wait(after, share)
        self._act(Command.CLOSE, reason=self.complaint.close_reason)

    def report_to_governor(self) -> None:
        """Clause 21: at once."""
        self._wait(MINUTE, (3, 12))
        self._act(Command.REPORT_TO_GOVERNOR, texts={"reason": self.complaint.governor_reason})

    # ---- what roads have in common

    def to_answer(
        self, *, draft: Share = (0.3, 0.7), approve: Share = (0.15, 0.65), publish: Share = (0.2, 0.8)
    ) -> None:
        """Draft, approval, publication, each with its share of its limit."""
        self.draft(self.complaint.answer, share=draft)
        self.approve(share=approve)
        self.publish(share=publish)

    def to_publication_of(self, text: str | None, kind: DraftKind) -> None:
        self.draft(text, kind)
        self.approve()
        self.publish()
