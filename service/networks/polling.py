"""One look at a source: by its adapter, within the rate of its key; what it brought and how far it was read are kept
in one transaction, with when it is looked at next (docs/use/candidates.md).
"""

import math
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import structlog

from calendar_rules.vocabulary import Network
from service.networks import found_posts, source_edits
from service.networks.accounts import NetworkAccounts
from service.networks.answer_notices import AnswerNotices
from service.networks.platforms import accounts, registry
from service.networks.platforms.port import (
    Ability,
    Adapter,
    Fault,
    Key,
    NetworkRefusalError,
    Platform,
    Reading,
    SourceKind,
    Together,
    Where,
)
from service.networks.platforms.rates import Rates
from service.suggestions.candidates import CandidateSuggestions
from settings import Settings
from store.database.engines import Database
from store.database.session import DatabaseError, Session
from store.directory import edits as directory_edits
from store.directory.edits import Action
from store.networks import sources
from store.networks.tables import SourceRow
from workflows.polling import Look

log = structlog.get_logger(__name__)

_SPREAD = 97
"""Seconds by which sources that follow one another are polled apart: a number that shares no divisor with intervals."""
LONGEST_PAUSE = timedelta(hours=6)
"""However often a source has failed, it is looked at again after that."""
_ROOM_WITHIN = timedelta(minutes=2)
_DOUBLED_AT_MOST = 10
_MARGIN = timedelta(milliseconds=5)
_NEVER = datetime.max.replace(tzinfo=UTC)
"""While nobody writes anything."""

UNKNOWN_PLATFORM = (
    "Эту площадку программа читать не умеет: просматривайте её вручную или укажите ленту (RSS, Atom)."
)
NO_READING = "Эта площадка не даёт читать такие источники программе. Просматривайте её вручную."
PROGRAM_FAULT = (
    "Прочитать источник не удалось из-за ошибки программы. Администратор найдёт её в журнале работы."
)
SWITCHED_OFF = "Источник отключён."


