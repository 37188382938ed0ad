"""Channels by which a person is told beside the inbox, as they choose them (docs/run/channels.md)."""

import asyncio
from collections import defaultdict, deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from pydantic import BaseModel, ConfigDict, Field

from calendar_rules.vocabulary import NoticeKind
from service.access import note as access_note
from service.access import wording
from service.access.deadline import lift_deadline
from service.access.errors import ConflictError, InvalidInputError, NotFoundError
from service.keys.ring import KeyRing
from service.notices import channel_addresses
from service.notices.channel_addresses import MAIL, Address, AddressError, Allowed
from service.notices.channel_sending import ChannelSending
from service.notices.deliveries import takers
from service.notices.letter import Letters
from service.notices.seal import ChannelSeal
from service.notices.sending import Fate
from service.runs.rules import Rules
from settings import Settings
from store.database.engines import Database
from store.database.session import Session
from store.notices import channels, deliveries
from store.notices.tables import ChannelRow
from store.people.persons import Actor

MOST = 10
"""Channels of one person."""
_TRIALS, _TRIALS_WITHIN = 20, timedelta(hours=1)
"""What is tried goes to addresses that a person names: not as often as they like."""


class DeliveryState(StrEnum):
    """Что стало с уведомлением в канале: ждёт, доставлено, не доставлено."""

    WAITING = "waiting"
    DELIVERED = "delivered"
    FAILED = "failed"


