"""Amount of the database that a statement reads: rows on PostgreSQL, steps of its machine on SQLite."""

import asyncio
import re
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from typing import Any, NamedTuple, Self

import psycopg
from sqlalchemy import Connection, event, make_url
from sqlalchemy.engine import Engine

from store.database.near_sqlite import NearConnection


class Asked(NamedTuple):
    """A statement with its parameters, as a driver was given them.

    `in_the_loop`: it runs in the event loop, where everybody else waits for it.
    """

    statement: str
    parameters: Any
    in_the_loop: bool


_SEVERAL = re.compile(r"(?:\(?(?:\?|%\(\w+\)s(?:::\w+)?)\)?(?:, )?)+")
_STEPS = 100
_AS_IF_LARGE = (
    *("enable_seqscan = off", "enable_hashjoin = off", "enable_mergejoin = off", "enable_material = off"),
    "jit = off",
)
"""So small a database is best read whole; of a large one what a page shows is sought row by row."""


@contextmanager
def asked(url: str) -> Iterator[list[Asked]]:
    """What is selected in the database of this address while the block runs, but by what goes on by itself."""
    found, database = list[Asked](), make_url(url).database

    def note(connection: Connection, _cursor: Any, statement: str, parameters: Any, *_: Any) -> None:
        if connection.engine.url.database != database or _in_the_background():
            return
        if statement.lstrip().startswith(("SELECT", "WITH")):
            in_the_loop = type(connection.connection.driver_connection) is NearConnection
            found.append(Asked(statement, parameters, in_the_loop))

    event.listen(Engine, "before_cursor_execute", note)
    try:
        yield found
    finally:
        event.remove(Engine, "before_cursor_execute", note)


def _in_the_background() -> bool:
    try:
        task = asyncio.current_task()
    except RuntimeError:
        return False  # a thread that reads for whoever has asked
    return task is not None and str(task.get_coro()).startswith("<coroutine object Background.")


def shape(statement: str) -> str:
    """The statement, however many values it was given."""
    return _SEVERAL.sub("?", " ".join(statement.split()))


class Reader:
    """Executes statements again, and tells how much each has read."""

    def __init__(self, url: str) -> None:
        self._is_sqlite = url.startswith("sqlite")
        if self._is_sqlite:
            self._sqlite = sqlite3.connect(url.partition("///")[2])
        else:
            self._postgresql = psycopg.connect(url.replace("+psycopg", ""), autocommit=True)
            for setting in _AS_IF_LARGE:
                self._postgresql.execute(f"SET {setting}")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        (self._sqlite if self._is_sqlite else self._postgresql).close()

    def read(self, statement: str, parameters: Any) -> int:
        """Rows, or steps."""
        return (self._steps if self._is_sqlite else self._rows)(statement, parameters)

    def _steps(self, statement: str, parameters: Any) -> int:
        steps = 0

        def step() -> int:
            nonlocal steps
            steps += _STEPS
            return 0

        self._sqlite.set_progress_handler(step, _STEPS)
        try:
            with closing(self._sqlite.execute(statement, parameters)) as cursor:
                cursor.fetchall()
        finally:
            self._sqlite.set_progress_handler(None, 0)
        return steps

    def _rows(self, statement: str, parameters: Any) -> int:
        explained = f"EXPLAIN (ANALYZE, TIMING OFF, FORMAT JSON) {statement}"
        (plan,) = self._postgresql.execute(explained, parameters).fetchone() or ({},)
        return round(_of(plan[0]["Plan"]))


def _of(node: Mapping[str, Any]) -> float:
    """What a node of a plan and all below it have read of tables and indexes."""
    below = sum(map(_of, node.get("Plans", ())))
    if not node["Node Type"].endswith("Scan"):
        return below
    passed_over = sum(
        node.get(name, 0) for name in ("Rows Removed by Filter", "Rows Removed by Index Recheck")
    )
    own: float = node["Actual Loops"] * (node["Actual Rows"] + passed_over)
    return below + own