class Polling:
    """Looks at sources, over the adapters of an installation and the rates that its workers share."""

    def __init__(
        self,
        database: Database,
        settings: Settings,
        adapters: Mapping[Platform, Adapter],
        rates: Rates,
        known_accounts: NetworkAccounts,
        suggestions: CandidateSuggestions,
        notices: AnswerNotices,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        """`notices` tells curators of messages whose posts were edited."""
        self._database = database
        self._training = settings.training
        self._adapters = adapters
        self._rates = rates
        self._accounts = known_accounts
        self._suggestions = suggestions
        self._notices = notices
        self._clock = clock
        self._none_due_as_of: int | None = None
        self._none_due_until = _NEVER

    async def due(self) -> list[int]:
        """The sources that are to be looked at now."""
        now, written = self._clock(), self._database.written()
        if written is not None and written == self._none_due_as_of and now < self._none_due_until:
            return []
        self._none_due_as_of = None
        async with self._database.lookup() as session:
            found = await sources.to_look_at(session, now)
            if not found:
                self._none_due_until = await sources.next_look(session) or _NEVER
                self._none_due_as_of = written
        return found

    async def look(self, source: int, at: datetime | None = None) -> Look:
        """Read on from where the last look ended; a source that is not due, switched off or gone is left alone.

        `at`, in training only: as of when it is looked at, whatever its pace.
        """
        async with self._database.read() as session:
            row = await sources.by_id(session, source)
        if row is None or not self._is_due(row, at):
            return Look()
        try:
            adapter = self._adapter(row)
            key = await self._key(row, adapter)
            of_one_key = await self._read_with(row, adapter, key)
            # Keys of one bot have one pace, whichever page each of them is of.
            limited_by = min(used.id for _, used in of_one_key) if of_one_key else adapter.platform.value
            wait = await self._rates.take(limited_by, adapter.traits.rate)
            if wait:
                return await self._wait(row, wait)
            if isinstance(adapter, Together) and adapter.traits.read_together:
                brought = await self._read_together(adapter, of_one_key)
            else:
                brought = [(row, await adapter.read(_where(row), key))]
        except NetworkRefusalError as refusal:
            return await self._put_off(row, refusal)
        except DatabaseError:
            raise  # it is no fault of the source
        except Exception:
            # An adapter meets whatever a network sends: a source that cannot be read must not be asked without end.
            log.exception("a source could not be read", source=source)
            return await self._put_off(row, NetworkRefusalError(Fault.LATER, PROGRAM_FAULT))
        # Without a key the pause is the source's own: other sites share nothing with it.
        pauses = [reading.again_after for _, reading in brought if key is not None and reading.again_after]
        if pauses and max(pauses) > timedelta(0):
            await self._rates.pause(limited_by, min(max(pauses), _ROOM_WITHIN))
        return await self._keep(brought)

    def _is_due(self, row: SourceRow, at: datetime | None) -> bool:
        if at is None or not self._training:
            return sources.is_due(row, self._clock())
        return row.active and (row.next_at is None or row.next_at <= at)

    async def _wait(self, row: SourceRow, wait: timedelta) -> Look:
        """A key that has no room for long leaves the source to the next poll."""
        if wait <= _ROOM_WITHIN:
            return Look(after=wait + _MARGIN)
        async with self._database.write() as session:
            known = await sources.by_id(session, _number(row))
            if known is not None:
                await sources.change(session, _number(row), _next(row, known, self._clock()))
        return Look()

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
        """The key by which a source is read; None where none is needed. Raises NetworkRefusalError."""
        traits = adapter.traits
        if not traits.credentials:
            return None
        known = await self._accounts.of_platform(adapter.platform)
        if account := accounts.that_reads(known, traits, row.address, self._clock()):
            return account.open()
        if set(traits.credentials) <= traits.optional:
            return None
        raise NetworkRefusalError(Fault.PERSON, accounts.lacking(traits, SourceKind(row.kind)))

    async def _read_with(
        self, row: SourceRow, adapter: Adapter, key: Key | None
    ) -> list[tuple[SourceRow, Key]]:
        """The source with its key, and where a platform is read so, all others that are read with the same bot.

        Those that are put off too: what is told now is told once.
        """
        part = adapter.traits.read_together
        if key is None:
            return []
        if part is None:
            return [(row, key)]
        found = [(row, key)]
        async with self._database.read() as session:
            others = [other for other in await sources.all_of_them(session) if other.id != row.id]
        for other in others:
            if not other.active or other.network != row.network:
                continue
            try:
                its = await self._key(other, adapter) if self._adapter(other) is adapter else None
            except NetworkRefusalError:
                continue  # it is told of it when its own turn comes
            if its is not None and its.credentials.get(part) == key.credentials.get(part):
                found.append((other, its))
        return sorted(found, key=lambda one: _number(one[0]))

    async def _read_together(
        self, adapter: Together, of_one_key: Sequence[tuple[SourceRow, Key]]
    ) -> list[tuple[SourceRow, Reading]]:
        """One look for every source of a bot; those that are refused are put off, each by itself."""
        brought: list[tuple[SourceRow, Reading]] = []
        given = await adapter.read_together([(_where(row), key) for row, key in of_one_key])
        for (row, _), read in zip(of_one_key, given, strict=True):
            if isinstance(read, Reading):
                brought.append((row, read))
            else:
                await self._put_off(row, read)
        return brought

    async def _keep(self, brought: Sequence[tuple[SourceRow, Reading]]) -> Look:
        """Keep all of it in one transaction, or nothing."""
        added: list[int] = []
        async with self._database.write() as session:
            as_known = []
            for row, _ in brought:
                known = await sources.by_id(session, _number(row))
                if known is None or _place(known) != _place(row):
                    # Somebody has changed it meanwhile: this was another source. The others are read once more.
                    return Look(more=len(brought) > 1)
                as_known.append(known)
            for (row, reading), known in zip(brought, as_known, strict=True):
                added += await self._keep_one(session, row, known, reading)
        if added:
            log.info("candidates were found", sources=[row.id for row, _ in brought], candidates=len(added))
            await self._make_suggestions(added)
        more = any(_goes_on(reading) for _, reading in brought)
        return Look(new=len(added), more=more)

    async def _keep_one(
        self, session: Session, row: SourceRow, known: SourceRow, reading: Reading
    ) -> list[int]:
        """Returns the ids of what is new; `row` as it was when the look began, `known` as it is now."""
        now, number, network = self._clock(), _number(row), Network(row.network)
        added = await found_posts.add(session, reading.found, number, network=network, now=now)
        edited = await found_posts.renew(session, reading.changed, network=network, now=now)
        await self._notices.tell_of_edits(session, self._database.dialect, edited, now)
        values: dict[str, Any] = {
            "cursor": dict(reading.cursor),
            "last_polled_at": now,
            "last_error": None,
            "failures": 0,
            "next_at": None if reading.again_after is None else now + reading.again_after,
        }
        if not _goes_on(reading):
            values |= _next(row, known, now)  # what is not read to the end is due until it is
        if reading.address is not None and reading.address != row.address:
            values["address"] = reading.address
            self._note_move(session, row, reading.address, now)
        await sources.change(session, number, values)
        return added

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
        try:
            await self._suggestions.fill(added)
        except Exception:
            log.exception("nothing could be suggested of candidates")

    async def _put_off(self, row: SourceRow, refusal: NetworkRefusalError) -> Look:
        now, number, is_gone = self._clock(), _number(row), refusal.fault is Fault.GONE
        log.warning("a source was refused", source=number, fault=refusal.fault.value, code=refusal.code)
        async with self._database.write() as session:
            known = await sources.by_id(session, number)
            if known is None or _place(known) != _place(row):
                return Look()
            values: dict[str, Any] = {
                "last_polled_at": now,
                "last_error": f"{refusal.advice} {SWITCHED_OFF}" if is_gone else refusal.advice,
                "failures": row.failures + 1,
                "next_at": None if is_gone else now + self._pause(row, refusal),
                "active": known.active and not is_gone,
                **_next(row, known, now),
            }
            await sources.change(session, number, values)
        return Look()

    def _pause(self, row: SourceRow, refusal: NetworkRefusalError) -> timedelta:
        """Longer with each refusal in a row, and never shorter than the network asks."""
        growing = timedelta(seconds=row.every << min(row.failures, _DOUBLED_AT_MOST))
        return max(refusal.after or timedelta(0), min(growing, LONGEST_PAUSE))


def _next(row: SourceRow, known: SourceRow, now: datetime) -> Mapping[str, Any]:
    """When a source is looked at next, after a look that began as of `row`; left as it is `known` where somebody has
    asked for another one meanwhile."""
    return {"look_at": next_look(row, now)} if known.look_at == row.look_at else {}


def next_look(row: SourceRow, after: datetime) -> datetime:
    """When a source is looked at next by its own pace: every so many seconds, however long the looks take."""
    apart = _number(row) * _SPREAD % row.every
    passed = math.floor((after.timestamp() - apart) / row.every)
    return datetime.fromtimestamp((passed + 1) * row.every + apart, UTC)


def _goes_on(reading: Reading) -> bool:
    return reading.more and reading.again_after is None


def _where(row: SourceRow) -> Where:
    return Where(kind=SourceKind(row.kind), address=row.address, query=row.query, cursor=row.cursor)


def _place(row: SourceRow) -> tuple[str, str, str, str | None]:
    return row.network, row.kind, row.address, row.query


def _number(row: SourceRow) -> int:
    assert row.id is not None  # noqa: S101
    return row.id
