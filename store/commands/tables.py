"""The outbox of commands: written before they are signalled, kept with what became of them."""

from datetime import datetime
from typing import Any

from sqlalchemy import (
    Column,
    Index,
    UniqueConstraint,
)
from sqlmodel import Field, SQLModel

from store.database.columns import UtcMoment
from store.database.packed import PackedJson


class CommandRow(SQLModel, table=True):
    """A command a person gave: written before it is signalled, and kept with its outcome (docs/change/decisions.md, 2).

    `status`: held (it waits for something before it is signalled), taken, sent, accepted, refused. `key` is the
    caller's Idempotency-Key, scoped to the person, and `request` a digest of what was asked for under it; both are
    replaced by erasure. `lease_until` is until when whoever took it is expected to deliver it; past it the dispatcher
    does. `trace` is the trace of OpenTelemetry in which it was taken, where there was one.
    """

    __tablename__ = "command"
    __table_args__ = (
        UniqueConstraint("person", "key"),
        Index("command_waiting", "status", "message", "sequence"),
        {"sqlite_autoincrement": True},
    )

    sequence: int | None = Field(default=None, primary_key=True)
    id: str = Field(unique=True)
    person: str
    key: str
    request: str
    message: int = Field(foreign_key="message.number", index=True)
    name: str
    payload: dict[str, Any] = Field(sa_column=Column(PackedJson, nullable=False))
    taken_at: datetime = Field(sa_type=UtcMoment)
    status: str = "taken"
    detail: str | None = None
    settled_at: datetime | None = Field(default=None, sa_type=UtcMoment)
    lease_until: datetime | None = Field(default=None, sa_type=UtcMoment)
    trace: str | None = None
