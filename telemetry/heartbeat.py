"""Heartbeat of this process: what it is, on which release, and its clock, told to the database every few seconds.

So whoever asks the database knows what is at work (`otklik doctor`), what an upgrade meets, and whose clock is wrong.
A database that is full or may not be written to is noticed by it before anybody's command is.
"""

import asyncio
import os
import shutil
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from importlib.metadata import version
from uuid import uuid4

import structlog
from prometheus_client import Gauge

from store.database.blocking import BlockingDatabase
from store.database.session import DatabaseError, disk_is_full, is_read_only
from store.processes import rows
from store.processes.rows import Kind, Process
from telemetry.logs import reason
from telemetry.process_clock import ProcessClock

log = structlog.get_logger(__name__)

RELEASE = version("otklik")
BUILD = Gauge("otklik_build_info", "The release that this process runs; always 1.", ["version"])
BUILD.labels(RELEASE).set(1)

_AT_START = 1.0
"""Seconds that a start waits for the first beat: a database that is away holds up nothing."""
_AT_END = 2.0
LITTLE_ROOM = 16 * 1024 * 1024
"""Bytes; with less than that left of its disk no part can write what it must."""

DISK_FULL = "На диске с базой данных закончилось место: команды не записываются. Освободите место."
READ_ONLY = (
    "База данных доступна только для чтения: это резервный сервер PostgreSQL, или её файл нельзя изменять. "
    "Проверьте адрес OTKLIK_DATABASE_URL."
)


class Heartbeat:
    """Tells the database of this process, and compares their clocks."""

    def __init__(self, database: BlockingDatabase, kind: Kind, clock: ProcessClock) -> None:
        self._db = database
        self._kind = kind
        self._clock = clock
        self._id = uuid4().hex
        self._is_written = False
        self._was_away = False
        self.flaw: str | None = None
        """Why the database takes nothing although it answers, and what to do, in Russian; as of the last beat."""

    @asynccontextmanager
    async def beating(self) -> AsyncIterator[None]:
        """Beat inside the block; at its end the process is forgotten."""
        first = asyncio.Event()
        beating = asyncio.create_task(self._beat(first), name="heartbeat")
        with suppress(TimeoutError):
            await asyncio.wait_for(first.wait(), _AT_START)
        try:
            yield
        finally:
            beating.cancel()
            with suppress(asyncio.CancelledError):
                await beating
            with suppress(DatabaseError, OSError, TimeoutError):
                await asyncio.wait_for(asyncio.to_thread(self.end), _AT_END)

    async def _beat(self, first: asyncio.Event) -> None:
        while True:
            try:
                await asyncio.to_thread(self.beat)
            except (DatabaseError, OSError) as error:
                # Once, and not at each beat: whoever needs the database tells of it too.
                if not self._was_away:
                    log.warning("the heartbeat is not written now", error=reason(error))
                self._was_away = True
            except Exception:
                log.exception("the heartbeat failed")
            else:
                self._was_away = False
            first.set()
            await asyncio.sleep(rows.SEEN_EVERY.total_seconds())

    def beat(self) -> None:
        """Compare the clocks, and note that the process is seen. Raises DatabaseError."""
        try:
            self._beat_once()
        except DatabaseError as error:
            self.flaw = _flaw(error)
            raise
        self.flaw = DISK_FULL if self._has_little_room() else None

    def _has_little_room(self) -> bool:
        file = self._db.file
        return file is not None and shutil.disk_usage(file.parent).free < LITTLE_ROOM

    def _beat_once(self) -> None:
        with self._db.lookup() as connection:
            now = self._clock.compare(lambda: rows.database_now(connection))
        with self._db.write() as connection:
            if self._is_written and rows.beat(connection, self._id, now, self._clock.offset):
                return
            rows.begin(
                connection,
                Process(
                    id=self._id,
                    kind=self._kind,
                    host=socket.gethostname(),
                    pid=os.getpid(),
                    version=RELEASE,
                    started_at=now,
                    silent=now - now,
                    offset=self._clock.offset,
                ),
            )
        self._is_written = True

    def end(self) -> None:
        """Have the process forgotten, which is about to end. Raises DatabaseError."""
        with self._db.write() as connection:
            rows.end(connection, self._id)


def _flaw(error: DatabaseError) -> str | None:
    if disk_is_full(error):
        return DISK_FULL
    return READ_ONLY if is_read_only(error) else None
