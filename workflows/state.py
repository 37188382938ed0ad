"""The state of a message: one serialisable object, which holds ids of texts and never a text.

It answers the `state` query, is the snapshot in the database, and is carried over when a long history
continues as new. The module is long because what the state is made of, and what carries it, stand beside it.
"""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Annotated

from pydantic import BaseModel, ConfigDict, JsonValue

from calendar_rules.due_moments import Stood
from calendar_rules.production_calendar import ProductionCalendar
from calendar_rules.regulation import Audience, HolderRole, LimitName, Regulation
from calendar_rules.schedules import Schedule
from calendar_rules.terms import Counting, Term
from calendar_rules.vocabulary import (
    CloseReason,
    DeclineGround,
    DraftKind,
    DraftStatus,
    Importance,
    Network,
    NoticeKind,
    Outcome,
    PromiseState,
    ReferralTo,
    Role,
    Stage,
)
from workflows.commands import AnyCommand, StatedPromise, TextId
from workflows.notice_facts import AnyNotice, Charge
from workflows.shared import SHARED


class Holder(BaseModel):
    """Who owes what a limit asks for; the curator's limits name no body."""

    model_config = ConfigDict(frozen=True)

    role: HolderRole
    body: str | None = None


CURATOR = Holder(role=HolderRole.CURATOR)


def executor(body: str | None) -> Holder:
    """The body that owes it."""
    return Holder(role=HolderRole.EXECUTOR, body=body)


class Addressee(BaseModel):
    """Whom a notice goes to, as an office; the directory says who that is at the moment of the fact."""

    model_config = ConfigDict(frozen=True)

    audience: Audience
    body: str | None = None
    person: str | None = None


class TimeReading(BaseModel):
    """How the act that a message was started by is read where it is silent about time; nothing changes it since."""

    model_config = ConfigDict(frozen=True)

    counting: Counting
    breaks_stop_the_clock: bool


class CountedBy(BaseModel):
    """The calendar that counts, by what it is made of: short names of a production calendar and of working hours.

    Their contents are in the database (`store.messages.working_times`) before a message learns of them.
    """

    model_config = ConfigDict(frozen=True)

    production: str
    hours: str


class Counted(BaseModel):
    """What a due moment was counted from besides the run itself: with that its explanation is computed when asked for.

    `back_from` is the due moment of the answer that a draft is counted back from, `pauses` how many of `stood` count.
    """

    model_config = ConfigDict(frozen=True)

    calendar: CountedBy
    back_from: datetime | None = None
    pauses: int = 0


class Held(BaseModel):
    """Whose work a run was up to a moment; `person` None: nobody's in particular."""

    model_config = ConfigDict(frozen=True)

    person: str | None
    until: datetime


class LimitRun(BaseModel):
    """One run of one limit, from the event that starts it to its end.

    `calendar` is the body whose calendar counts, None for the Department's. `warn_at` is None where nobody is
    warned. `told` is the journal number of the breach and `told_to` who got its notices, for a breach that is
    withdrawn. `provisional`: it reaches into a year whose calendar is not loaded, and moves when it is. `waits_for`
    is the number of the run before whose due moment a `draft` is not due. `charges`: whose its breach is, most over
    first; empty where it is nobody's. `stood`: while nobody could work on it. `away_since`: when the message was taken
    from the body, whose hour of clause 8 stands still until it is back. `counted`: what explains the due moment; None
    where there was nothing to count from. `held`: those who had the work before whoever has it now, in order.
    """

    number: int
    name: LimitName
    clause: int
    holder: Holder
    calendar: str | None
    term: Term
    started_at: datetime
    due_at: datetime
    warn_at: datetime | None = None
    warned: bool = False
    met_at: datetime | None = None
    breached_at: datetime | None = None
    cancelled_at: datetime | None = None
    inherited: bool = False
    provisional: bool = False
    waits_for: int | None = None
    told: int | None = None
    told_to: tuple[Addressee, ...] = ()
    charges: tuple[Charge, ...] = ()
    stood: tuple[Stood, ...] = ()
    away_since: datetime | None = None
    counted: Counted | None = None
    held: tuple[Held, ...] = ()

    @property
    def is_open(self) -> bool:
        return self.met_at is None and self.cancelled_at is None

    @property
    def is_overdue(self) -> bool:
        return self.is_open and self.breached_at is not None


