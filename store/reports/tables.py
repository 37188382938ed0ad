"""Tables of reports: summaries and the papers made of them."""

from datetime import datetime
from typing import Any

from sqlalchemy import (
    JSON,
    Column,
    Index,
    LargeBinary,
)
from sqlmodel import Field, SQLModel

from store.database.columns import UtcMoment


class WeeklySummaryRow(SQLModel, table=True):
    """One version of the summary of an ISO week (cl. 21), as it was made; `summary` names nobody but who made it.

    `made_by` is None where it was made by the schedule.
    """

    __tablename__ = "weekly_summary"

    week: str = Field(primary_key=True)
    version: int = Field(primary_key=True)
    made_at: datetime = Field(sa_type=UtcMoment)
    made_by: str | None = None
    summary: dict[str, Any] = Field(sa_column=Column(JSON, nullable=False))


class PaperRow(SQLModel, table=True):
    """A document as it was made, or one that somebody is making now: then there is no `content` yet.

    `key` says of what it is, in which version and form. `message`: whose texts are in it, so that it goes with them
    (152-FZ).
    """

    __tablename__ = "paper"
    __table_args__ = (Index("ix_paper_message", "message"),)

    key: str = Field(primary_key=True)
    message: int | None = Field(default=None, foreign_key="message.number")
    begun_at: datetime = Field(sa_type=UtcMoment)
    made_at: datetime | None = Field(default=None, sa_type=UtcMoment)
    content: bytes | None = Field(default=None, sa_column=Column(LargeBinary, nullable=True))
