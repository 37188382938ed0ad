"""Tables of promises: how each stands, and what has happened to it."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Column, Index, UniqueConstraint, text
from sqlmodel import Field, SQLModel

from store.database.columns import UtcMoment

_FOLLOWED = text("seen_rows IS NOT NULL")
_RUNNING = text("look_at IS NOT NULL")
_TO_LOOK = text("to_look")


class PromiseRow(SQLModel, table=True):
    """A promise: what a body said in a text that it would do, and until when; no limit of the order.

    `what` and `url` are ids of texts of the message, so that they go with them when it is erased; `attachment` is a
    file of it. `state` is a `PromiseState`. `person` stated it, maybe `acting_for` somebody. `runs_since` is when the
    day in force began to run, `warned_at` and `asked_at` are of that day, and dated by it; `answer_by` is until when
    the question may be answered. `settled_at` is when it was kept, and of a broken one its day; `done_at` when it was
    done, in time or late. `moves` counts.

    `look_at` is the next moment at which something falls due; None of one that does not run. `to_look`: its workflow is
    to be begun, or told to look again. `seen_rows`: how many rows the message had when its draft was last looked at;
    None once the draft decides nothing more.
    """

    __tablename__ = "promise"
    __table_args__ = (
        Index("promise_message", "message", "id"),
        Index("promise_body", "body", "state", "id"),
        Index("promise_settled", "settled_at", "state"),
        # What is looked at every few seconds is a small part of all that was ever promised.
        Index("promise_followed", "message", "seen_rows", sqlite_where=_FOLLOWED, postgresql_where=_FOLLOWED),
        Index("promise_running", "look_at", "body", sqlite_where=_RUNNING, postgresql_where=_RUNNING),
        Index("promise_to_look", "id", sqlite_where=_TO_LOOK, postgresql_where=_TO_LOOK),
        {"sqlite_autoincrement": True},
    )

    id: int | None = Field(default=None, primary_key=True)
    message: int = Field(foreign_key="message.number")
    draft: str
    body: str
    what: str = Field(foreign_key="message_text.id")
    until: datetime = Field(sa_type=UtcMoment)
    state: str
    person: str
    acting_for: str | None = None
    stated_at: datetime = Field(sa_type=UtcMoment)
    published_at: datetime | None = Field(default=None, sa_type=UtcMoment)
    warned_at: datetime | None = Field(default=None, sa_type=UtcMoment)
    runs_since: datetime | None = Field(default=None, sa_type=UtcMoment)
    asked_at: datetime | None = Field(default=None, sa_type=UtcMoment)
    answer_by: datetime | None = Field(default=None, sa_type=UtcMoment)
    settled_at: datetime | None = Field(default=None, sa_type=UtcMoment)
    done_at: datetime | None = Field(default=None, sa_type=UtcMoment)
    moves: int = 0
    attachment: str | None = None
    url: str | None = None
    look_at: datetime | None = Field(default=None, sa_type=UtcMoment)
    to_look: bool = False
    seen_rows: int | None = None


class PromiseEventRow(SQLModel, table=True):
    """What happened to a promise; the database itself refuses to change or delete it (cl. 19).

    `hash` ties it to the one before it, as rows of the journal are tied (`store.journal.chain`). Nothing in it is ever
    erased: texts are named by ids.
    """

    __tablename__ = "promise_event"
    __table_args__ = (
        UniqueConstraint("promise", "number"),
        # What happened in a period is looked for by its kind.
        Index("promise_event_kind", "kind", "at"),
        {"sqlite_autoincrement": True},
    )

    id: int | None = Field(default=None, primary_key=True)
    promise: int = Field(foreign_key="promise.id")
    number: int
    at: datetime = Field(sa_type=UtcMoment)
    kind: str
    person: str | None = None
    acting_for: str | None = None
    data: dict[str, Any] = Field(sa_column=Column(JSON, nullable=False))
    written_at: datetime = Field(sa_type=UtcMoment)
    hash: str
