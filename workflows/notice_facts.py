"""Facts of each kind of notice about a message, as one model for each: keys, moments and numbers, no texts."""

from datetime import datetime, timedelta
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from calendar_rules.regulation import HolderRole, LimitName
from calendar_rules.vocabulary import CloseReason, DeclineGround, DraftKind, NoticeKind, Stage
from workflows.vocabulary import Command


class _Facts(BaseModel):
    model_config = ConfigDict(frozen=True)


class Charge(BaseModel):
    """Whom a breach is charged to (cl. 20): whose own `limit` was over, and by how much of their working time.

    `person` is who had the work for the longest part of the run as the message knows it: the curator, the assignee,
    else who acted for the body in that step, else nobody yet. The record names who really was there at `at`, the middle
    of that part; of a mistaken end, at its moment.
    """

    model_config = ConfigDict(frozen=True)

    role: HolderRole
    body: str | None = None
    person: str | None = None
    limit: LimitName
    over: timedelta = timedelta(0)
    at: datetime


class Assigned(_Facts):
    """A body, one of its people or a curator receives the message.

    `by` is the command that brought it there. `again`: the body is routed a message that it has or had already.
    `repeats` is the number of the message that this one repeats, whose answer must state the measures taken (cl. 16).
    `owed` is the limit that runs for them, with its due moment and clause; None where none does.
    """

    kind: Literal[NoticeKind.ASSIGNED] = NoticeKind.ASSIGNED
    by: Command
    again: bool = False
    repeats: str | None = None
    owed: LimitName | None = None
    due_at: datetime | None = None
    clause: int | None = None


class Returned(_Facts):
    """A body gives the message back (cl. 8), and may know whose it is; it is to be routed again until `due_at`."""

    kind: Literal[NoticeKind.RETURNED] = NoticeKind.RETURNED
    body: str
    competent_body: str | None = None
    due_at: datetime


class ContributionReceived(_Facts):
    """A body's part of a joint answer has come (cl. 15)."""

    kind: Literal[NoticeKind.CONTRIBUTION_RECEIVED] = NoticeKind.CONTRIBUTION_RECEIVED
    body: str


class DraftReceived(_Facts):
    """A draft is up for approval (cl. 11), until `due_at`."""

    kind: Literal[NoticeKind.DRAFT_RECEIVED] = NoticeKind.DRAFT_RECEIVED
    body: str
    draft_kind: DraftKind
    due_at: datetime


class DraftWithdrawn(_Facts):
    """A body has taken its draft back."""

    kind: Literal[NoticeKind.DRAFT_WITHDRAWN] = NoticeKind.DRAFT_WITHDRAWN
    body: str
    draft_kind: DraftKind


class Recalled(_Facts):
    """A body's turn falls away by the command `by`: it was routed elsewhere, called back, declined or closed.

    `back_to` is the body that a message called back has gone to. `later`: the new sequence has the body further on.
    `reason` is why the message was closed.
    """

    kind: Literal[NoticeKind.RECALLED] = NoticeKind.RECALLED
    body: str
    by: Command
    back_to: str | None = None
    later: bool = False
    reason: CloseReason | None = None


class Rework(_Facts):
    """A draft (clause 12) or a contribution (clause 15) goes back to its body, which has until `due_at`.

    `owed` is the limit that runs for the body then. `draft_kind` is None for a contribution; `approval_taken_back`:
    the text had been approved, and must not be published.
    """

    kind: Literal[NoticeKind.REWORK] = NoticeKind.REWORK
    owed: LimitName
    clause: int
    due_at: datetime
    draft_kind: DraftKind | None = None
    approval_taken_back: bool = False


class Approved(_Facts):
    """The text may be published (cl. 13) until `due_at`."""

    kind: Literal[NoticeKind.APPROVED] = NoticeKind.APPROVED
    due_at: datetime


class Forecast(_Facts):
    """With every step at its limit, the work ends later than `limit` is due (cl. 12, 15)."""

    kind: Literal[NoticeKind.FORECAST] = NoticeKind.FORECAST
    limit: LimitName
    clause: int | None = None
    forecast_at: datetime


class Warned(_Facts):
    """A limit is due soon."""

    kind: Literal[NoticeKind.WARNING] = NoticeKind.WARNING
    limit: LimitName
    clause: int | None = None
    due_at: datetime


class Breach(_Facts):
    """A limit that passed (cl. 20): whose it was, and whom its breach is charged to; nobody where `charged` is empty.

    `met_at` is when its duty was done all the same, where that is known already: of a late return. Of an answer that is
    nobody's `rounds` is how often its draft was sent back, and `short` are the steps that had too little time.
    """

    kind: Literal[NoticeKind.BREACH] = NoticeKind.BREACH
    limit: LimitName
    clause: int | None = None
    due_at: datetime
    holder: HolderRole
    body: str | None = None
    met_at: datetime | None = None
    charged: tuple[Charge, ...] = ()
    rounds: int = 0
    short: tuple[LimitName, ...] = ()


