"""Rows of processes: written by each of its own, read by whoever asks what is at work, and on what release."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from sqlalchemy import Connection, delete, func, insert, or_, select, update
from sqlmodel import col

from store.processes.tables import ProcessRow

SEEN_EVERY = timedelta(seconds=20)
ALIVE_FOR = 3 * SEEN_EVERY
"""How long a process that has told nothing counts as one that works."""
_REMEMBERED = timedelta(days=1)
"""How long one that ended without a word is told of."""


class Kind(StrEnum):
    """What a process does."""

    API = "api"
    WORKER = "worker"


@dataclass(frozen=True, slots=True)
class Process:
    """A process as the database knows it; `silent` is for how long it has told nothing, `offset` as in `ProcessRow`."""

    id: str
    kind: Kind
    host: str
    pid: int
    version: str
    started_at: datetime
    silent: timedelta
    offset: timedelta

    @property
    def is_alive(self) -> bool:
        return self.silent <= ALIVE_FOR


def database_now(connection: Connection) -> datetime:
    """The moment by the database's clock, in UTC: that of PostgreSQL's machine, for SQLite this one's."""
    if connection.dialect.name == "sqlite":
        return datetime.now(UTC)
    now: datetime = connection.execute(select(func.clock_timestamp())).scalar_one()
    return now.astimezone(UTC)


def begin(connection: Connection, process: Process) -> None:
    """Write a new process down, seen now, and forget those that it stands for and those long gone."""
    now = process.started_at
    is_former = (col(ProcessRow.host) == process.host) & (col(ProcessRow.kind) == process.kind)
    is_silent = col(ProcessRow.seen_at) < now - ALIVE_FOR
    connection.execute(
        delete(ProcessRow).where(
            or_(is_former & is_silent, col(ProcessRow.seen_at) < now - _REMEMBERED),
        )
    )
    connection.execute(
        insert(ProcessRow).values(
            id=process.id,
            kind=process.kind,
            host=process.host,
            pid=process.pid,
            version=process.version,
            started_at=now,
            seen_at=now,
            clock_offset=process.offset.total_seconds(),
        )
    )


def beat(connection: Connection, process: str, now: datetime, offset: timedelta) -> bool:
    """Note that a process is seen `now`, by the database's clock; whether it was written down before."""
    done = connection.execute(
        update(ProcessRow)
        .where(col(ProcessRow.id) == process)
        .values(seen_at=now, clock_offset=offset.total_seconds())
    )
    return bool(done.rowcount)


def end(connection: Connection, process: str) -> None:
    """Forget a process that ends by itself."""
    connection.execute(delete(ProcessRow).where(col(ProcessRow.id) == process))


def known(connection: Connection) -> Sequence[Process]:
    """Every process that is at work, or ended without a word within the last day; by kind, host and start."""
    now = database_now(connection)
    order = col(ProcessRow.kind), col(ProcessRow.host), col(ProcessRow.started_at), col(ProcessRow.id)
    rows = connection.execute(select(ProcessRow.__table__).order_by(*order))  # type: ignore[attr-defined]
    return [
        Process(
            id=row.id,
            kind=Kind(row.kind),
            host=row.host,
            pid=row.pid,
            version=row.version,
            started_at=row.started_at,
            silent=max(now - row.seen_at, timedelta(0)),
            offset=timedelta(seconds=row.clock_offset),
        )
        for row in rows
    ]
