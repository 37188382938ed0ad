"""Tables of suggestions: models that were learnt."""

from datetime import datetime
from typing import Any

from sqlalchemy import (
    JSON,
    Column,
    LargeBinary,
)
from sqlmodel import Field, SQLModel

from store.database.columns import UtcMoment


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
