"""Tables of acts of destruction (152-FZ)."""

from datetime import datetime

from sqlmodel import Field, SQLModel

from store.database.columns import UtcMoment


class DestructionActRow(SQLModel, table=True):
    """An act of destruction of personal data (order 179 of Roskomnadzor): one of each erasure by hand, one of each run
    of retention that destroyed something.

    `run` names the run or the command it is of. `person` is None where it was the machine. `backups_until`: by then the
    copies of the database that still have the data are gone.
    """

    __tablename__ = "destruction_act"
    __table_args__ = ({"sqlite_autoincrement": True},)

    id: int | None = Field(default=None, primary_key=True)
    run: str = Field(unique=True)
    person: str | None = None
    ground: str
    begun_at: datetime = Field(sa_type=UtcMoment)
    ended_at: datetime = Field(sa_type=UtcMoment)
    backups_until: datetime = Field(sa_type=UtcMoment)


class DestructionEntryRow(SQLModel, table=True):
    """What of one class of data was destroyed, of which message if it was of one; no name and no text."""

    __tablename__ = "destruction_entry"

    id: int | None = Field(default=None, primary_key=True)
    act: int = Field(foreign_key="destruction_act.id", index=True)
    at: datetime = Field(sa_type=UtcMoment)
    data_class: str
    message: int | None = Field(default=None, index=True)
    amount: int
