"""Group commit on SQLite: what several threads write at the same time goes to the disk once.

A commit there waits for the disk, and there is one writer; PostgreSQL brings its commits together by itself.
"""

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import AbstractContextManager
from contextvars import copy_context
from queue import SimpleQueue
from typing import Any, TypeVar

from sqlalchemy import Connection

Found = TypeVar("Found")
Work = Callable[[Connection], Found]
"""Statements of one thread: executed once or, where they raise, not at all."""


class GroupCommit:
    """Writes for many threads in one of its own, which whatever ends an activity does not reach."""

    def __init__(self, write: Callable[[], AbstractContextManager[Connection]]) -> None:
        """`write` opens a transaction, as `BlockingDatabase.write` does."""
        self._write = write
        self._waiting: SimpleQueue[tuple[Work[Any], Future[Any]]] = SimpleQueue()
        self._writer = ThreadPoolExecutor(1, thread_name_prefix="writer")

    @property
    def waiting(self) -> int:
        """How many wait; what is being written is not among them."""
        return self._waiting.qsize()

    def write(self, work: Work[Found]) -> Found:
        """Do the work in a transaction; it is committed on return.

        Returns what the work returns. Raises what it raises, which undoes that work alone, or why nothing was written.
        """
        mine: Future[Found] = Future()
        # What is logged meanwhile is of whoever brought the work.
        context = copy_context()
        self._waiting.put((lambda connection: context.run(work, connection), mine))
        self._writer.submit(self._write_those_waiting)
        return mine.result()

    def close(self) -> None:
        """End the thread, once all that waits is written."""
        self._writer.shutdown()

    def _write_those_waiting(self) -> None:
        # This thread alone takes from the queue.
        group = [self._waiting.get() for _ in range(self._waiting.qsize())]
        if not group:
            return  # written with an earlier one
        done: list[tuple[Future[Any], Any]] = []
        try:
            with self._write() as connection:
                for work, mine in group:
                    if len(group) == 1:
                        done.append((mine, work(connection)))
                        break
                    own = connection.begin_nested()
                    try:
                        done.append((mine, work(connection)))
                        own.commit()
                    except Exception as error:
                        # Raises where all of the transaction is gone: then nothing of the group is written.
                        own.rollback()
                        mine.set_exception(error)
        except Exception as error:
            for _, mine in group:
                if not mine.done():
                    mine.set_exception(error)
        else:
            for mine, found in done:
                if not mine.done():
                    mine.set_result(found)