class Escalation(_Facts):
    """The same, to whoever oversees those charged; or an `inherited` limit, which is nobody's fault.

    `past`: it had passed before it began; else there was too little time in hand.
    """

    kind: Literal[NoticeKind.ESCALATION] = NoticeKind.ESCALATION
    limit: LimitName
    clause: int | None = None
    due_at: datetime
    inherited: bool = False
    past: bool = True
    holder: HolderRole | None = None
    body: str | None = None
    met_at: datetime | None = None
    charged: tuple[Charge, ...] = ()
    rounds: int = 0
    short: tuple[LimitName, ...] = ()


class WithdrawnBreach(_Facts):
    """The duty had been done in time after all; `returned`: it was not that body's, whose return was accepted."""

    kind: Literal[NoticeKind.WITHDRAWN_BREACH] = NoticeKind.WITHDRAWN_BREACH
    limit: LimitName
    clause: int | None = None
    due_at: datetime
    returned: bool = False


class ChargeCorrected(_Facts):
    """Another is charged with a breach: an absence of who was named has been recorded since."""

    kind: Literal[NoticeKind.CHARGE_CORRECTED] = NoticeKind.CHARGE_CORRECTED
    limit: LimitName
    clause: int | None = None
    due_at: datetime
    charged: tuple[Charge, ...] = ()


class CompetenceDispute(_Facts):
    """The message has been returned again (cl. 8)."""

    kind: Literal[NoticeKind.COMPETENCE_DISPUTE] = NoticeKind.COMPETENCE_DISPUTE
    returns: int


class NoReply(_Facts):
    """The author has not answered the clarification request."""

    kind: Literal[NoticeKind.NO_REPLY] = NoticeKind.NO_REPLY


class Threat(_Facts):
    """Declined on a ground that the head learns of at once (cl. 18)."""

    kind: Literal[NoticeKind.THREAT] = NoticeKind.THREAT
    ground: DeclineGround


class GovernorReport(_Facts):
    """A message of social significance (cl. 21)."""

    kind: Literal[NoticeKind.GOVERNOR_REPORT] = NoticeKind.GOVERNOR_REPORT


class Reopened(_Facts):
    """A mistaken end was undone: the message is back in `stage`."""

    kind: Literal[NoticeKind.REOPENED] = NoticeKind.REOPENED
    stage: Stage


class VoidAfterBreach(_Facts):
    """Closed as registered by mistake, with `breaches` limits breached before, which stay on record."""

    kind: Literal[NoticeKind.VOID_AFTER_BREACH] = NoticeKind.VOID_AFTER_BREACH
    breaches: int


class SplitAfterBreach(_Facts):
    """A post's other problem became a message of its own, when limits that run from its detection had passed."""

    kind: Literal[NoticeKind.SPLIT_AFTER_BREACH] = NoticeKind.SPLIT_AFTER_BREACH
    split_from: str
    past: tuple[LimitName, ...]


class PromiseNear(_Facts):
    """The day of a promise in a published text is near."""

    kind: Literal[NoticeKind.PROMISE_WARNING] = NoticeKind.PROMISE_WARNING
    by: datetime


class PromiseAsked(_Facts):
    """The day of a promise has come: the body says until `answer_by` what became of it."""

    kind: Literal[NoticeKind.PROMISE_QUESTION] = NoticeKind.PROMISE_QUESTION
    by: datetime
    answer_by: datetime


class PromiseMoved(_Facts):
    """A body gave another day for what it promised."""

    kind: Literal[NoticeKind.PROMISE_MOVED] = NoticeKind.PROMISE_MOVED
    body: str
    since: datetime
    by: datetime


class PromiseBroken(_Facts):
    """Nobody said in time that what a body promised was done, or gave another day."""

    kind: Literal[NoticeKind.PROMISE_BROKEN] = NoticeKind.PROMISE_BROKEN
    body: str
    by: datetime


AnyNotice = Annotated[
    Assigned
    | Returned
    | ContributionReceived
    | DraftReceived
    | DraftWithdrawn
    | Recalled
    | Rework
    | Approved
    | Forecast
    | Warned
    | Breach
    | Escalation
    | WithdrawnBreach
    | CompetenceDispute
    | NoReply
    | Threat
    | GovernorReport
    | Reopened
    | VoidAfterBreach
    | SplitAfterBreach
    | ChargeCorrected
    | PromiseNear
    | PromiseAsked
    | PromiseMoved
    | PromiseBroken,
    Field(discriminator="kind"),
]
"""The facts of a notice, told apart by its kind."""
