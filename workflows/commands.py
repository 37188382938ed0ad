"""What the signals carry: kinds, times, body keys, person ids and ids of texts, never a name, link or text."""

from datetime import datetime, timedelta
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from calendar_rules.production_calendar import ProductionCalendar
from calendar_rules.schedules import Schedule
from calendar_rules.vocabulary import CloseReason, DeclineGround, DraftKind, Importance, Role
from workflows.vocabulary import Command

TextId = str
"""The id of a text kept in the database."""


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
    texts: dict[str, TextId] = {}


class Route(Given):
    """Clause 7: the bodies that must answer, in their order (cl. 15), and what the message is about."""

    name: Literal[Command.ROUTE] = Command.ROUTE
    bodies: tuple[str, ...] = Field(min_length=1)
    schedules: dict[str, Schedule]
    topic: str
    importance: Importance
    reduced_term: timedelta | None = None
    repeats: str | None = None


class Return(Given):
    """Clause 8: not our competence."""

    name: Literal[Command.RETURN] = Command.RETURN
    competent_body: str | None = None


class Contribute(Given):
    """Clause 15: one body's part of a joint answer."""

    name: Literal[Command.CONTRIBUTE] = Command.CONTRIBUTE
    contribution: str
    attachments: tuple[str, ...] = ()


class SubmitDraft(Given):
    """Clause 10: a draft for approval."""

    name: Literal[Command.SUBMIT_DRAFT] = Command.SUBMIT_DRAFT
    draft: str
    kind: DraftKind
    attachments: tuple[str, ...] = ()


class WithdrawDraft(Given):
    """The body takes its draft back before the curator has decided."""

    name: Literal[Command.WITHDRAW_DRAFT] = Command.WITHDRAW_DRAFT
    draft: str


class Approve(Given):
    """Clause 11: the draft may be published."""

    name: Literal[Command.APPROVE] = Command.APPROVE
    draft: str


class SendForRework(Given):
    """Clauses 11 and 15: back to the body with a comment; names a draft or a contribution."""

    name: Literal[Command.SEND_FOR_REWORK] = Command.SEND_FOR_REWORK
    draft: str | None = None
    contribution: str | None = None


class ConfirmPublication(Given):
    """Clause 13: the approved text stands in the network; its link is a text."""

    name: Literal[Command.CONFIRM_PUBLICATION] = Command.CONFIRM_PUBLICATION


class Decline(Given):
    """Clause 18: not to be processed."""

    name: Literal[Command.DECLINE] = Command.DECLINE
    ground: DeclineGround


class AuthorReplied(Given):
    """The author answered the clarification request."""

    name: Literal[Command.AUTHOR_REPLIED] = Command.AUTHOR_REPLIED


class Close(Given):
    """Closed without an answer."""

    name: Literal[Command.CLOSE] = Command.CLOSE
    reason: CloseReason


class ReportToGovernor(Given):
    """Clause 21: a message of social significance."""

    name: Literal[Command.REPORT_TO_GOVERNOR] = Command.REPORT_TO_GOVERNOR


class ChangeCalendar(Given):
    """A new production calendar or new working hours, as they stand now."""

    name: Literal[Command.CHANGE_CALENDAR] = Command.CHANGE_CALENDAR
    production: ProductionCalendar
    department: Schedule
    bodies: dict[str, Schedule]


class RecordErasure(Given):
    """152-FZ: texts of the message were erased; only the fact passes here."""

    name: Literal[Command.RECORD_ERASURE] = Command.RECORD_ERASURE


AnyCommand = Annotated[
    Route
    | Return
    | Contribute
    | SubmitDraft
    | WithdrawDraft
    | Approve
    | SendForRework
    | ConfirmPublication
    | Decline
    | AuthorReplied
    | Close
    | ReportToGovernor
    | ChangeCalendar
    | RecordErasure,
    Field(discriminator="name"),
]
