"""One look at a source: by its adapter, within the rate of its key; what it brought and how far it was read are kept
in one transaction (docs/candidates.md).
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import structlog
from temporalio import activity

from activities import source_edits
from activities.networks import registry
from activities.networks.port import (
    Ability,
    Adapter,
    Fault,
    Key,
    NetworkRefusalError,
    Platform,
    Reading,
    SourceKind,
    Where,
)
from activities.networks.rates import Rates
from calendar_rules.vocabulary import Network
from settings import Settings
from store import candidates, directory_edits, network_keys, sources
from store.database import Database
from store.directory_edits import Action
from store.network_tables import NetworkKeyRow, SourceRow
from store.posts import key_of
from store.session import Session
from workflows.polling import READ_SOURCE, Look

log = structlog.get_logger(__name__)

LONGEST_PAUSE = timedelta(hours=6)
"""However often a source has failed, it is looked at again after that."""
_ROOM_WITHIN = timedelta(minutes=2)
"""A key that has no room for longer than this leaves the source to the next poll."""
_DOUBLED_AT_MOST = 10
_MARGIN = timedelta(milliseconds=5)

UNKNOWN_PLATFORM = (
    "Эту площадку программа читать не умеет: просматривайте её вручную или укажите ленту (RSS, Atom)."
)
NO_READING = "Эта площадка не даёт читать такие источники программе. Просматривайте её вручную."
NO_KEY = "Для этой площадки нужен ключ аккаунта. Администратор добавляет его в разделе «Управление»."
UNREADABLE_KEY = "Ключ аккаунта не открывается. Администратору нужно добавить его заново."
PROGRAM_FAULT = (
    "Прочитать источник не удалось из-за ошибки программы. Администратор найдёт её в журнале работы."
)
SWITCHED_OFF = "Источник отключён."


class Polling:
    """The activity of this name, over the adapters of an installation and the rates of its worker."""

    def __init__(
        self,
        database: Database,
        settings: Settings,
        adapters: Mapping[Platform, Adapter],
        rates: Rates,
        opened: Callable[[NetworkKeyRow], Key],
        suggest: Callable[[Sequence[int]], Awaitable[int]] | None = None,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        """`opened` opens the key of a row for one call, and raises ValueError where it cannot.

        `suggest` has something suggested of candidates that were found.
        """
        self._database = database
        self._training = settings.training
        self._adapters = adapters
        self._rates = rates
        self._opened = opened
        self._suggest = suggest
        self._clock = clock

    @activity.defn(name=READ_SOURCE)
    async def look(self, source: int, at: datetime | None = None) -> Look:
        """Read on from where the last look ended; a source that is put off, switched off or gone is left alone."""
        now = self._clock()
        due_at = at if at is not None and self._training else now
        async with self._database.read() as session:
            row = await sources.by_id(session, source)
        if row is None or not row.active or (row.next_at is not None and row.next_at > due_at):
            return Look()
        try:
            adapter = self._adapter(row)
            key = await self._key(row, adapter)
            limited_by = key.id if key is not None else adapter.platform.value
            wait = self._rates.take(limited_by, adapter.traits.rate)
            if wait > _ROOM_WITHIN:
                return Look()
            if wait:
                return Look(after=wait + _MARGIN)
            reading = await adapter.read(_where(row), key)
        except NetworkRefusalError as refusal:
            return await self._put_off(row, refusal)
        except Exception:
            # An adapter meets whatever a network sends: a source that cannot be read must not be asked without end.
            log.exception("a source could not be read", source=source)
            return await self._put_off(row, NetworkRefusalError(Fault.LATER, PROGRAM_FAULT))
        # Without a key the pause is the source's own: other sites share nothing with it.
        if key is not None and reading.again_after is not None and reading.again_after > timedelta(0):
            self._rates.pause(limited_by, min(reading.again_after, _ROOM_WITHIN))
        return await self._keep(row, reading)

    def _adapter(self, row: SourceRow) -> Adapter:
        """Raises NetworkRefusalError where no program can read the source."""
        kind = SourceKind(row.kind)
        platform = registry.platform_of(Network(row.network), row.address, kind)
        adapter = None if platform is None else self._adapters.get(platform)
        if adapter is None:
            raise NetworkRefusalError(Fault.PERSON, UNKNOWN_PLATFORM)
        if Ability.READ not in adapter.traits.abilities or kind not in adapter.traits.kinds:
            raise NetworkRefusalError(Fault.PERSON, NO_READING)
        return adapter

    async def _key(self, row: SourceRow, adapter: Adapter) -> Key | None:
        """The key of the very account that is read, else the last one of the platform; None where none is needed.

        Raises NetworkRefusalError where there is none.
        """
        traits = adapter.traits
        if not traits.credentials:
            return None
        async with self._database.read() as session:
            rows = await network_keys.of_platform(session, adapter.platform.value)
        page, now = key_of(row.address), self._clock()
        usable = [item for item in rows if item.expires_at is None or item.expires_at > now]
        usable.sort(key=lambda item: key_of(item.url) != page)
        if not usable:
            if set(traits.credentials) <= traits.optional:
                return None
            raise NetworkRefusalError(Fault.PERSON, NO_KEY)
        try:
            return self._opened(usable[0])
        except ValueError:
            raise NetworkRefusalError(Fault.PERSON, UNREADABLE_KEY) from None

    async def _keep(self, row: SourceRow, reading: Reading) -> Look:
        now, number = self._clock(), _number(row)
        async with self._database.write() as session:
            known = await sources.by_id(session, number)
            if known is None or _place(known) != _place(row):
                # Somebody has changed it meanwhile: this was another source.
                return Look()
            added = await candidates.add_all(
                session, reading.found, number, network=Network(row.network), now=now
            )
            values: dict[str, Any] = {
                "cursor": dict(reading.cursor),
                "last_polled_at": now,
                "last_error": None,
                "failures": 0,
                "next_at": None if reading.again_after is None else now + reading.again_after,
            }
            if reading.address is not None and reading.address != row.address:
                values["address"] = reading.address
                self._note_move(session, known, reading.address, now)
            await sources.change(session, number, values)
        if added:
            log.info("candidates were found", source=number, candidates=len(added))
            await self._make_suggestions(added)
        return Look(new=len(added), more=reading.more and reading.again_after is None)

    @staticmethod
    def _note_move(session: Session, row: SourceRow, address: str, now: datetime) -> None:
        """The site itself says, for good, that it is elsewhere: nobody else has changed the source."""
        moved = source_edits.edit(
            row,
            Action.CHANGED,
            [(source_edits.ADDRESS, source_edits.named(row), source_edits.named(row, address))],
        )
        directory_edits.note(session, None, now, [moved])

    async def _make_suggestions(self, added: Sequence[int]) -> None:
        """Behind the finding: that something was found is never lost for what is thought of it."""
        if self._suggest is None:
            return
        try:
            await self._suggest(added)
        except Exception:
            log.exception("nothing could be suggested of candidates")

    async def _put_off(self, row: SourceRow, refusal: NetworkRefusalError) -> Look:
        now, number = self._clock(), _number(row)
        log.warning("a source was refused", source=number, fault=refusal.fault.value, code=refusal.code)
        is_gone = refusal.fault is Fault.GONE
        pause = self._pause(row, refusal)
        async with self._database.write() as session:
            await self._note(session, row, refusal, now, None if is_gone else now + pause)
        return Look()

    @staticmethod
    async def _note(
        session: Session,
        row: SourceRow,
        refusal: NetworkRefusalError,
        now: datetime,
        next_at: datetime | None,
    ) -> None:
        known = await sources.by_id(session, _number(row))
        if known is None or _place(known) != _place(row):
            return
        values: dict[str, Any] = {
            "last_polled_at": now,
            "last_error": refusal.advice,
            "failures": row.failures + 1,
            "next_at": next_at,
        }
        if refusal.fault is Fault.GONE:
            values |= {"active": False, "last_error": f"{refusal.advice} {SWITCHED_OFF}"}
        await sources.change(session, _number(row), values)

    def _pause(self, row: SourceRow, refusal: NetworkRefusalError) -> timedelta:
        """Longer with each refusal in a row, and never shorter than the network asks."""
        growing = timedelta(seconds=row.every << min(row.failures, _DOUBLED_AT_MOST))
        return max(refusal.after or timedelta(0), min(growing, LONGEST_PAUSE))


def _where(row: SourceRow) -> Where:
    return Where(kind=SourceKind(row.kind), address=row.address, query=row.query, cursor=row.cursor)


def _place(row: SourceRow) -> tuple[str, str, str, str | None]:
    return row.network, row.kind, row.address, row.query


def _number(row: SourceRow) -> int:
    assert row.id is not None  # noqa: S101
    return row.id
