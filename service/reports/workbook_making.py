"""Makes workbooks that were asked for, one after another: the task of this name, of whichever worker does it.

The figures of a long period, and the load, take minutes: lists are made beside them meanwhile.

One that is begun and left, for the worker is gone, is begun again: what it shows is read at one moment, so that nothing
of it is of use to another.
"""

import asyncio
from collections.abc import AsyncIterator, Iterable, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final

import structlog

from service.access import note as access_note
from service.access.errors import ServiceError
from service.access.note import AccessNote
from service.messages.lists import MessageLists
from service.reports.papers import wording
from service.reports.workbooks import FOR_ALL, KEPT, Hands, Kind, Maker, rights_of
from service.runs.rules import RulesInForce
from settings import Settings
from store.database.blocking import BlockingDatabase
from store.database.engines import Database
from store.database.session import DatabaseError, InterfaceError, OperationalError, PoolTimeoutError
from store.messages import attachments
from store.people import persons
from store.people.persons import Actor
from store.reports import workbooks
from store.reports.tables import WorkbookRow
from workflows.office import Portion

log = structlog.get_logger(__name__)

_TOLD_EVERY: Final = 0.5
"""Seconds between two times at which it is written down how far one is."""
_LISTS_EVERY: Final = 1.0
"""Seconds between two looks for lists, beside a long one."""
_LONG: Final = (Kind.PERIOD, Kind.LOAD)
"""Kinds that take minutes: one of them at a time, and lists beside it."""
_MOST_TRIES: Final = 5
_ANEW: Final = timedelta(minutes=1)
"""After which what is the same for all, and could not be made, is tried again for whoever asks."""
_LARGEST: Final = attachments.LARGEST
_AWAY: Final = (OperationalError, InterfaceError, PoolTimeoutError, OSError)
"""Without a database nothing is made, and nothing is known to be wrong with the workbook."""


@dataclass(slots=True)
class _Progress:
    """How much of the one that is being made is done, in percent; nobody waits for one that is `left`."""

    share: int = 0
    left: bool = False

    def __call__(self, share: float) -> None:
        if self.left:
            raise _LeftError
        self.share = int(share * 100)


class _LeftError(Exception):
    """Ends the thread of what was called off."""


class WorkbookMaking:
    """The task, with the database it reads and writes, and a maker of each kind."""

    def __init__(
        self, database: Database, settings: Settings, rules: RulesInForce, makers: Iterable[Maker[Any]]
    ) -> None:
        self._db = database
        self._url = settings.database_url
        self._rules = rules
        self._makers = {maker.kind: maker for maker in makers}
        self._none_as_of: int | None = None

    async def is_due(self) -> bool:
        """Whether one waits to be made."""
        written = self._db.written()
        if written is not None and written == self._none_as_of:
            return False
        async with self._db.lookup() as session:
            waits = await workbooks.first_waiting(session, datetime.now(UTC)) is not None
        self._none_as_of = None if waits else written
        return waits

    async def portion(self) -> Portion:
        """Make the one that has waited longest, and beside a long one the lists that come; more where another waits.

        Raises DatabaseError.
        """
        first = await self._first_waiting()
        if first is None:
            return Portion()
        done, making = 1, asyncio.create_task(self._make(*first))
        try:
            while first[0].kind in _LONG and not making.done():
                if beside := await self._first_waiting(besides=_LONG):
                    await self._make(*beside)
                    done += 1
                else:
                    await asyncio.wait({making}, timeout=_LISTS_EVERY)
            await making
        finally:
            making.cancel()
            await asyncio.wait({making})
        return Portion(done=done, more=await self.is_due())

    async def _first_waiting(self, besides: Sequence[Kind] = ()) -> tuple[WorkbookRow, Actor | None] | None:
        async with self._db.read() as session:
            row = await workbooks.first_waiting(session, datetime.now(UTC), besides)
            return None if row is None else (row, await persons.actor(session, row.person))

    async def _make(self, row: WorkbookRow, person: Actor | None) -> None:
        """Have the row say what came of it; nothing where it is gone by then."""
        why, file, note = None, b"", AccessNote()
        before = access_note.CURRENT.set(note)
        try:
            if person is None or row.rights not in (FOR_ALL, rights_of(person)):
                why = wording.OTHER_RIGHTS
            elif row.tries >= _MOST_TRIES:
                why = wording.NOT_MADE
            else:
                file = await self._file(row, person)
        except ServiceError as error:
            why = error.detail
        except _AWAY:
            raise
        except Exception as error:
            log.error("a workbook could not be made", workbook=row.id, exc_info=error)
            why = wording.NOT_MADE
        finally:
            access_note.CURRENT.reset(before)
        if len(file) > _LARGEST:
            why = wording.WORKBOOK_TOO_LARGE
        now = datetime.now(UTC)
        async with self._db.write() as session:
            if why is None:
                await workbooks.keep(session, row.id, file, list(note.messages), now, now + KEPT)
            else:
                until = now + _ANEW if row.rights == FOR_ALL else row.expires_at
                await workbooks.fail(session, row.id, why, until)

    async def _file(self, row: WorkbookRow, person: Actor) -> bytes:
        async with self._db.write() as session:
            await workbooks.begin(session, row.id)
        maker, rules = self._makers[Kind(row.kind)], await self._rules.now()
        lists = MessageLists(BlockingDatabase(self._url, 1), rules)
        try:
            asked = maker.asked.validate_python(row.asked)
            async with self._telling(row.id) as progress:
                return await maker.make(Hands(self._db, lists, rules), person, asked, progress)
        finally:
            lists.close()

    @asynccontextmanager
    async def _telling(self, workbook: str) -> AsyncIterator[_Progress]:
        """Write down, inside the block, how far it is."""
        progress = _Progress()
        telling = asyncio.create_task(self._tell(workbook, progress))
        try:
            yield progress
        finally:
            progress.left = True
            telling.cancel()
            with suppress(asyncio.CancelledError):
                await telling

    async def _tell(self, workbook: str, progress: _Progress) -> None:
        told = 0
        while True:
            await asyncio.sleep(_TOLD_EVERY)
            if progress.share == told:
                continue
            told = progress.share
            with suppress(DatabaseError):
                async with self._db.write() as session:
                    await workbooks.tell(session, workbook, told)
