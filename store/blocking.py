"""The database for activities: plain blocking transactions, each in one thread from beginning to end.

An activity is a transaction and no more, and the worker's event loop is busy with workflows: handing every
statement to and fro would cost several times the statement.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Connection, Engine, create_engine, make_url

from store.database import POSTGRESQL_CONNECTION, WAIT_FOR_CONNECTION, own_transactions
from store.trusted_pool import ask_after_a_pause


class BlockingDatabase:
    """The database of a URL, as `Database` is, for code that runs in threads; at most `connections` at once."""

    def __init__(self, url: str, connections: int) -> None:
        self._url = make_url(url)
        self.dialect = self._url.get_backend_name()
        if self.dialect == "sqlite":
            file = self._url.set(drivername="sqlite+pysqlite")
            self._reading = _sqlite(str(file), begin="BEGIN", connections=connections)
            self._writing = _sqlite(str(file), begin="BEGIN IMMEDIATE", connections=1)
        else:
            self._writing = create_engine(
                self._url,
                pool_size=connections,
                max_overflow=0,
                pool_timeout=WAIT_FOR_CONNECTION,
                hide_parameters=True,
                connect_args=POSTGRESQL_CONNECTION,
            )
            ask_after_a_pause(self._writing)
            # As in READ COMMITTED each statement sees a moment of its own, without a transaction around them.
            self._reading = self._writing.execution_options(isolation_level="AUTOCOMMIT")

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """A connection that changes nothing; on PostgreSQL each statement sees a moment of its own."""
        with self._reading.connect() as connection:
            yield connection

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """A connection in one transaction: committed at the end of the block, rolled back on an exception."""
        with self._writing.begin() as connection:
            yield connection

    def dispose(self) -> None:
        """Close every connection."""
        self._writing.dispose()
        self._reading.dispose()


def _sqlite(url: str, *, begin: str, connections: int) -> Engine:
    engine = create_engine(
        url,
        pool_size=connections,
        max_overflow=0,
        pool_timeout=WAIT_FOR_CONNECTION,
        connect_args={"check_same_thread": False, "timeout": WAIT_FOR_CONNECTION},
        hide_parameters=True,
    )
    # A record names only the message that its own transaction has claimed.
    own_transactions(engine, begin, foreign_keys=False)
    return engine
