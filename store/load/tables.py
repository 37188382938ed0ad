"""Table of the calculations of the load."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, Column
from sqlmodel import Field, SQLModel

from store.database.columns import UtcMoment


class LoadCalculationRow(SQLModel, table=True):
    """What is known of the four weeks before `until`, and the answer to a question about them; numbers alone.

    `share`: the percent of it that is made. It is over once it has a `result`.
    """

    __tablename__ = "load_calculation"

    id: int | None = Field(default=None, primary_key=True)
    until: date
    question: dict[str, Any] | None = Field(default=None, sa_column=Column(JSON(none_as_null=True)))
    asked_at: datetime = Field(sa_type=UtcMoment)
    share: int = 0
    result: dict[str, Any] | None = Field(default=None, sa_column=Column(JSON(none_as_null=True)))
