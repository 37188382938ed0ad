"""Lists and periods: a short one is made as it is asked for, a long one by a worker, and kept for an hour.

A row says who wants what; the worker's task (`workbook_making`) makes it, and any process hands it out: a list as a
workbook of Excel to that person, the figures of a period to all who may read them (docs/change/decisions.md, 56).
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from hashlib import blake2b
from typing import Final, Generic, TypeVar
from uuid import uuid4

import structlog
from pydantic import TypeAdapter
from temporalio.service import RPCError

from service.access import note as access_note
from service.access.errors import ConflictError, NotFoundError, UnderWayError
from service.messages.lists import MessageLists
from service.reports.papers import wording
from service.runs import due_work
from service.runs.connection import TemporalAwayError, TemporalConnection
from service.runs.rules import Rules
from store.database.columns import compact_json
from store.database.engines import Database
from store.people.persons import Actor
from store.personal_data import residue
from store.reports import workbooks
from store.reports.tables import WorkbookRow
from telemetry.logs import reason
from workflows.office import OfficeTask

log = structlog.get_logger(__name__)

AT_ONCE: Final = 250
"""Rows of a list, or messages of a period and the one before it, that a request makes itself: 100 ms of processor."""
MOST_ROWS: Final = 10_000
KEPT: Final = timedelta(hours=1)
"""For so long a list may wait to be made, and its file, from then on, to be fetched."""
MOST_OF_PERSON: Final = 3
MOST_FOR_ALL: Final = 20
"""So much of what is the same for all is kept of those who have asked for it first, each."""
FOR_ALL: Final = ""
"""In place of rights: it is the same for all who may ask for it."""
PATIENCE: Final = 2.0
"""Seconds for which a request waits for a file: a person then sees how far it is."""
_LOOKS_EVERY: Final = 0.2
_BEGUN_WITHIN: Final = 1.0
"""Seconds; where Temporal does not answer, a worker finds it."""

Tell = Callable[[float], None]
"""Says which share of the work is done, from 0 to 1."""
Asked = TypeVar("Asked")
Found = TypeVar("Found")


class Kind(StrEnum):
    """What is made: a list as a workbook, or as JSON the figures of a period, or what a simulation says."""

    MESSAGES = "messages"
    SHORTCOMINGS = "shortcomings"
    PERIOD = "period"
    LOAD = "load"


@dataclass(frozen=True, slots=True)
class Hands:
    """What a list is read with."""

    database: Database
    lists: MessageLists
    rules: Rules


@dataclass(frozen=True, slots=True)
class Maker(Generic[Asked]):
    """Makes one kind: `count` says of how many rows, `make` returns the file; `asked` reads and writes what was asked.

    Each message in the file is noted as shown. Both raise ForbiddenError where the list is not the person's to read.
    """

    kind: Kind
    asked: TypeAdapter[Asked]
    count: Callable[[Hands, Actor, Asked], Awaitable[int]]
    make: Callable[[Hands, Actor, Asked, Tell], Awaitable[bytes]]


@dataclass(frozen=True, slots=True)
class Workbook:
    """How far one is: `share` in percent; `made_at` once the file of `size` bytes is there; `failed`: why it is not."""

    id: str
    kind: Kind
    asked_at: datetime
    expires_at: datetime
    share: int
    failed: str | None
    made_at: datetime | None
    size: int


def rights_of(person: Actor) -> str:
    """A digest of what the person may see now: one who may see something else does not get the file."""
    held = sorted(map(repr, (*person.capacities(datetime.now(UTC)), *person.left)))
    return blake2b("\n".join(held).encode(), digest_size=16).hexdigest()


class Workbooks:
    """Of whoever asks; all processes have the same."""

    def __init__(self, hands: Hands, temporal: TemporalConnection) -> None:
        self._hands = hands
        self._db = hands.database
        self._temporal = temporal

    async def made_or_asked(self, caller: Actor, maker: Maker[Asked], asked: Asked) -> bytes | str:
        """The file with all that the caller may see of the list, or the id under which it is being made.

        Raises ConflictError where the person has too many under way or it could not be made, and what the maker raises.
        """
        if await maker.count(self._hands, caller, asked) <= AT_ONCE:
            return await maker.make(self._hands, caller, asked, lambda _: None)
        wanted = maker.asked.dump_python(asked, mode="json")
        workbook = await self._asked(caller, maker.kind, wanted)
        access_note.adds(workbook=workbook)
        await self._begin()
        with suppress(TimeoutError):
            async with asyncio.timeout(PATIENCE):
                return (await _once_made(lambda: self.file(caller, workbook)))[1]
        return workbook

    async def for_all(self, caller: Actor, maker: Maker[Asked], asked: Asked) -> bytes:
        """What is the same for all who may ask: made now where it is short, else as it was made within the hour.

        Raises UnderWayError while it is being made, ConflictError as `made_or_asked`, and what the maker raises.
        """
        wanted = maker.asked.dump_python(asked, mode="json")
        name = blake2b(f"{maker.kind} {compact_json(wanted)}".encode(), digest_size=16).hexdigest()
        try:
            return await self._of_all(name)
        except NotFoundError:
            if await maker.count(self._hands, caller, asked) <= AT_ONCE:
                return await maker.make(self._hands, caller, asked, lambda _: None)
        await self._asked(caller, maker.kind, wanted, name)
        await self._begin()
        with suppress(TimeoutError):
            async with asyncio.timeout(PATIENCE):
                return await _once_made(lambda: self._of_all(name))
        return await self._of_all(name)

    async def _of_all(self, name: str) -> bytes:
        async with self._db.lookup() as session:
            row = await workbooks.one(session, name)
        if row is None or row.expires_at <= datetime.now(UTC):
            raise NotFoundError(wording.NO_WORKBOOK)
        return (await self._content(row))[0]

    async def of(self, caller: Actor, workbook: str) -> Workbook:
        """How far the caller's workbook of this id is. Raises NotFoundError."""
        return self._told(await self._row(caller, workbook))

    async def _row(self, caller: Actor, workbook: str) -> WorkbookRow:
        async with self._db.read() as session:
            row = await workbooks.one(session, workbook)
        now = datetime.now(UTC)
        if (
            row is None
            or row.expires_at <= now
            or (row.person, row.rights) != (caller.key, rights_of(caller))
        ):
            raise NotFoundError(wording.NO_WORKBOOK)
        return row

    def _told(self, row: WorkbookRow) -> Workbook:
        return Workbook(
            row.id,
            Kind(row.kind),
            row.asked_at.astimezone(self._hands.rules.zone),
            row.expires_at.astimezone(self._hands.rules.zone),
            row.share,
            row.failed,
            row.made_at.astimezone(self._hands.rules.zone) if row.made_at else None,
            row.size or 0,
        )

    async def file(self, caller: Actor, workbook: str) -> tuple[Workbook, bytes]:
        """The caller's file, whose messages are noted as shown.

        Raises NotFoundError, UnderWayError while it is being made, and ConflictError where it could not be.
        """
        row = await self._row(caller, workbook)
        file, shown = await self._content(row)
        access_note.shows(shown)
        return self._told(row), file

    async def _content(self, row: WorkbookRow) -> tuple[bytes, Sequence[int]]:
        if row.failed:
            raise ConflictError(row.failed)
        if row.made_at is None:
            raise UnderWayError(wording.WORKBOOK_UNDER_WAY.format(share=row.share), row.share)
        async with self._db.read() as session:
            kept = await workbooks.content(session, row.id)
        if kept is None:
            raise NotFoundError(wording.NO_WORKBOOK)
        return kept

    async def _asked(
        self, caller: Actor, kind: Kind, asked: dict[str, object], name: str | None = None
    ) -> str:
        """The id of what is made; `name`: of what is the same for all, whoever asks."""
        now, is_for_all = datetime.now(UTC), name is not None
        rights, most = (FOR_ALL, MOST_FOR_ALL) if is_for_all else (rights_of(caller), MOST_OF_PERSON)
        async with self._db.write(alone=True) as session:
            gone = await workbooks.forget_expired(session, now)
            if name is not None and await workbooks.one(session, name):
                return name
            known = [
                row
                for row in await workbooks.of_person(session, caller.key)
                if (row.rights == FOR_ALL) is is_for_all
            ]
            under_way = [row for row in known if row.made_at is None and row.failed is None]
            for row in under_way:
                if (row.kind, row.rights, row.asked) == (kind, rights, asked):
                    return row.id
            if len(under_way) >= MOST_OF_PERSON:
                raise ConflictError(wording.TOO_MANY_WORKBOOKS.format(most=MOST_OF_PERSON))
            over = [row for row in known if row not in under_way]
            for row in over[: max(len(known) - most + 1, 0)]:
                await workbooks.forget(session, row.id)
                gone += 1
            if gone:
                await residue.note(session)
            row = WorkbookRow(
                id=name or uuid4().hex,
                person=caller.key,
                rights=rights,
                kind=kind,
                asked=asked,
                asked_at=now,
                expires_at=now + KEPT,
            )
            session.add(row)
        return row.id

    async def _begin(self) -> None:
        try:
            async with asyncio.timeout(_BEGUN_WITHIN):
                await due_work.begin(self._temporal.office, due_work.of_task(OfficeTask.WORKBOOKS))
        except (RPCError, TemporalAwayError, TimeoutError) as error:
            log.warning("a workbook is not begun yet", error=reason(error))


async def _once_made(found: Callable[[], Awaitable[Found]]) -> Found:
    while True:
        try:
            return await found()
        except UnderWayError:
            await asyncio.sleep(_LOOKS_EVERY)
