"""Commands as signals carry them: kinds, times, body keys, person ids and ids of texts, never a name, link or text."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from functools import cache
from typing import Annotated, Literal, get_args

from pydantic import BaseModel, ConfigDict, Field

from calendar_rules.production_calendar import ProductionCalendar
from calendar_rules.schedules import Schedule
from calendar_rules.vocabulary import (
    CloseReason,
    DeclineGround,
    DestructionBasis,
    DraftKind,
    Importance,
    Network,
    ReferralTo,
    Role,
)
from workflows.vocabulary import Command, PromiseEvent

_TEXT = "the id of a text"
TextId = Annotated[str, _TEXT]
"""The id of a text kept in the database."""


@cache
def text_fields(kind: type[BaseModel]) -> tuple[str, ...]:
    """The names of the model's fields that hold ids of texts, in their order."""
    return tuple(
        name
        for name, field in kind.model_fields.items()
        if _TEXT in field.metadata or any(_TEXT in get_args(part) for part in get_args(field.annotation))
    )


def texts_of(model: BaseModel) -> dict[str, TextId]:
    """The ids of the texts that a command or a draft names, by field."""
    named = ((field, getattr(model, field)) for field in text_fields(type(model)))
    return {field: text for field, text in named if text is not None}


class _Frozen(BaseModel):
    # Unknown fields are passed over: a worker one release behind must still read what a newer API sends.
    model_config = ConfigDict(frozen=True)


class Grant(_Frozen):
    """One capacity in which a person may act: a role, the body it is held in, and for whom if a substitute."""

    role: Role
    body: str | None = None
    acting_for: str | None = None


class Given(_Frozen):
    """The part every command shares: its id, the person with every capacity that fits it, and when it was taken.

    `taken_at` is the moment the command entered the outbox; None counts from the message's own clock.
    """

    id: str
    person: str | None
    grants: tuple[Grant, ...] = ()
    taken_at: datetime | None = None


class Route(Given):
    """Clause 7: the bodies that must answer, in their order (cl. 15), and what the message is about.

    `titles` are the short titles of the bodies, for what people read.
    """

    name: Literal[Command.ROUTE] = Command.ROUTE
    location: TextId
    bodies: tuple[str, ...] = Field(min_length=1)
    schedules: dict[str, Schedule]
    titles: dict[str, str] = {}
    topic: str
    importance: Importance
    reduced_term: timedelta | None = None
    repeats: str | None = None


class Return(Given):
    """Clause 8: not our competence."""

    name: Literal[Command.RETURN] = Command.RETURN
    reason: TextId
    competent_body: str | None = None


class Contribute(Given):
    """Clause 15: one body's part of a joint answer."""

    name: Literal[Command.CONTRIBUTE] = Command.CONTRIBUTE
    text: TextId
    contribution: str
    attachments: tuple[str, ...] = ()


class StatedPromise(_Frozen):
    """What a draft says will be done, as the id of a text, and by when."""

    id: str
    what: TextId
    by: datetime


class SubmitDraft(Given):
    """Clause 10: a draft for approval; `taken_from` is the message with whose answer it was begun."""

    name: Literal[Command.SUBMIT_DRAFT] = Command.SUBMIT_DRAFT
    text: TextId
    measures: TextId | None = None
    draft: str
    kind: DraftKind
    attachments: tuple[str, ...] = ()
    taken_from: str | None = None
    promises: tuple[StatedPromise, ...] = ()


class WithdrawDraft(Given):
    """The body takes its draft back before the text is published."""

    name: Literal[Command.WITHDRAW_DRAFT] = Command.WITHDRAW_DRAFT
    draft: str


class Approve(Given):
    """Clause 11: the draft may be published."""

    name: Literal[Command.APPROVE] = Command.APPROVE
    draft: str


class SendForRework(Given):
    """Clauses 11 and 15: back to the body with a comment; names a draft or a contribution."""

    name: Literal[Command.SEND_FOR_REWORK] = Command.SEND_FOR_REWORK
    comment: TextId
    draft: str | None = None
    contribution: str | None = None


class ConfirmPublication(Given):
    """Clause 13: the approved text stands in the network; its link is a text.

    Where the program published it, `draft` is the one it published, and no other is confirmed by that. `obstacle` is
    why it could not, in Russian; then there is no link, and the command is refused, on record.
    """

    name: Literal[Command.CONFIRM_PUBLICATION] = Command.CONFIRM_PUBLICATION
    url: TextId | None = None
    draft: str | None = None
    obstacle: str | None = None
    proof: str | None = None


class CorrectLink(Given):
    """Clause 13: the link of a published text was wrong; also once the message is closed."""

    name: Literal[Command.CORRECT_LINK] = Command.CORRECT_LINK
    draft: str
    url: TextId
    reason: TextId


class Decline(Given):
    """Clause 18: not to be processed."""

    name: Literal[Command.DECLINE] = Command.DECLINE
    ground: DeclineGround


class AuthorReplied(Given):
    """The author answered the clarification request."""

    name: Literal[Command.AUTHOR_REPLIED] = Command.AUTHOR_REPLIED
    text: TextId


class Resume(Given):
    """The clarification goes unanswered, and the body goes on without it."""

    name: Literal[Command.RESUME] = Command.RESUME