class Contribution(BaseModel):
    """One body's part of a joint answer (cl. 15); `text` is the id of a text.

    `acting_for` is in whose place `person` sent it, if a substitute.
    """

    id: str
    body: str
    person: str | None
    acting_for: str | None = None
    text: TextId
    at: datetime
    attachments: tuple[str, ...] = ()


class Move(BaseModel):
    """Another day for a promise, and why; `reason` is the id of a text."""

    since: datetime
    to: datetime
    reason: TextId
    person: str | None
    at: datetime


class Promise(BaseModel):
    """What a published text of a body says will be done, and by when; `what`, `url` and `note` are ids of texts.

    `body` answers for it now: the one that published, or its successor. `warned_at`, `asked_at` and `answer_by`, until
    when the question may be answered, are of the day in force. `settled_at`: when it was kept; of a broken one its day.
    `done_at`: when it was done, in time or late. `attachment` is the file that shows it.
    """

    id: str
    draft: str
    body: str
    what: TextId
    by: datetime
    given_at: datetime
    state: PromiseState = PromiseState.GIVEN
    moves: tuple[Move, ...] = ()
    warned_at: datetime | None = None
    asked_at: datetime | None = None
    answer_by: datetime | None = None
    settled_at: datetime | None = None
    done_at: datetime | None = None
    url: TextId | None = None
    attachment: str | None = None
    note: TextId | None = None

    @property
    def is_running(self) -> bool:
        return self.state in (PromiseState.GIVEN, PromiseState.MOVED)

    @property
    def may_be_kept(self) -> bool:
        """Whether its body may still say that it was done; of a broken promise once."""
        return self.done_at is None

    @property
    def runs_since(self) -> datetime:
        """When the day in force was given."""
        return self.moves[-1].at if self.moves else self.given_at


class Draft(BaseModel):
    """A draft with its decision; texts are ids. `met` are the numbers of the limit runs it met.

    `acting_for` is in whose place `person` sent it, if a substitute. `proof` is an attachment: a screenshot of the
    published text. `taken_from` is the number of the message with whose answer it was begun.
    """

    id: str
    kind: DraftKind
    body: str
    person: str | None
    acting_for: str | None = None
    text: TextId
    measures: TextId | None = None
    attachments: tuple[str, ...] = ()
    round: int
    status: DraftStatus = DraftStatus.SUBMITTED
    stage_before: Stage
    met: tuple[int, ...] = ()
    comment: TextId | None = None
    published_url: TextId | None = None
    published_at: datetime | None = None
    proof: str | None = None
    taken_from: str | None = None
    promises: tuple[StatedPromise, ...] = ()


class Referral(BaseModel):
    """What was passed on to others: to whom, by what document of which day; texts are ids."""

    id: str
    to: ReferralTo
    document: TextId | None = None
    dated: date | None = None
    note: TextId | None = None
    person: str | None
    at: datetime


class Admission(BaseModel):
    """One thing that may be done now: the command, and who may give it."""

    model_config = ConfigDict(frozen=True)

    command: str
    role: Role
    body: str | None = None


class End(BaseModel):
    """What an end without an answer took away, for `reopen`: the stage it left, and the runs it met and cancelled.

    `person`, or a substitute in their place, ended it at `at`. `no_reply_at` is until when the author's reply was
    waited for.
    """

    model_config = ConfigDict(frozen=True)

    at: datetime
    person: str | None
    stage: Stage
    met: tuple[int, ...] = ()
    cancelled: tuple[int, ...] = ()
    no_reply_at: datetime | None = None

    @property
    def runs(self) -> tuple[int, ...]:
        """The numbers of the runs that were open."""
        return (*self.met, *self.cancelled)


class MistakenEnd(BaseModel):
    """An end that was undone: who had closed the message, or for whom a substitute had, and while it was closed."""

    model_config = ConfigDict(frozen=True)

    person: str | None
    start: datetime
    end: datetime


class Calendars(BaseModel):
    """The working time a message was started with, and each body's as it was routed."""

    production: Annotated[ProductionCalendar, SHARED]
    department: Schedule
    bodies: dict[str, Schedule] = {}


