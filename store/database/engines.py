"""Connections to the database, and the two kinds of transaction: one that reads, one that writes.

SQLite (embedded) and PostgreSQL (production) behave alike: a reader sees one moment of the database however
many statements it makes, and a writer leaves all of its work or none.
"""

import asyncio
import contextlib
import sqlite3
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, Engine, event, func, make_url, select
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, async_sessionmaker, create_async_engine
from sqlalchemy.pool import ConnectionPoolEntry, NullPool
from sqlmodel.ext.asyncio.session import AsyncSession

from store.database.columns import compact_json
from store.database.near_sqlite import NearConnection, ReadingConnection, near

_SQLITE_READERS = 8
POSTGRESQL_CONNECTIONS = 20
WAIT_FOR_CONNECTION = 10.0  # seconds
_ALONE = 238
_TO_WRITE = "BEGIN IMMEDIATE"

# How statements on PostgreSQL are held together: as one reading of the database, or not at all.
ONE_MOMENT: dict[str, Any] = {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
NO_TRANSACTION: dict[str, Any] = {"isolation_level": "AUTOCOMMIT"}
# The same on SQLite, whose transactions begin here: its driver would begin its own with that level.
_NONE_BEGUN = "statements_by_themselves"
NO_TRANSACTION_OF_FILE: dict[str, Any] = {_NONE_BEGUN: True}

_POSTGRESQL = {
    # A server whose machine is gone is given up in seconds; one that only hangs answers to these.
    "keepalives_idle": 5,
    "keepalives_interval": 2,
    "keepalives_count": 3,
    "tcp_user_timeout": 10_000,  # milliseconds
    # What a process that hangs in a transaction has locked is free again.
    "options": "-c idle_in_transaction_session_timeout=15s",
}

_PRAGMAS = (
    # What was answered must outlive a power failure: every commit reaches the disk.
    "PRAGMA synchronous = FULL",
    # Without it INSERT OR REPLACE deletes a journal row past the trigger that refuses it.
    "PRAGMA recursive_triggers = ON",
    # What is deleted is overwritten, and not left in free pages; not every build of SQLite does so by itself.
    "PRAGMA secure_delete = ON",
)


class Database:
    """The database of one process; `url` as SQLAlchemy writes it, with an async driver.

    Opening connects nothing: a database that is away fails each transaction, and is used again once it is back.
    """

    def __init__(self, url: str, *, wait: float = WAIT_FOR_CONNECTION) -> None:
        """`wait`: seconds after which a transaction fails that finds the file locked, or no connection to write by."""
        self.url = url
        self._url = make_url(url)
        if self.is_sqlite:
            self._reading = _sqlite(self._url, begin="BEGIN", connections=_SQLITE_READERS, wait=wait)
            looking_up = _sqlite(
                self._url, begin="BEGIN", connections=_SQLITE_READERS, wait=wait, kind=NearConnection
            ).execution_options(**NO_TRANSACTION_OF_FILE)
            # One writer in this process, so writers queue in order of arrival. SQLite's own wait is a poll, and
            # is left for other processes.
            self._writing = _sqlite(self._url, begin=_TO_WRITE, connections=1, wait=wait, kind=NearConnection)
        else:
            self._writing = create_async_engine(url, **of_postgresql(POSTGRESQL_CONNECTIONS, wait))
            self._reading = self._writing.execution_options(**ONE_MOMENT)
            looking_up = self._writing.execution_options(**NO_TRANSACTION)
        self._looking_up = looking_up
        self._telling: sqlite3.Connection | None = None
        self._read_session = async_sessionmaker(self._reading, class_=AsyncSession, expire_on_commit=False)
        self._lookup_session = async_sessionmaker(looking_up, class_=AsyncSession, expire_on_commit=False)
        self._write_session = async_sessionmaker(self._writing, class_=AsyncSession, expire_on_commit=False)

    @property
    def dialect(self) -> str:
        """`sqlite` or `postgresql`."""
        return self._url.get_backend_name()

    @property
    def is_sqlite(self) -> bool:
        return self.dialect == "sqlite"

    @property
    def file(self) -> Path | None:
        """The file of an SQLite database."""
        return Path(self._url.database) if self.is_sqlite and self._url.database else None

    @asynccontextmanager
    async def read(self) -> AsyncIterator[AsyncSession]:
        """A session that sees the database at one moment, that of its first statement, and changes nothing.

        Within the block no other one is opened: where all who have a connection wait for a second, nobody gets one.
        """
        async with self._read_session() as session:
            yield session

    @asynccontextmanager
    async def lookup(self) -> AsyncIterator[AsyncSession]:
        """For a few rows found by their keys, and quicker than `read`: each statement sees a moment of its own.

        On SQLite nothing else runs in this process meanwhile.
        """
        async with self._lookup_session() as session:
            yield session

    @asynccontextmanager
    async def write(self, *, alone: bool = False) -> AsyncIterator[AsyncSession]:
        """A session in one transaction: committed at the end of the block, rolled back on an exception.

        On SQLite the block starts when this writer's turn has come, so what it reads stays true until its end.
        On PostgreSQL that holds among writers who ask to be `alone`. Two blocks must not be nested.
        """
        async with self._write_session.begin() as session:
            connection = await session.connection()
            if alone:
                await self._take_turn(connection)
            yield session

    @asynccontextmanager
    async def changing_schema(self) -> AsyncIterator[AsyncConnection]:
        """A connection in one transaction that changes tables; no other process changes them meanwhile."""
        if not self.is_sqlite:
            async with self._writing.begin() as connection:
                await self._take_turn(connection)
                yield connection
            return
        await asyncio.to_thread(_write_ahead, self.file)
        # A table is altered by copying and dropping it, which keys that point to it would forbid.
        engine = _sqlite(self._url, begin=_TO_WRITE, connections=1, foreign_keys=False)
        try:
            async with engine.begin() as connection:
                yield connection
                # It reads the whole database: not where nothing was written, as at nearly every start.
                written = (await connection.exec_driver_sql("SELECT total_changes()")).scalar_one()
                broken = written and (await connection.exec_driver_sql("PRAGMA foreign_key_check")).all()
                if broken:
                    raise RuntimeError(f"keys that point nowhere after a change of the schema: {broken[:5]}")
        finally:
            await engine.dispose()

    async def _take_turn(self, connection: AsyncConnection) -> None:
        if not self.is_sqlite:
            await connection.execute(select(func.pg_advisory_xact_lock(_ALONE)))

    @asynccontextmanager
    async def driver_connection(self) -> AsyncIterator[Any]:
        """The driver's own connection to PostgreSQL, beside those of the pool and without a transaction."""
        engine = create_async_engine(
            self.url,
            poolclass=NullPool,
            hide_parameters=True,
            connect_args=_postgresql_connection(WAIT_FOR_CONNECTION),
        )
        try:
            async with engine.connect() as connection:
                await connection.execution_options(**NO_TRANSACTION)
                yield (await connection.get_raw_connection()).driver_connection
        finally:
            await engine.dispose()

    async def check(self) -> None:
        """Raises an SQLAlchemy error if the database does not answer."""
        async with self.read() as session:
            await (await session.connection()).execute(select(1))

    def written(self) -> int | None:
        """A number that is another one once any process has written since; None where that is not known.

        That costs microseconds; PostgreSQL tells nothing of the kind.
        """
        if self.file is None:
            return None
        try:
            if self._telling is None:
                self._telling = sqlite3.connect(f"file:{self.file}?mode=ro", uri=True, isolation_level=None)
            (number,) = self._telling.execute("PRAGMA data_version").fetchone()
        except sqlite3.Error:
            return None  # whoever reads will be told what is wrong
        return int(number)

    async def dispose(self) -> None:
        """Close every connection."""
        if self._telling is not None:
            self._telling.close()
            self._telling = None
        await self._writing.dispose()
        if self.is_sqlite:
            await self._reading.dispose()
            await self._looking_up.dispose()


def pooled(connections: int, wait: float) -> dict[str, Any]:
    """Arguments of an engine: at most so many connections, each waited for that many seconds."""
    return {
        "pool_size": connections,
        "max_overflow": 0,
        "pool_timeout": wait,
        "hide_parameters": True,
        "json_serializer": compact_json,
    }


def of_postgresql(connections: int, wait: float) -> dict[str, Any]:
    """The same of PostgreSQL, which is asked before each transaction whether it is there."""
    return pooled(connections, wait) | {"pool_pre_ping": True, "connect_args": _postgresql_connection(wait)}


def _postgresql_connection(wait: float) -> dict[str, Any]:
    """How to connect, waiting about that many seconds."""
    return {**_POSTGRESQL, "connect_timeout": max(2, int(wait))}


def _write_ahead(file: Path | None) -> None:
    """Let readers and a writer of the file not wait for one another; SQLite keeps it in the file.

    Whoever changes this needs the file for themselves, and SQLite does not wait for that by itself.
    """
    if file is None:
        return
    until = time.monotonic() + WAIT_FOR_CONNECTION
    with contextlib.closing(sqlite3.connect(file)) as connection:
        while True:
            try:
                connection.execute("PRAGMA journal_mode = WAL")
            except sqlite3.OperationalError as error:
                if error.sqlite_errorcode != sqlite3.SQLITE_BUSY or time.monotonic() > until:
                    raise
                time.sleep(0.02)
            else:
                return


def _sqlite(
    url: URL,
    *,
    begin: str,
    connections: int,
    wait: float = WAIT_FOR_CONNECTION,
    foreign_keys: bool = True,
    kind: type[NearConnection] = ReadingConnection,
) -> AsyncEngine:
    engine = create_async_engine(
        url,
        # Readers come to an end by themselves, and wait for one another in the order in which they came.
        **pooled(connections, wait if begin == _TO_WRITE else max(wait, WAIT_FOR_CONNECTION)),
        # Each keeps pages of the file: those who wait their turn need none.
        pool_use_lifo=True,
        connect_args={"async_creator_fn": near(url, wait, kind)},
    )

    own_transactions(engine.sync_engine, begin, foreign_keys=foreign_keys)
    return engine


def own_transactions(engine: Engine, begin: str, *, foreign_keys: bool = True) -> None:
    """Have connections to SQLite begin their transactions by `begin`, and be as safe as all others."""

    @event.listens_for(engine, "connect")
    def prepare(connection: DBAPIConnection, _entry: ConnectionPoolEntry) -> None:
        # The driver would begin transactions by itself, and only before the first change.
        connection.isolation_level = None
        cursor = connection.cursor()
        for pragma in _PRAGMAS:
            cursor.execute(pragma)
        cursor.execute(f"PRAGMA foreign_keys = {'ON' if foreign_keys else 'OFF'}")
        cursor.close()

    @event.listens_for(engine, "begin")
    def start(connection: Connection) -> None:
        if not connection.get_execution_options().get(_NONE_BEGUN):
            connection.exec_driver_sql(begin)