class Close(Given):
    """Closed without an answer; `referral` is the id of what was passed on in the same step, `to` whom."""

    name: Literal[Command.CLOSE] = Command.CLOSE
    reason: CloseReason
    referral: str | None = None
    to: ReferralTo | None = None
    document: TextId | None = None
    dated: date | None = None
    note: TextId | None = None


class Reopen(Given):
    """A mistaken end that published no answer is undone."""

    name: Literal[Command.REOPEN] = Command.REOPEN
    reason: TextId


class Correct(Given):
    """What was entered wrong is put right; what is not named stays as it is (cl. 7)."""

    name: Literal[Command.CORRECT] = Command.CORRECT
    network: Network | None = None
    url: TextId | None = None
    author: TextId | None = None
    text: TextId | None = None
    location: TextId | None = None
    topic: str | None = None
    importance: Importance | None = None
    reason: TextId


class Note(Given):
    """A note on record, with evidence: a screenshot of a post that may vanish."""

    name: Literal[Command.NOTE] = Command.NOTE
    text: TextId
    attachments: tuple[str, ...] = ()


class Assign(Given):
    """The person of the current body who does the work; None: whoever is an executor of it."""

    name: Literal[Command.ASSIGN] = Command.ASSIGN
    assignee: str | None = None


class HandOver(Given):
    """The message goes to another curator."""

    name: Literal[Command.HAND_OVER] = Command.HAND_OVER
    curator: str


class ReportToGovernor(Given):
    """Clause 21: a message of social significance."""

    name: Literal[Command.REPORT_TO_GOVERNOR] = Command.REPORT_TO_GOVERNOR
    reason: TextId


class Transfer(Given):
    """A body acts no more: what it owes of the message is its successor's, due unchanged.

    `with_directory`: given with the change of the directory by which the body ceased to act, by whoever made that.
    """

    name: Literal[Command.TRANSFER] = Command.TRANSFER
    body: str | None
    successor: str
    schedules: dict[str, Schedule] = {}
    titles: dict[str, str] = {}
    reason: TextId
    with_directory: bool = False


class Split(Given):
    """The post's other problem has become a message of its own, of this number."""

    name: Literal[Command.SPLIT] = Command.SPLIT
    message: str


class Refer(Given):
    """What the message tells was passed on: to whom, by what document of which day."""

    name: Literal[Command.REFER] = Command.REFER
    referral: str
    to: ReferralTo
    document: TextId | None = None
    dated: date | None = None
    note: TextId | None = None


class Redact(Given):
    """152-FZ: some words or a file were taken out of the message; only the fact passes here.

    `resealed`: by the ids of the texts they stood in, the MACs of what is left (docs/prove/journal.md).
    """

    name: Literal[Command.REDACT] = Command.REDACT
    basis: DestructionBasis
    document: TextId | None = None
    dated: date | None = None
    resealed: dict[str, str] = {}


class KeepPromise(Given):
    """What a published text promised is done: the link or the file that shows it, or a note."""

    name: Literal[Command.KEEP_PROMISE] = Command.KEEP_PROMISE
    promise: str
    url: TextId | None = None
    attachment: str | None = None
    note: TextId | None = None


class MovePromise(Given):
    """Another day for what a published text promised, and why."""

    name: Literal[Command.MOVE_PROMISE] = Command.MOVE_PROMISE
    promise: str
    by: datetime
    reason: TextId


class RecordPromise(Given):
    """What the clock or the directory does to a promise that is due `by` this moment; given by the machine alone.

    `at`: the moment of the event. `answer_by`: until when the question may be answered. `body`: who acts in the place
    of the body that promised.
    """

    name: Literal[Command.RECORD_PROMISE] = Command.RECORD_PROMISE
    promise: str
    by: datetime
    event: PromiseEvent
    at: datetime
    answer_by: datetime | None = None
    body: str | None = None


class ChangeCalendar(Given):
    """A new production calendar or new working hours, as they stand now."""

    name: Literal[Command.CHANGE_CALENDAR] = Command.CHANGE_CALENDAR
    production: ProductionCalendar
    department: Schedule
    bodies: dict[str, Schedule]


class CorrectCharge(Given):
    """Clause 20: an absence was recorded afterwards, and the breach of the run of this number names who was absent."""

    name: Literal[Command.CORRECT_CHARGE] = Command.CORRECT_CHARGE
    run: int


class RecordErasure(Given):
    """152-FZ: texts of the message were erased; only the fact passes here."""

    name: Literal[Command.RECORD_ERASURE] = Command.RECORD_ERASURE
    ground: TextId | None = None


AnyCommand = Annotated[
    Route
    | Return
    | Contribute
    | SubmitDraft
    | WithdrawDraft
    | Approve
    | SendForRework
    | ConfirmPublication
    | CorrectLink
    | Decline
    | AuthorReplied
    | Resume
    | Close
    | Reopen
    | Correct
    | Note
    | Assign
    | HandOver
    | ReportToGovernor
    | Transfer
    | Split
    | Refer
    | Redact
    | KeepPromise
    | MovePromise
    | RecordPromise
    | ChangeCalendar
    | CorrectCharge
    | RecordErasure,
    Field(discriminator="name"),
]

COMMANDS: Mapping[str, type[AnyCommand]] = {
    kind.model_fields["name"].default: kind for kind in get_args(get_args(AnyCommand)[0])
}
"""What a signal of each name carries."""
