"""Table of verdicts: what the author of a message says of the answer."""

from datetime import datetime

from sqlalchemy import Index
from sqlmodel import Field, SQLModel

from store.database.columns import UtcMoment


class VerdictRow(SQLModel, table=True):
    """A verdict of an answered message, as a person has decided; the last one of a message is what stands.

    The database itself refuses to change or delete one (cl. 19). `text` is what the author wrote and `url` where: texts
    of the message, which go with it when that is erased.
    """

    __tablename__ = "verdict"
    __table_args__ = (Index("verdict_message", "message", "id"),)

    id: int | None = Field(default=None, primary_key=True)
    message: int = Field(foreign_key="message.number")
    value: str
    text: str | None = Field(default=None, foreign_key="message_text.id")
    url: str | None = Field(default=None, foreign_key="message_text.id")
    person: str
    acting_for: str | None = None
    at: datetime = Field(sa_type=UtcMoment)
