"""What is left of destroyed data where no query finds it: free pages, the write-ahead log, the index of words.

SQLite overwrites what is deleted by zeros (`PRAGMA secure_delete`), and its index of words does where the library
can. Two things remain: the write-ahead log, until it is written back and cut, and parts of pages that were moved about
before. Both go when the file is written anew. PostgreSQL marks old rows as dead, and `VACUUM` gives their place
to others; the bytes are overwritten by what comes there.
"""

import asyncio
import contextlib
import sqlite3
import time
from pathlib import Path
from uuid import uuid4

import structlog
from sqlalchemy import text
from sqlmodel import col, delete
from sqlmodel.ext.asyncio.session import AsyncSession

from store.database import Database
from store.tables import SettingRow

log = structlog.get_logger(__name__)

_DUE = "residue"
"""The setting that is there while something may be left; its value changes with each further destruction."""
_WAIT = 10.0  # seconds for others who write or read
_IN_MEMORY = 256 * 2**20
"""Bytes of a file that is written anew by way of memory, and not of a temporary file elsewhere."""
_CUT_WITHIN = 3.0
_TABLES = (
    *("message", "message_text", "message_search", "notice", "attachment", "attachment_content", "command"),
    *("token", "known_source", "wrong_password"),
)


async def note(session: AsyncSession) -> None:
    """Something was destroyed in this transaction: its residue is to be swept."""
    await session.merge(SettingRow(key=_DUE, value=uuid4().hex))


async def is_due(database: Database) -> bool:
    """Whether something was destroyed since the last sweep."""
    async with database.lookup() as session:
        return await session.get(SettingRow, _DUE) is not None


async def sweep(database: Database, *, no_larger: int | None = None) -> bool:
    """Have nothing left of what was destroyed, in the files that are the database's; whether it was done.

    With `no_larger`, a number of bytes, a larger SQLite file is left for later, and so is PostgreSQL. Everybody waits
    while an SQLite file is written anew. Raises no error of the database: what is not done stays due.
    """
    async with database.lookup() as session:
        due = await session.get(SettingRow, _DUE)
    if due is None:
        return True
    file = database.file
    if file is None:
        if no_larger is not None or not await _vacuum_postgresql(database):
            return False
    elif (no_larger is not None and file.stat().st_size > no_larger) or not await asyncio.to_thread(
        _write_anew, file
    ):
        return False
    async with database.write() as session:
        await session.exec(
            delete(SettingRow).where(col(SettingRow.key) == _DUE, col(SettingRow.value) == due.value)
        )
    if file is not None:
        # The value itself stood in the log.
        await asyncio.to_thread(_cut_log, file)
    return True


async def _vacuum_postgresql(database: Database) -> bool:
    """The role may lack the right: then the server does it by itself, in its own time."""
    async with database.lookup() as session:
        await session.execute(text(f"VACUUM {', '.join(_TABLES)}"))
    return True


def _write_anew(file: Path) -> bool:
    with contextlib.closing(sqlite3.connect(file, timeout=_WAIT, isolation_level=None)) as connection:
        try:
            connection.execute("PRAGMA secure_delete = ON")
            if file.stat().st_size <= _IN_MEMORY:
                connection.execute("PRAGMA temp_store = MEMORY")
            connection.execute("INSERT INTO message_search(message_search) VALUES ('optimize')")
            connection.execute("VACUUM")
        except sqlite3.OperationalError as error:
            log.warning("the file is not written anew now", error=str(error))
            return False
        return _cut(connection)


def _cut_log(file: Path) -> None:
    with contextlib.closing(sqlite3.connect(file, timeout=_WAIT, isolation_level=None)) as connection:
        _cut(connection)


def _cut(connection: sqlite3.Connection) -> bool:
    """Write the log back and cut it, once nobody reads an older moment of the database."""
    until = time.monotonic() + _CUT_WITHIN
    while True:
        busy, *_ = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        if not busy:
            return True
        if time.monotonic() > until:
            log.warning("the write-ahead log is not cut now")
            return False
        time.sleep(0.05)
