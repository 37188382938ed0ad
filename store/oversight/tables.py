"""Tables of oversight: what was done about shortcomings, and rises of activity."""

from datetime import datetime

from sqlalchemy import (
    Index,
)
from sqlmodel import Field, SQLModel

from store.database.columns import UtcMoment


class ShortcomingMeasureRow(SQLModel, table=True):
    """What somebody noted as done about a breach (cl. 20): the breach of a limit run; the last one is what stands.

    `text` is a text of the message, and goes with it when that is erased.
    """

    __tablename__ = "shortcoming_measure"
    __table_args__ = (Index("shortcoming_measure_run", "message", "run", "id"),)

    id: int | None = Field(default=None, primary_key=True)
    message: int = Field(foreign_key="message.number")
    run: int
    text: str = Field(foreign_key="message_text.id")
    person: str
    acting_for: str | None = None
    at: datetime = Field(sa_type=UtcMoment)


class SurgeRow(SQLModel, table=True):
    """A rise of activity on a topic, in one locality or, where `location` is None, in all of them (cl. 21).

    `location` is the name of a settlement, without street and house. `count` is the largest number of messages so far,
    `usual` the daily mean before it, `last_seen_at` the last moment at which the rule held, `over_at` when it had not
    held for long enough. `told_at` is None where nobody was told of it: what happens in one locality is not told twice.
    """

    __tablename__ = "surge"
    __table_args__ = (Index("surge_over", "over_at", "id"),)

    id: int | None = Field(default=None, primary_key=True)
    topic: str
    location: str | None = None
    began_at: datetime = Field(sa_type=UtcMoment)
    last_seen_at: datetime = Field(sa_type=UtcMoment)
    over_at: datetime | None = Field(default=None, sa_type=UtcMoment)
    count: int
    usual: float
    told_at: datetime | None = Field(default=None, sa_type=UtcMoment)
