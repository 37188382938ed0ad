"""Table of processes."""

from datetime import datetime

from sqlmodel import Field, SQLModel

from store.database.columns import UtcMoment


class ProcessRow(SQLModel, table=True):
    """A process that works on this database, as it tells of itself every few seconds (`telemetry.heartbeat`).

    `id` is of one run of it. Its moments are by the database's clock; `clock_offset` is how many seconds that is ahead
    of the process's own, as far as it is certain.
    """

    __tablename__ = "process"

    id: str = Field(primary_key=True)
    kind: str
    host: str
    pid: int
    version: str
    started_at: datetime = Field(sa_type=UtcMoment)
    seen_at: datetime = Field(sa_type=UtcMoment)
    clock_offset: float
