"""The table of promises: as their messages have them, for lists, reports, and the clock."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Column, Index, text
from sqlmodel import Field, SQLModel

from store.database.columns import UtcMoment

_RUNNING = text("look_at IS NOT NULL")
_TO_LOOK = text("to_look")


class PromiseRow(SQLModel, table=True):
    """A promise of a published text, written with each record of its message that changes it.

    `promise` is all of it as the message has it (`workflows.state.Promise`); the other columns are what lists and
    reports choose by. `look_at`: the next moment at which something falls due; None of one that does not run.
    `to_look`: its workflow is to be started, or told to look again.
    """

    __tablename__ = "promise"
    __table_args__ = (
        Index("promise_message", "message"),
        Index("promise_body", "body", "state"),
        Index("promise_settled", "settled_at", "state"),
        Index("promise_given", "given_at"),
        Index("promise_running", "look_at", sqlite_where=_RUNNING, postgresql_where=_RUNNING),
        Index("promise_to_look", "id", sqlite_where=_TO_LOOK, postgresql_where=_TO_LOOK),
    )

    id: str = Field(primary_key=True)
    message: int = Field(foreign_key="message.number")
    body: str
    state: str
    due_at: datetime = Field(sa_type=UtcMoment)
    given_at: datetime = Field(sa_type=UtcMoment)
    settled_at: datetime | None = Field(default=None, sa_type=UtcMoment)
    done_at: datetime | None = Field(default=None, sa_type=UtcMoment)
    look_at: datetime | None = Field(default=None, sa_type=UtcMoment)
    to_look: bool = True
    promise: dict[str, Any] = Field(sa_column=Column(JSON, nullable=False))