class MessageState(BaseModel):
    """Everything a message is, but for texts.

    `url`, `author` and `text` are ids of what `correct` put in the place of what was registered. `attachments` are
    those that came with the registration and with notes. `assignee` is the person of the current body who does the
    work, None where nobody was named. `titles` are short titles of bodies by their keys. `end` is there while the
    message is closed without an answer, `mistaken_ends` are those undone. `successors` are the bodies to which what
    others owed has passed, by these; `split` are the numbers of the other messages of the same post.
    """

    id: str
    network: Network
    detected_at: datetime
    registered_at: datetime
    curator: str | None
    assignee: str | None = None
    titles: dict[str, str] = {}
    url: TextId | None = None
    author: TextId | None = None
    text: TextId | None = None
    attachments: tuple[str, ...] = ()
    act: str
    edition: str
    time: TimeReading | None = None
    stage: Stage = Stage.ROUTING
    outcome: Outcome | None = None
    decline_ground: DeclineGround | None = None
    close_reason: CloseReason | None = None
    end: End | None = None
    mistaken_ends: tuple[MistakenEnd, ...] = ()
    topic: str | None = None
    location: TextId | None = None
    importance: Importance | None = None
    reduced_term: timedelta | None = None
    repeats: str | None = None
    sequence: tuple[str, ...] = ()
    turn: int = 0
    acted_since_route: bool = False
    contributed: tuple[str, ...] = ()
    turns: tuple[str, ...] = ()
    returns: int = 0
    forecast_at: datetime | None = None
    asked_at: datetime | None = None
    no_reply_at: datetime | None = None
    no_reply_told: bool = False
    contributions: tuple[Contribution, ...] = ()
    sendable_contribution: str | None = None
    drafts: tuple[Draft, ...] = ()
    promises: tuple[Promise, ...] = ()
    successors: dict[str, str] = {}
    split: tuple[str, ...] = ()
    referrals: tuple[Referral, ...] = ()
    limits: tuple[LimitRun, ...] = ()
    allowed: tuple[Admission, ...] = ()
    last_moment: datetime
    rows: int = 0

    @property
    def bodies(self) -> tuple[str, ...]:
        """Those that contributed, then those named last."""
        return (*(body for body in self.contributed if body not in self.sequence), *self.sequence)

    @property
    def current_body(self) -> str | None:
        """The body whose turn it is; nobody's while a curator routes, and after the end."""
        return None if self.stage in (Stage.ROUTING, Stage.CLOSED) else self.body_in_turn

    @property
    def body_in_turn(self) -> str:
        """The body whose turn it is, in a stage of a body or as it is about to begin."""
        return self.sequence[self.turn]

    @property
    def owing(self) -> tuple[str, ...]:
        """The bodies that still owe something, the one whose turn it is first; none while a curator routes."""
        return () if self.current_body is None else self.sequence[self.turn :]

    def answering_for(self, body: str) -> tuple[str, ...]:
        """The body, and those to which what it owed has passed since."""
        found = [body]
        while (later := self.successors.get(found[-1])) is not None and later not in found:
            found.append(later)
        return tuple(found)

    @property
    def answer_holder(self) -> Holder:
        """Clause 9: the curator's until routing and while a return waits, else of the body that drafts."""
        if self.stage is Stage.ROUTING or not self.sequence:
            return CURATOR
        return executor(self.sequence[-1])

    @property
    def is_joint(self) -> bool:
        return len(self.bodies) > 1

    @property
    def last_turn(self) -> bool:
        """Whether the body whose turn it is drafts the answer."""
        return self.turn == len(self.sequence) - 1

    @property
    def draft(self) -> Draft | None:
        """The draft sent last."""
        return self.drafts[-1] if self.drafts else None

    @property
    def is_published(self) -> bool:
        """Whether anything stands in the network already."""
        return any(draft.status is DraftStatus.PUBLISHED for draft in self.drafts)

    @property
    def silent_until(self) -> datetime | None:
        """Until when the author's reply is waited for; None if it is not, or no longer."""
        waiting = self.stage is Stage.AWAITING_AUTHOR and not self.no_reply_told
        return self.no_reply_at if waiting else None

    def open_limits(self) -> Iterator[LimitRun]:
        return (run for run in self.limits if run.is_open)

    def open_limit(self, name: LimitName) -> LimitRun | None:
        return next((run for run in self.limits if run.name is name and run.is_open), None)

    @property
    def next_due(self) -> datetime | None:
        """The earliest open due moment not yet passed."""
        return min((run.due_at for run in self.open_limits() if run.breached_at is None), default=None)

    @property
    def first_due(self) -> datetime | None:
        """The earliest due moment of an open run, passed or not: what lists are sorted by."""
        return min((run.due_at for run in self.open_limits()), default=None)

    @property
    def overdue(self) -> bool:
        return any(run.is_overdue for run in self.limits)


