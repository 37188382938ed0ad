"""Tables of the office's papers: those that were made, and the templates they are made by."""

from datetime import datetime

from sqlalchemy import Column, Index, LargeBinary
from sqlmodel import Field, SQLModel

from store.tables import UtcMoment


class PaperRow(SQLModel, table=True):
    """A document as it was made, or one that somebody is making now: then there is no `content` yet.

    `key` says of what it is, in which version and form. `claimed_until` is until when its maker is believed to be at
    work; whoever finds it passed makes the document instead. `message`: whose texts are in it, so that it goes with
    them (152-FZ).
    """

    __tablename__ = "paper"
    __table_args__ = (Index("ix_paper_message", "message"),)

    key: str = Field(primary_key=True)
    message: int | None = Field(default=None, foreign_key="message.number")
    claimed_until: datetime | None = Field(default=None, sa_type=UtcMoment)
    made_at: datetime | None = Field(default=None, sa_type=UtcMoment)
    content: bytes | None = Field(default=None, sa_column=Column(LargeBinary, nullable=True))


class PaperTemplateRow(SQLModel, table=True):
    """A version of the template of one kind of summary for Word; of those in force the one put in last holds.

    One that is not in force was uploaded to be looked at. `content` is None where the program's own was put back.
    """

    __tablename__ = "paper_template"

    kind: str = Field(primary_key=True)
    version: int = Field(primary_key=True)
    name: str
    put_in_by: str
    put_in_at: datetime = Field(sa_type=UtcMoment)
    in_force: bool
    content: bytes | None = Field(default=None, sa_column=Column(LargeBinary, nullable=True))