class GivenChannel(BaseModel):
    """Канал, каким его задаёт сотрудник."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    url: str = Field(
        max_length=channel_addresses.LONGEST,
        description="`mailto:` или адрес Apprise; адрес в том виде, в каком он показан, оставляет канал прежним.",
    )
    kinds: list[NoticeKind] | None = Field(
        default=None, max_length=len(NoticeKind), description="Виды уведомлений; без них — все."
    )


class ChannelView(BaseModel):
    """Канал сотрудника; ключи и пути в адресе не показаны."""

    url: str
    kinds: list[NoticeKind] | None


class DeliveryView(BaseModel):
    """Доставка уведомления по каналу."""

    channel: str = Field(
        description="Адрес канала, каким он показан в профиле; вид канала, если канал удалён."
    )
    state: DeliveryState
    at: datetime = Field(description="Когда доставлено или не доставлено; для ожидающего — с какого момента.")


class Trial(BaseModel):
    """Что вышло из проверки одного канала."""

    url: str
    state: DeliveryState = Field(description="`waiting`: канал пока не принимает, попытки повторятся.")
    detail: str = Field(description="Что вышло, словами.")


@dataclass(frozen=True, slots=True)
class OwnChannel:
    """A channel as its owner sees it; `also` are kinds that were not chosen, and that the act makes obligatory.

    `spoken` is what people call the address, which is not shown where it is secret. `failing`: why nothing gets
    through at present.
    """

    id: int
    scheme: str
    title: str
    shown: str
    spoken: str
    kinds: Sequence[NoticeKind] | None
    also: Sequence[NoticeKind]
    failing: str | None


class Channels:
    """Keeps the channels of people, and tries them."""

    def __init__(self, database: Database, settings: Settings, keys: KeyRing, rules: Rules) -> None:
        self._db = database
        self._rules = rules
        self._seal = ChannelSeal(keys)
        self._sending = ChannelSending(settings)
        self._letters = Letters(settings.public_url, rules.zone)
        self._trials: dict[str, deque[datetime]] = defaultdict(deque)
        self.allowed = Allowed.of(settings)
        self.mail_is_set = settings.smtp_url is not None

    def close(self) -> None:
        """Let go of the threads."""
        self._sending.close()

    @property
    def obligatory(self) -> Sequence[NoticeKind]:
        """Kinds that nobody can switch off in all of their channels."""
        return self._rules.regulation.readings.notices.obligatory

    async def of(self, person: str) -> list[OwnChannel]:
        """The channels of a person, in their order."""
        async with self._db.read() as session:
            rows = await channels.of(session, person)
        return [self._shown(row, rows) for row in rows]

    async def views(self, person: str) -> list[ChannelView]:
        """The same for programs."""
        return [
            ChannelView(url=own.shown, kinds=list(own.kinds) if own.kinds is not None else None)
            for own in await self.of(person)
        ]

    async def replace(self, caller: Actor, given: Sequence[GivenChannel]) -> None:
        """These are the person's channels from now on; those that were there already stay the same ones.

        Raises InvalidInputError, with the place of what is wrong.
        """
        if len(given) > MOST:
            raise InvalidInputError("channels", wording.too_many_channels(MOST))
        now = datetime.now(UTC)
        async with self._db.write() as session:
            rows = await channels.of(session, caller.key)
            known = {url: row for row in rows for url in self._names(row)}
            kept: dict[int | None, None] = {}
            for place, item in enumerate(given):
                kept[
                    await self._put(session, caller.key, item, f"channels[{place}].url", known, kept, now)
                ] = None
            await channels.remove(session, [row.id for row in rows if row.id not in kept and row.id], now)
        access_note.adds(channels=[channel_addresses.scheme_of(item.url) for item in given])

    async def _put(
        self,
        session: Session,
        person: str,
        item: GivenChannel,
        place: str,
        known: dict[str, ChannelRow],
        kept: Mapping[int | None, None],
        now: datetime,
    ) -> int | None:
        kinds = None if item.kinds is None else list(dict.fromkeys(kind.value for kind in item.kinds))
        row = known.get(item.url.strip())
        address = None
        if row is None:
            address = self._read(item.url, place)
            row = known.get(address.url)
        if row is not None and row.id in kept:
            raise InvalidInputError(place, wording.CHANNEL_IS_THERE)
        if row is not None and row.id is not None:
            await channels.choose(session, row.id, kinds)
            return row.id
        assert address is not None  # noqa: S101
        sealed = self._seal.sealed(address.url, person)
        new = ChannelRow(person=person, scheme=address.scheme, address=sealed, kinds=kinds, since=now)
        known[address.url] = new
        return await channels.add(session, new)

    def _read(self, url: str, place: str) -> Address:
        if channel_addresses.is_masked(url.strip()):
            raise InvalidInputError(place, wording.UNKNOWN_CHANNEL)
        try:
            return channel_addresses.read(url, self.allowed)
        except AddressError as error:
            raise InvalidInputError(place, str(error)) from error

    async def add(self, caller: Actor, given: GivenChannel) -> None:
        """A further channel. Raises InvalidInputError, of the field `url`."""
        own = [GivenChannel(url=item.shown, kinds=item.kinds) for item in await self.of(caller.key)]
        try:
            await self.replace(caller, [*own, given])
        except InvalidInputError as error:
            raise InvalidInputError("url", error.detail) from error

    async def choose(self, caller: Actor, channel: int, kinds: Sequence[NoticeKind] | None) -> None:
        """Other kinds for a channel. Raises NotFoundError."""
        async with self._db.write() as session:
            await self._own(session, caller, channel)
            await channels.choose(session, channel, None if kinds is None else [kind.value for kind in kinds])

    async def remove(self, caller: Actor, channel: int) -> None:
        """Nothing more goes there. Raises NotFoundError."""
        async with self._db.write() as session:
            await self._own(session, caller, channel)
            await channels.remove(session, [channel], datetime.now(UTC))

    @staticmethod
    async def _own(session: Session, caller: Actor, channel: int) -> None:
        row = await channels.by_id(session, channel)
        if row is None or row.person != caller.key:
            raise NotFoundError(wording.NO_CHANNEL)

    async def trial(self, caller: Actor) -> list[Trial]:
        """Send a word to each of the person's channels, and say what became of it.

        Raises ConflictError where that was done too often.
        """
        self._count_trial(caller.key)
        lift_deadline()
        async with self._db.read() as session:
            rows = await channels.of(session, caller.key)
        return list(await asyncio.gather(*(self._tried(row) for row in rows)))

    async def _tried(self, row: ChannelRow) -> Trial:
        address, channel, now = self._address(row), row.id or 0, datetime.now(UTC)
        if address is None:
            url = f"{row.scheme}:"
            return Trial(url=url, state=DeliveryState.FAILED, detail=wording.CHANNEL_UNREADABLE)
        outcome = await self._sending.alone(address, self._letters.trial(channel, now), now)
        state = {Fate.TAKEN: DeliveryState.DELIVERED, Fate.NEVER: DeliveryState.FAILED}.get(
            outcome.fate, DeliveryState.WAITING
        )
        return Trial(
            url=channel_addresses.shown(channel, address),
            state=state,
            detail=outcome.error or wording.CHANNEL_WORKS,
        )

    def _count_trial(self, person: str) -> None:
        trials, now = self._trials[person], datetime.now(UTC)
        while trials and now - trials[0] > _TRIALS_WITHIN:
            trials.popleft()
        if len(trials) >= _TRIALS:
            raise ConflictError(wording.TOO_MANY_TRIALS)
        trials.append(now)

    async def of_notices(
        self, session: Session, person: str, notices: Sequence[int]
    ) -> Mapping[int, list[DeliveryView]]:
        """What became of notices of a person, by their ids; moments in the Department's zone."""
        told = await deliveries.of_notices(session, notices)
        found: dict[int, list[DeliveryView]] = defaultdict(list)
        names: dict[int, str] = {}
        for item in told:
            if item.channel not in names:
                names[item.channel] = self._name(item.channel, item.scheme, item.address, person)
            found[item.notice].append(
                DeliveryView(
                    channel=names[item.channel],
                    state=DeliveryState(item.state),
                    at=item.at.astimezone(self._rules.zone),
                )
            )
        return found

    def _name(self, channel: int, scheme: str, sealed: str, person: str) -> str:
        if not sealed:
            return channel_addresses.title(scheme)
        try:
            address = channel_addresses.known(self._seal.opened(sealed, person))
        except ValueError:
            return channel_addresses.shown(channel, Address(scheme, f"{scheme}:"))
        return channel_addresses.shown(channel, address)

    def _shown(self, row: ChannelRow, own: Sequence[ChannelRow]) -> OwnChannel:
        kinds = None if row.kinds is None else [NoticeKind(kind) for kind in row.kinds]
        also = [
            kind
            for kind in self.obligatory
            if kinds is not None and kind not in kinds and row.id in takers(kind, own, self.obligatory)
        ]
        failing = wording.MAIL_IS_NOT_SET if row.scheme == MAIL and not self.mail_is_set else row.error
        shown = self._name(row.id or 0, row.scheme, row.address, row.person)
        return OwnChannel(
            id=row.id or 0,
            scheme=row.scheme,
            title=channel_addresses.title(row.scheme),
            shown=shown,
            spoken=channel_addresses.spoken(shown),
            kinds=kinds,
            also=also,
            failing=failing,
        )

    def _names(self, row: ChannelRow) -> list[str]:
        """By what a channel is known when it is given again: as it is shown, and as it is."""
        address = self._address(row)
        shown = self._name(row.id or 0, row.scheme, row.address, row.person)
        return [shown] if address is None else [shown, address.url]

    def _address(self, row: ChannelRow) -> Address | None:
        try:
            return channel_addresses.known(self._seal.opened(row.address, row.person))
        except ValueError:
            return None
