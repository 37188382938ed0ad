"""Tables of what is suggested to curators: the words by which like messages are found, and what was learnt."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Column, Index, LargeBinary
from sqlmodel import Field, SQLModel

from store.tables import UtcMoment


class MessageWordRow(SQLModel, table=True):
    """A word by which messages like this one are found (store/likeness_index.py); `word` is its digest.

    A digest of a word can be guessed, so the rows go when the message is erased (152-FZ).
    """

    __tablename__ = "message_word"
    __table_args__ = (
        Index("ix_message_word_message", "message"),
        {"sqlite_with_rowid": False},
    )

    word: int = Field(primary_key=True)
    message: int = Field(primary_key=True, foreign_key="message.number")


class SuggestionModelRow(SQLModel, table=True):
    """What was learnt from past routings, and how well it did on those held back.

    `content` is kept of the one in place alone, the newest that has any; of the others the figures stay. It holds
    digests of words that many messages share, and no text.
    """

    __tablename__ = "suggestion_model"

    id: int | None = Field(default=None, primary_key=True)
    trained_at: datetime = Field(sa_type=UtcMoment)
    learnt: int
    in_place: bool
    figures: dict[str, Any] = Field(sa_column=Column(JSON, nullable=False))
    content: bytes | None = Field(default=None, sa_column=Column(LargeBinary, nullable=True))
