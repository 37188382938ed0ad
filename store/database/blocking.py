"""The database for what runs in a thread of its own: plain blocking transactions, from beginning to end.

An activity is a transaction and no more, a page of a list a few statements and much JSON, and the event loops are busy
with workflows and with people: handing every statement to and fro would cost several times the statement.
"""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar
from urllib.parse import quote

from sqlalchemy import URL, Connection, Engine, create_engine, make_url, select

from store.database.engines import (
    NO_TRANSACTION,
    NO_TRANSACTION_OF_FILE,
    ONE_MOMENT,
    WAIT_FOR_CONNECTION,
    of_postgresql,
    own_transactions,
    pooled,
)
from store.database.group_commit import Found, GroupCommit

Read = TypeVar("Read")


class BlockingDatabase:
    """The database of a URL, as `Database` is, for code that runs in threads; at most `connections` at once."""

    def __init__(
        self, url: str, connections: int, *, wait: float = WAIT_FOR_CONNECTION, read_only: bool = False
    ) -> None:
        """`wait`: seconds after which a transaction fails that finds no connection, or the file locked.

        With `read_only` a file is not written to, and need not be writable.
        """
        self._url = make_url(url)
        self.dialect = self._url.get_backend_name()
        if self.dialect == "sqlite":
            file = self._url.set(drivername="sqlite+pysqlite")
            if read_only:
                file = _unwritten(file)
            self._reading = _sqlite(str(file), begin="BEGIN", connections=connections, wait=wait)
            self._writing = _sqlite(str(file), begin="BEGIN IMMEDIATE", connections=1, wait=wait)
            self._looking_up = self._reading.execution_options(**NO_TRANSACTION_OF_FILE)
            self._group: GroupCommit | None = GroupCommit(self.write)
        else:
            self._writing = create_engine(self._url, **of_postgresql(connections, wait))
            self._reading = self._writing.execution_options(**ONE_MOMENT)
            self._looking_up = self._writing.execution_options(**NO_TRANSACTION)
            self._group = None

    @property
    def file(self) -> Path | None:
        """The file of an SQLite database."""
        return Path(self._url.database) if self.dialect == "sqlite" and self._url.database else None

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """A connection that sees the database at one moment, that of its first statement, and changes nothing."""
        with self._reading.connect() as connection:
            yield connection

    @contextmanager
    def lookup(self) -> Iterator[Connection]:
        """The same, and quicker: each statement may see a moment of its own."""
        with self._looking_up.connect() as connection:
            yield connection

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """A connection in one transaction: committed at the end of the block, rolled back on an exception."""
        with self._writing.begin() as connection:
            yield connection

    def write_after(
        self, read: Callable[[Connection], Read], work: Callable[[Connection, Read], Found]
    ) -> Found:
        """Do the work in a transaction, by what `read` returns before anything is written.

        It reads in the same transaction; on SQLite in one before, as there is one writer, and writes in one with what
        other threads bring meanwhile. Returns what the work returns. Raises what it raises, which undoes that work
        alone, or why nothing was written.
        """
        if self._group is None:
            with self.write() as connection:
                return work(connection, read(connection))
        with self.lookup() as connection:
            found = read(connection)
        return self._group.write(lambda connection: work(connection, found))

    def check(self) -> None:
        """Raises an error of the database where it does not answer."""
        with self.read() as connection:
            connection.execute(select(1))

    def dispose(self) -> None:
        """Close every connection."""
        if self._group is not None:
            self._group.close()
        self._writing.dispose()
        self._reading.dispose()


def _unwritten(url: URL) -> URL:
    """The file opened for reading. Where nothing can be written beside it, nobody writes to it: a copy."""
    path = Path(url.database or "")
    options = {"mode": "ro", "uri": "true"}
    wal = path.with_name(f"{path.name}-wal")
    if not os.access(path.parent, os.W_OK) and not wal.exists():
        options["immutable"] = "1"
    return url.set(database=f"file:{quote(str(path))}", query=options)


def _sqlite(url: str, *, begin: str, connections: int, wait: float) -> Engine:
    engine = create_engine(
        url,
        **pooled(connections, wait),
        # Each keeps pages of the file: those who wait their turn need none.
        pool_use_lifo=True,
        connect_args={"check_same_thread": False, "timeout": wait},
    )
    # A record names only the message that its own transaction has claimed.
    own_transactions(engine, begin, foreign_keys=False)
    return engine