class JournalEntry(BaseModel):
    """One row of the journal: number, moment on the message's clock, what, who, and for whom."""

    model_config = ConfigDict(frozen=True)

    number: int
    at: datetime
    kind: str
    person: str | None = None
    acting_for: str | None = None
    data: dict[str, JsonValue] = {}


class NoticeFact(BaseModel):
    """A notice about one journal row; `deliver_from` is when other channels may deliver it.

    `revokes` names the row whose notices are taken back: it goes to whoever got those.
    """

    model_config = ConfigDict(frozen=True)

    row: int
    to: tuple[Addressee, ...] = ()
    at: datetime
    deliver_from: datetime
    revokes: int | None = None
    facts: AnyNotice

    @property
    def kind(self) -> NoticeKind:
        return self.facts.kind

    @property
    def limit(self) -> LimitName | None:
        """The limit it is about; None where it is about none."""
        return getattr(self.facts, "limit", None)


class Run(BaseModel):
    """By what the database tells the run that leads a message from every other (docs/run/security.md).

    `restarts`: how often the program had started the message again. `id` is Temporal's, `after` that of the run before
    whose records this one continues, where it began as a long history went on in a new one.
    """

    model_config = ConfigDict(frozen=True)

    restarts: int = 0
    id: str
    after: str | None = None


class Settled(BaseModel):
    """A command with its outcome, for the outbox; `person` is who gave it, None of the machine's own."""

    model_config = ConfigDict(frozen=True)

    command: str
    name: str
    person: str | None
    accepted: bool
    detail: str | None = None


class Record(BaseModel):
    """What one step leaves in the database; `state` has only the limits that changed, the rest speaks of all.

    `settled` are the commands whose outcomes are written with it.
    """

    message: str
    run: Run
    number: int
    state: MessageState
    overdue: bool
    next_due: datetime | None
    first_due: datetime | None
    rows: tuple[JournalEntry, ...]
    notices: tuple[NoticeFact, ...]
    settled: tuple[Settled, ...] = ()


class CommandOutcome(BaseModel):
    """What became of a command: accepted, or refused with the reason in Russian."""

    model_config = ConfigDict(frozen=True)

    accepted: bool
    detail: str | None = None


class OutcomeAnswer(BaseModel):
    """Answer to the `outcome` query: what became of the command, None if it has not come, and the state.

    `run` is who answers. `recorded`: the database has all of it already, the command settled in the outbox; where no
    command was asked for, the registration.
    """

    run: Run
    outcome: CommandOutcome | None
    state: MessageState
    recorded: bool = False


class Carried(BaseModel):
    """What goes over when a long history continues as new."""

    state: MessageState
    calendars: Calendars
    outcomes: dict[str, CommandOutcome]
    records: int


class MessageInput(BaseModel):
    """What a message is started with: nothing in it can change under the running message.

    `registered_at` is the moment the registration was taken. `prompt_within` is how long a command may be on
    its way before what it starts is counted from its arrival, so that nobody's limit runs while a machine
    holds the message. `past` are the commands of a message that comes with its past, in their order: all of them
    are applied before any timer is started, and what they start counts from their own moments. `attachments` are the
    pictures it was registered with. Of a message that was another's part `split_from` is that other, and `topic` what
    it was said to be about. `restarts` and `after` are those of `Run`.
    """

    id: str
    network: Network
    detected_at: datetime
    registered_at: datetime
    registered_by: str | None
    acting_for: str | None = None
    regulation: Annotated[Regulation, SHARED]
    calendars: Calendars
    prompt_within: timedelta = timedelta(minutes=1)
    past: tuple[AnyCommand, ...] = ()
    attachments: tuple[str, ...] = ()
    topic: str | None = None
    split_from: str | None = None
    restarts: int = 0
    after: str | None = None
    carried: Carried | None = None
