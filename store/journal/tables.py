"""Tables beside the journal: whom a breach is charged to (cl. 20)."""

from datetime import datetime

from sqlalchemy import ForeignKeyConstraint, Index
from sqlmodel import Field, SQLModel

from store.database.columns import UtcMoment


class ChargeRow(SQLModel, table=True):
    """Whom a breach that stands is charged to (cl. 20), the one most over at `position` 0; none where it is nobody's.

    `limit_name` is the own limit that was over, by `over` seconds of working time; `body` is None for a curator.
    `person` was at work `at` that moment, in the place of `acting_for` if a substitute.
    """

    __tablename__ = "charge"
    __table_args__ = (
        ForeignKeyConstraint(["message", "run"], ["limit_run.message", "limit_run.number"]),
        Index("charge_of_body", "body", "message", "run"),
        Index("charge_of_person", "person", "at"),
        # Registers read it beside each breach: by its key it is found in one step.
        {"sqlite_with_rowid": False},
    )

    message: int = Field(primary_key=True)
    run: int = Field(primary_key=True)
    position: int = Field(primary_key=True)
    role: str
    body: str | None = None
    person: str | None = None
    acting_for: str | None = None
    limit_name: str
    over: float
    at: datetime = Field(sa_type=UtcMoment)
