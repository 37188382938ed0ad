"""SQLite without a way to another thread for every call.

The driver hands each call to a thread and waits for it, three or four times a statement; that costs several times
the statement itself, and more the busier the machine is. Here only what takes time goes there: a commit, what
configures a connection, and a statement that finds the file locked; for readers of more than a few rows, each
statement and what it found.
"""

import sqlite3
from collections.abc import Callable
from typing import Any

from aiosqlite import Connection
from sqlalchemy import URL


class NearConnection(Connection):
    """A connection for statements that take no longer than handing them over would."""

    wait = 0.0
    """Seconds for which a locked file is waited for, in the thread."""
    _handed_over = 0
    """Calls given to the thread; only the event loop counts them."""
    _finished = 0
    """Calls the thread is done with; only the thread counts them."""

    async def _execute(self, fn: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        # A call whose caller has given up goes on in the thread; a connection is for one thread at a time.
        busy = self._handed_over != self._finished
        if self._connection is not None and not busy and not self._takes_time(fn, args):
            try:
                return fn(*args, **kwargs)
            except sqlite3.OperationalError as error:
                if error.sqlite_errorcode != sqlite3.SQLITE_BUSY:
                    raise
        self._handed_over += 1

        def call() -> Any:
            try:
                self._conn.execute(f"PRAGMA busy_timeout = {int(self.wait * 1000)}")
                return fn(*args, **kwargs)
            finally:
                if self._connection is not None and fn != self._connection.close:
                    self._connection.execute("PRAGMA busy_timeout = 0")
                self._finished += 1

        return await super()._execute(call)  # type: ignore[no-untyped-call]

    def _takes_time(self, fn: Callable[..., Any], args: tuple[Any, ...]) -> bool:
        sql = args[0] if args else None
        return fn == self._conn.commit or (isinstance(sql, str) and sql.startswith("PRAGMA"))


class ReadingConnection(NearConnection):
    """A connection for statements that may take long: they run in the thread, and all around them does not."""

    def _takes_time(self, fn: Callable[..., Any], args: tuple[Any, ...]) -> bool:
        sql = args[0] if args else None
        return (
            super()._takes_time(fn, args)
            or fn.__name__.startswith("fetch")
            or (isinstance(sql, str) and sql != "BEGIN")
        )


def near(url: URL, wait: float, kind: type[NearConnection] = NearConnection) -> Callable[..., NearConnection]:
    """What opens such connections to the file of `url`, for SQLAlchemy's `async_creator_fn`; `wait` in seconds."""

    def connect(*_args: Any, **_options: Any) -> NearConnection:
        connection = kind(
            lambda: sqlite3.connect(url.database or "", timeout=0, check_same_thread=False),
            iter_chunk_size=64,
        )
        connection.wait = wait
        connection._thread.daemon = True  # as SQLAlchemy does: a process that ends does not wait for it
        return connection

    return connect
