"""The record of access (152-FZ): rows are accepted before what they tell of is answered; administrators search them.

Rows of the same moment go to the database in one transaction (docs/prove/access.md).
"""

import asyncio
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta, tzinfo
from typing import Any

import structlog
from prometheus_client import Gauge
from pydantic import BaseModel, Field

from service.access import note as access_note
from service.access.recorded_calls import CALL_TITLES, AccessOutcome, Call
from service.access.request_source import Origin
from service.access.values import number_of
from store.access import record as access
from store.access.record import Access, Sought
from store.access.tables import AccessRecordRow
from store.database import statements
from store.database.engines import Database
from store.database.session import IntegrityError, Session
from telemetry.logs import reason

log = structlog.get_logger(__name__)

WAITING = Gauge("otklik_access_records_waiting", "Rows of the record of access not in the database yet.")

MOST_WAITING = 10_000
"""Rows kept while the database does not take them; then nothing more is shown to anybody."""
_AT_ONCE = 500
_PATIENCE = 1.0
"""Seconds for which an answer waits for its row; then the row is kept, and tried again."""
_PAUSE = 0.5
_TO_STOP = 3.0
GATHER = 0.05
"""Seconds for which rows wait for others that nobody waits for either: a transaction for each would cost too much."""
GATHER_COMMANDS = 0.5
"""The same of commands, which stand in the outbox: no kill loses who gave them, and when."""

_SOON = timedelta(minutes=1)
_MOST_STRANGERS = 1000
_ELSEWHERE = "…"
"""In place of the address, of strangers beyond so many."""


class AccessRow(BaseModel):
    """Строка журнала доступа."""

    id: str
    at: datetime
    person: str | None = Field(
        description="Имя для входа; `os:` и учётная запись сервера для команд `otklik`; пусто, если кто — неизвестно."
    )
    acting_for: list[str] = Field(description="Кого сотрудник в этот момент замещал.")
    call: Call = Field(description="Что сделано.")
    title: str = Field(description="Что сделано, по-русски.")
    message: str | None = Field(
        description="Номер сообщения: того, о котором действие, а при поиске по сообщению — его."
    )
    messages: list[str] = Field(description="Номера всех сообщений, о которых действие или которые показаны.")
    candidates: list[str] = Field(
        description="Идентификаторы найденных публикаций, о которых действие или которые показаны; взятая в работу "
        "находится и по номеру своего сообщения."
    )
    address: str = Field(description="Сетевой адрес; для команд `otklik` — имя сервера.")
    outcome: AccessOutcome
    details: dict[str, Any] = Field(description="Подробности, например условия списка. Текстов граждан нет.")


class AccessList(BaseModel):
    """Страница журнала доступа; `next` передают как cursor."""

    items: list[AccessRow]
    next: str | None


