"""SQLite without a way to another thread for every call.

The driver hands each call to a thread and waits for it, three or four times a statement; that costs several times
the statement itself, and more the busier the machine is. Here only what may have to wait goes there: the beginning
of a writer, a commit, and what configures a connection.
"""

import sqlite3
from collections.abc import Callable
from typing import Any

from aiosqlite import Connection
from sqlalchemy import URL

_MAY_WAIT = ("BEGIN IMMEDIATE", "PRAGMA")


class NearConnection(Connection):
    """A connection for statements that take no longer than handing them over would."""

    _handed_over = 0
    """Calls given to the thread; only the event loop counts them."""
    _finished = 0
    """Calls the thread is done with; only the thread counts them."""

    async def _execute(self, fn: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        # A call whose caller has given up goes on in the thread; a connection is for one thread at a time.
        busy = self._handed_over != self._finished
        if self._connection is not None and not busy and not self._may_wait(fn, args):
            return fn(*args, **kwargs)
        self._handed_over += 1

        def call() -> Any:
            try:
                return fn(*args, **kwargs)
            finally:
                self._finished += 1

        return await super()._execute(call)  # type: ignore[no-untyped-call]

    def _may_wait(self, fn: Callable[..., Any], args: tuple[Any, ...]) -> bool:
        sql = args[0] if args else None
        return fn == self._conn.commit or (isinstance(sql, str) and sql.startswith(_MAY_WAIT))


def near(url: URL) -> Callable[..., NearConnection]:
    """What opens such connections to the file of `url`, for SQLAlchemy's `async_creator_fn`."""

    def connect(*_args: Any, **_options: Any) -> NearConnection:
        connection = NearConnection(
            lambda: sqlite3.connect(url.database or "", check_same_thread=False), iter_chunk_size=64
        )
        connection._thread.daemon = True  # as SQLAlchemy does: a process that ends does not wait for it
        return connection

    return connect
