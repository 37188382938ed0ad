"""Residue of destroyed data where no query finds it: free pages, the write-ahead log, the index of words.

SQLite overwrites what is deleted by zeros (`PRAGMA secure_delete`), and its index of words does where the library
can. Two things remain: the write-ahead log, until it is written back and cut, and parts of pages that were moved about
before. Both go when the file is written again. PostgreSQL marks old rows as dead, and `VACUUM` gives their place
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
from sqlmodel.ext.asyncio.session import AsyncSession

from store.database import installation_settings
from store.database.engines import Database
from store.database.tables import SettingRow

log = structlog.get_logger(__name__)

_STATE = "residue"
"""The setting that is empty where nothing is left, and changes with each further destruction; not there before the
first sweep."""
_NOTHING = ""
_WAIT = 10.0  # seconds for others who write or read
_IN_MEMORY = 256 * 2**20
"""Bytes of a file that is written again by way of memory, and not of a temporary file elsewhere."""
_CUT_WITHIN = 3.0
_WAIT_FOR_READERS = 50  # milliseconds
_TABLES = (
    *(
        "message",
        "message_text",
        "message_place",
        "message_search",
        "notice",
        "attachment",
        "attachment_content",
        "command",
    ),
    *("unsent_text", "standing", "token", "known_source", "wrong_password", "saved_view", "candidate"),
)


async def note(session: AsyncSession) -> None:
    """Something was destroyed in this transaction: its residue is to be swept."""
    await session.merge(SettingRow(key=_STATE, value=uuid4().hex))


async def sweep(database: Database, *, no_larger: int | None = None) -> bool:
    """Have nothing left of what was destroyed, in the files that are the database's; whether it was done.

    With `no_larger`, a number of bytes, of a larger SQLite file only the log is cut, and PostgreSQL is left for later.
    Everybody who writes waits while an SQLite file is written again. What is not done stays due.
    """
    async with database.lookup() as session:
        state = await installation_settings.value(session, _STATE)
    if state == _NOTHING:
        return True
    file = database.file
    if file is None:
        if no_larger is not None or not await _vacuum_postgresql(database):
            return False
    elif no_larger is not None and file.stat().st_size > no_larger:
        await asyncio.to_thread(_cut_log, file)
        return False
    elif not await asyncio.to_thread(_write_anew, file):
        return False
    async with database.write() as session:
        await installation_settings.replace(session, _STATE, state, _NOTHING)
    if file is not None:
        # The value itself stood in the log.
        await asyncio.to_thread(_cut_log, file)
    return True


async def _vacuum_postgresql(database: Database) -> bool:
    """The role may lack the right: then the server does it by itself, in its own time."""
    async with database.lookup() as session:
        await (await session.connection()).execute(text(f"VACUUM {', '.join(_TABLES)}"))
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
            log.warning("the file is not written again now", error=str(error))
            return False
        return _cut(connection)


def _cut_log(file: Path) -> None:
    with contextlib.closing(sqlite3.connect(file, timeout=_WAIT, isolation_level=None)) as connection:
        _cut(connection)


def _cut(connection: sqlite3.Connection) -> bool:
    """Write the log back and cut it, once nobody reads an older moment of the database.

    Nobody can write while this waits for readers: so it waits for a moment only, and tries again.
    """
    connection.execute(f"PRAGMA busy_timeout = {_WAIT_FOR_READERS}")
    until = time.monotonic() + _CUT_WITHIN
    while True:
        busy, *_ = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        if not busy:
            return True
        if time.monotonic() > until:
            log.warning("the write-ahead log is not cut now")
            return False
        time.sleep(0.25)