class AccessRecord:
    """Writes rows, and finds them."""

    def __init__(self, database: Database, zone: tzinfo) -> None:
        self._db = database
        self._zone = zone
        self._waiting: list[Access] = []
        self._due: float | None = None
        """Until when rows wait for others, by the clock of the loop; None: no longer."""
        self._sooner = asyncio.Event()
        self._answers: dict[int, asyncio.Future[None]] = {}
        self._writing: asyncio.Task[None] | None = None
        self._failing = False
        self._strangers: dict[tuple[str, str, str, str | None], tuple[Access, int]] = {}
        self._telling: asyncio.TimerHandle | None = None

    @property
    def is_full(self) -> bool:
        """Whether so many rows wait for the database that nothing may be done that needs one more."""
        return len(self._waiting) >= MOST_WAITING

    async def keep(self, row: Access) -> None:
        """Returns once the row is in the database.

        While the database does not take it, after a moment: the row is kept, and written as soon as it can be.
        """
        self.add(row)
        if self._failing:
            return
        self._hurry()
        written = self._answers[row.id] = asyncio.get_running_loop().create_future()
        try:
            async with asyncio.timeout(_PATIENCE):
                await written
        except TimeoutError:
            self._failing = True
        finally:
            self._answers.pop(row.id, None)

    def add(self, row: Access, within: float = GATHER) -> None:
        """The row is accepted: it is written within so many seconds, or kept until it can be."""
        self._waiting.append(row)
        WAITING.inc()
        due = asyncio.get_running_loop().time() + within
        if self._due is None or due < self._due:
            self._due = due
            self._sooner.set()
        if self.is_full:
            self._hurry()
        if self._writing is None:
            self._writing = asyncio.create_task(self._write(), name="record of access")

    def add_of_stranger(self, row: Access) -> None:
        """A refusal of somebody unknown: at once, and those like it within a minute as one, with how many they were.

        Whoever has no sign-in must not fill a record that nobody may delete for a year.
        """
        key = (Origin(row.address).source, row.call, row.outcome, row.person)
        if key not in self._strangers and len(self._strangers) >= _MOST_STRANGERS:
            row = replace(row, address=_ELSEWHERE)
            key = (_ELSEWHERE, *key[1:3], None)
        known = self._strangers.get(key)
        if known is None:
            self._strangers[key] = row, 0
            self.add(row)
        else:
            self._strangers[key] = row, known[1] + 1
        if self._telling is None:
            loop = asyncio.get_running_loop()
            self._telling = loop.call_later(_SOON.total_seconds(), self.tell_of_strangers)

    async def close(self) -> None:
        """Write what is left; what the database does not take within seconds is lost, and said to be."""
        if self._telling is not None:
            self._telling.cancel()
        self.tell_of_strangers()
        await self._settled(_TO_STOP)
        if self._writing is not None:
            self._writing.cancel()
        if self._waiting:
            log.error("rows of the record of access are lost", number=len(self._waiting))
            WAITING.dec(len(self._waiting))

    async def _settled(self, within: float) -> None:
        """Returns once everything added so far is written, or after so many seconds."""
        if self._writing is not None:
            self._hurry()
            with suppress(TimeoutError):
                await asyncio.wait_for(asyncio.shield(self._writing), within)

    def tell_of_strangers(self) -> None:
        """Put on record how many refusals of strangers there were besides the first ones."""
        self._telling = None
        strangers, self._strangers = self._strangers, {}
        for row, more in strangers.values():
            if more:
                self.add(replace(row, details={**row.details, "times": more}))

    async def _write(self) -> None:
        while self._waiting:
            await self._gather()
            batch = self._waiting[:_AT_ONCE]
            try:
                async with self._db.write() as session:
                    await statements.run(session, access.statements(batch))
            except IntegrityError:
                # One of them has the number of another process's row; who waits for it goes on without.
                self._answered(batch)
                self._waiting[: len(batch)] = [row.anew() for row in batch]
                await asyncio.sleep(0)
            except Exception as error:
                log.warning("record of access not written yet", rows=len(self._waiting), error=reason(error))
                self._failing = True
                self._answered(self._waiting)
                await asyncio.sleep(_PAUSE)
            else:
                self._failing = False
                del self._waiting[: len(batch)]
                WAITING.dec(len(batch))
                self._answered(batch)
        self._writing = None

    def _hurry(self) -> None:
        """Somebody waits for what is here already."""
        self._due = None
        self._sooner.set()

    async def _gather(self) -> None:
        clock = asyncio.get_running_loop().time
        while self._due is not None and (left := self._due - clock()) > 0:
            self._sooner.clear()
            with suppress(TimeoutError):
                await asyncio.wait_for(self._sooner.wait(), left)
        self._due = None

    def _answered(self, rows: Sequence[Access]) -> None:
        for row in rows:
            written = self._answers.get(row.id)
            if written is not None and not written.done():
                written.set_result(None)

    async def page(
        self,
        sought: Sought,
        *,
        message: str | None,
        candidate: str | None = None,
        before: int | None,
        limit: int,
    ) -> AccessList:
        """Up to `limit` rows, the newest first, with identifiers below `before`.

        `message` is a message's number, by which those of the candidate that it was are found too; `candidate` is a
        candidate's id, and passed over where a message is named.
        """
        number = None if message is None else number_of(message)
        of_candidate = None if candidate is None else number_of(candidate)
        if (message is not None and number is None) or (candidate is not None and of_candidate is None):
            return AccessList(items=[], next=None)
        sought = replace(sought, message=number, candidate=of_candidate)
        await self._settled(_PATIENCE)
        async with self._db.read() as session:
            rows = await access.page(session, sought, before=before, limit=limit + 1)
        shown = rows[:limit]
        return AccessList(
            items=[_view(row, message, self._zone) for row in shown],
            next=str(shown[-1].id) if len(rows) > limit else None,
        )


async def write_beside(session: Session, person: str, call: Call, details: Mapping[str, Any]) -> None:
    """On record in the transaction of what is done itself: there is neither without the other."""
    note = access_note.CURRENT.get() or access_note.AccessNote()
    row = Access(
        datetime.now(UTC),
        call,
        AccessOutcome.OK,
        person=person,
        address=note.address,
        details={**note.details, **details},
    )
    await statements.run(session, access.statements([row]))


def _view(row: AccessRecordRow, sought: str | None, zone: tzinfo) -> AccessRow:
    details, numbers, call = dict(row.details or {}), row.messages.split(), Call(row.call)
    only = numbers[0] if len(numbers) == 1 else None
    return AccessRow(
        id=str(row.id),
        at=row.at.astimezone(zone),
        person=row.person,
        acting_for=details.pop("acting_for", []),
        call=call,
        title=CALL_TITLES[call],
        message=sought or only,
        messages=numbers,
        candidates=row.candidates.split(),
        address=row.address,
        outcome=AccessOutcome(row.outcome),
        details=details,
    )
