"""The acts that messages were started by, edition by edition."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Column
from sqlmodel import Field, SQLModel

from store.tables import UtcMoment


class ActEditionRow(SQLModel, table=True):
    """The content of an act's file as it was in force here from `kept_at` on; `digest` is the name of that content.

    `reference` names act and edition together, as messages do. A file that was changed without a new edition has a row
    for each content.
    """

    __tablename__ = "act_edition"

    digest: str = Field(primary_key=True)
    reference: str = Field(index=True)
    content: dict[str, Any] = Field(sa_column=Column(JSON, nullable=False))
    kept_at: datetime = Field(sa_type=UtcMoment)
