"""Tables of notices, channels and deliveries."""

from datetime import datetime

from sqlalchemy import (
    JSON,
    Column,
    ForeignKeyConstraint,
    Index,
    UniqueConstraint,
    text,
)
from sqlmodel import Field, SQLModel

from store.database.columns import UtcMoment
from store.database.packed import PackedText, Words

_UNACKNOWLEDGED = text("kind IN ('escalation', 'unacknowledged') AND acknowledged_at IS NULL")
_UNREAD = text("read_at IS NULL")
_OF_FACT = text("fact IS NOT NULL")


_WAITING = text("kind = 'escalation' AND acknowledged_at IS NULL AND judged_at IS NULL")


_FURTHER = text("kind = 'unacknowledged'")


class NoticeRow(SQLModel, table=True):
    """What one person is told of one fact; `deliver_from` is when channels other than the inbox may deliver it.

    A notice about no message names its `fact`, such as `digest-2026-11-26`, so that a person is told of it once.
    `acknowledged_by` is who acknowledged it, maybe in the place of its `person`. `judged_at` is when it was decided
    whether an escalation goes one step further: of each that is once. `read_at` is when its `person` saw it.
    """

    __tablename__ = "notice"
    __table_args__ = (
        UniqueConstraint("message", "row", "kind", "person"),
        ForeignKeyConstraint(["message"], ["message.number"]),
        Index("notice_person", "person", "deliver_from", "id"),
        Index("notice_thread", "person", "message", "deliver_from", "id"),
        Index(
            "notice_unread",
            *("person", "deliver_from", "id"),
            sqlite_where=_UNREAD,
            postgresql_where=_UNREAD,
        ),
        # Which of them no channel has taken up yet is asked every few seconds.
        Index("notice_written", "written_at"),
        Index(
            "notice_fact",
            *("fact", "kind", "person"),
            unique=True,
            sqlite_where=_OF_FACT,
            postgresql_where=_OF_FACT,
        ),
        # What is looked at every minute is a small part of all that was ever escalated.
        Index("notice_escalated", "deliver_from", "id", sqlite_where=_WAITING, postgresql_where=_WAITING),
        Index("notice_further", "id", sqlite_where=_FURTHER, postgresql_where=_FURTHER),
        Index(
            "notice_acknowledge",
            *("person", "deliver_from", "id"),
            sqlite_where=_UNACKNOWLEDGED,
            postgresql_where=_UNACKNOWLEDGED,
        ),
    )

    id: int | None = Field(default=None, primary_key=True)
    message: int | None = Field(default=None)
    row: int = 0
    kind: str
    limit_name: str | None = None
    person: str
    acting_for: str | None = None
    at: datetime = Field(sa_type=UtcMoment)
    deliver_from: datetime = Field(sa_type=UtcMoment)
    text: str = Field(sa_column=Column(PackedText(Words.NOTICES), nullable=False))
    written_at: datetime = Field(sa_type=UtcMoment)
    fact: str | None = None
    acknowledged_at: datetime | None = Field(default=None, sa_type=UtcMoment)
    acknowledged_by: str | None = None
    judged_at: datetime | None = Field(default=None, sa_type=UtcMoment)
    read_at: datetime | None = Field(default=None, sa_type=UtcMoment)


class ChannelRow(SQLModel, table=True):
    """Where a person wants to be told beside the inbox. `address` is sealed; its `scheme` says what kind it is.

    `kinds` None: all. `since`: what was written before is not delivered there. One that was removed keeps its row, for
    the deliveries, without the address. `attempts` in a row have failed, the last with `error`, and the next is at
    `next_at`; `lease_until` is until when whoever delivers there is expected to be done.
    """

    __tablename__ = "channel"

    id: int | None = Field(default=None, primary_key=True)
    person: str = Field(foreign_key="person.key", index=True)
    scheme: str
    address: str
    kinds: list[str] | None = Field(default=None, sa_column=Column(JSON(none_as_null=True)))
    since: datetime = Field(sa_type=UtcMoment)
    removed_at: datetime | None = Field(default=None, sa_type=UtcMoment)
    attempts: int = 0
    error: str | None = None
    failing_since: datetime | None = Field(default=None, sa_type=UtcMoment)
    next_at: datetime | None = Field(default=None, sa_type=UtcMoment)
    lease_until: datetime | None = Field(default=None, sa_type=UtcMoment)


_WAITING = text("state = 'waiting'")


class DeliveryRow(SQLModel, table=True):
    """That a notice is to go through a channel, and what became of it: waiting, delivered, failed, dropped.

    `deliver_from` is the notice's. `parcel` names what it is sent in: set before the sending, and kept where it is not
    known whether the channel took it, so that the same goes again under the same name. `at` is when the state was
    reached; of what waits, since when. It holds no text.
    """

    __tablename__ = "delivery"
    __table_args__ = (
        # What is looked for every few seconds is a small part of all that was ever delivered.
        Index(
            "delivery_waiting",
            "deliver_from",
            "channel",
            sqlite_where=_WAITING,
            postgresql_where=_WAITING,
        ),
        Index("delivery_channel", "channel", "state", "notice"),
        Index("delivery_state", "state", "at"),
    )

    notice: int = Field(primary_key=True, foreign_key="notice.id")
    channel: int = Field(primary_key=True, foreign_key="channel.id")
    state: str = "waiting"
    deliver_from: datetime = Field(sa_type=UtcMoment)
    at: datetime = Field(sa_type=UtcMoment)
    parcel: str | None = None
    error: str | None = None
