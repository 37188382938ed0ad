"""Tables of the directory: whom accounts belong to, texts that answers begin with, and who changed what."""

from datetime import datetime

from sqlalchemy import (
    JSON,
    Column,
    Index,
    UniqueConstraint,
)
from sqlmodel import Field, SQLModel

from store.database.columns import UtcMoment


class AccountRow(SQLModel, table=True):
    """A body's official account in a network."""

    __tablename__ = "account"

    body: str = Field(primary_key=True, foreign_key="body.key")
    network: str = Field(primary_key=True)
    url: str


class AnswerTemplateRow(SQLModel, table=True):
    """A text that a body's answers are begun with; it names nobody."""

    __tablename__ = "answer_template"
    __table_args__ = (UniqueConstraint("body", "title"),)

    id: int | None = Field(default=None, primary_key=True)
    body: str = Field(foreign_key="body.key")
    title: str
    text: str


class DirectoryEditRow(SQLModel, table=True):
    """Who changed what of the directory.

    `person` is None for the command line, and for a source that its site has moved.
    `part` is what kind of thing it is, `subject` its key, `title` what it was called then. `fields` holds of each
    changed one its title, and its text before and after; secrets have none.
    """

    __tablename__ = "directory_edit"
    __table_args__ = (Index("directory_edit_subject", "part", "subject", "id"),)

    id: int | None = Field(default=None, primary_key=True)
    at: datetime = Field(sa_type=UtcMoment)
    person: str | None = None
    part: str
    subject: str
    title: str
    action: str
    fields: list[list[str]] = Field(sa_column=Column(JSON, nullable=False))
