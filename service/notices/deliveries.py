"""Delivers notices through the channels of people: when, in what order, in which letter (docs/run/channels.md).

One fact goes through one channel once. What was certainly not taken may go in another letter the next time; what may
have been taken goes again as it was, under the same name, by which whoever receives it knows it.
"""

import asyncio
import time
from collections import deque
from collections.abc import Awaitable, Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import structlog

from calendar_rules.vocabulary import NoticeKind
from service.notices.channel_addresses import MAIL, Address, known
from service.notices.channel_sending import ChannelSending
from service.notices.letter import GATHERED_AT_MOST, Letter, Letters
from service.notices.mail import MailServer, MailSession
from service.notices.messengers import AT_ONCE
from service.notices.seal import ChannelSeal
from service.notices.sending import Fate, Outcome
from service.runs.rules import Rules, RulesInForce
from settings import Settings
from store.database.engines import Database
from store.notices import channels, deliveries, inbox
from store.notices.deliveries import DELIVERED, FAILED, Due
from store.notices.tables import ChannelRow
from store.people.persons import names as names_of
from telemetry.logs import reason
from workflows.office import Portion

log = structlog.get_logger(__name__)

_LOOKS_FOR = 240.0
"""Seconds after which a portion ends, and the next one begins: Temporal has little to keep of it."""
LOOKS_EVERY = 2.0
"""Seconds between two looks, while something waits and while nothing does."""
_GATHERS, _GATHERS_AT_MOST = timedelta(seconds=3), timedelta(seconds=20)
"""What came less than so long ago waits for what else may come: so a burst is one letter. But not for ever."""
_LEASE = timedelta(minutes=2)
"""Longer than any sending may take."""
_LOOK_BACK = timedelta(minutes=15)
"""Notices are taken up in the order in which they were written, but for transactions that were under way then."""
_CHANNELS_AT_ONCE = 400
_AT_A_TIME = 24
"""Channels for which letters are made ready in one transaction; they are sent well within the lease."""
_MAILS_AT_ONCE = 4
"""Connections to the mail server."""
_FIRST_PAUSE, _LONGEST_PAUSE = timedelta(seconds=10), timedelta(minutes=5)
_LONGEST_PAUSE_OF_MAIL = timedelta(minutes=1)
"""For everybody waits for the mail server, and it is asked by one connection."""
_WAITS_FOR_OTHERS = 60.0
NO_KEY = "Адрес канала зашифрован ключом, которого в установке нет: сотрудник указывает адрес заново."


Pause = Callable[[float], Awaitable[bool]]
"""Waits so many seconds, fewer where the process is told to stop; whether there is more to do."""


class Deliveries:
    """The task of this name. One process may drive it by hand while another works by the clock."""

    def __init__(
        self,
        database: Database,
        settings: Settings,
        seal: ChannelSeal,
        rules: RulesInForce,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._database = database
        self._training = settings.training
        self._seal = seal
        self._rules = rules
        self._read: Rules | None = None
        self._clock = clock
        self._public_url = settings.public_url
        self._sending = ChannelSending(settings)
        self._mail_fails = 0
        self._no_mail_until: datetime | None = None
        self._nobody_has_one_as_of: int | None = None

    def close(self) -> None:
        """Let go of the threads."""
        self._sending.close()

    async def portion(self, pause: Pause, at: datetime | None = None) -> Portion:
        """Deliver what is due, for a few minutes at most; in training, at once what is due by `at`."""
        if at is not None and self._training:
            return Portion(done=await self.drive(at))
        done, until = await self.look(), time.monotonic() + _LOOKS_FOR
        while await self._waits() and time.monotonic() < until and await pause(LOOKS_EVERY):
            done += await self.look()
        return Portion(done=done, more=bool(await self._waits()))

    async def is_due(self) -> bool:
        """Whether a letter is to go now; what was written meanwhile is taken up with it."""
        written = self._database.written()
        if written is not None and written == self._nobody_has_one_as_of:
            return False
        async with self._database.lookup() as session:
            are_any = await channels.are_any(session)
        self._nobody_has_one_as_of = None if are_any else written
        if not are_any:
            return False
        now, self._read = self._clock(), None
        await self._take_up(now)
        return any(_is_gathered(item, now) for item in await self._waits())

    async def _waits(self) -> Sequence[Due]:
        """What may go through each channel by now, also what is still being gathered."""
        now = self._clock()
        has_mail = self._sending.server is not None
        async with self._database.read() as session:
            return await deliveries.due(session, now, now, _CHANNELS_AT_ONCE, mail=has_mail)

    async def look(self) -> int:
        """Deliver what is due now, and pauses after no failure; returns how many notices."""
        now, self._read = self._clock(), None
        await self._take_up(now)
        async with self._database.read() as session:
            found = await deliveries.due(session, now, now, _CHANNELS_AT_ONCE, mail=self._mail_is_tried(now))
        return await self._deliver([item for item in found if _is_gathered(item, now)], now)

    async def drive(self, at: datetime) -> int:
        """Deliver what is due by `at`, each channel tried once, whatever it paused for; returns how many notices."""
        done, self._read = 0, None
        await self._take_up(self._clock())
        self._no_mail_until = None
        tried: set[int] = set()
        until = time.monotonic() + _WAITS_FOR_OTHERS
        while True:
            async with self._database.read() as session:
                found = await deliveries.due(session, at, None, _CHANNELS_AT_ONCE, but=tried)
            if not found:
                return done
            unclaimed: set[int] = set()
            done += await self._deliver(found, at, unclaimed)
            tried |= {item.channel for item in found} - unclaimed
            if unclaimed and time.monotonic() < until:
                await asyncio.sleep(0.1)  # another process delivers there, and is waited for
            else:
                tried |= unclaimed

    def _mail_is_tried(self, now: datetime) -> bool:
        return self._no_mail_until is None or self._no_mail_until <= now

    async def _rules_of_look(self) -> Rules:
        """The rules of this look, read once."""
        if self._read is None:
            self._read = await self._rules.now()
        return self._read

    # ---- taking up

    async def _take_up(self, now: datetime) -> None:
        async with self._database.read() as session:
            known_to = await deliveries.taken_up_to(session)
            new = await deliveries.not_taken_up(session, known_to - _LOOK_BACK if known_to else None)
            people = await channels.of_all(session, {item.person for item in new}) if new else {}
            is_old = known_to is None or now - known_to > _LOOK_BACK / 3
            # Where nothing was written it need not be said anew: at rest nothing is.
            is_behind = is_old and await inbox.are_any_since(session, known_to)
        obligatory = (await self._rules_of_look()).readings.notices.obligatory if new else ()
        taken = [
            item for item in new if item.channel in takers(item.kind, people.get(item.person, ()), obligatory)
        ]
        if taken or is_behind:
            async with self._database.write() as session:
                if taken:
                    await deliveries.take_up(session, taken, self._database.dialect)
                await deliveries.say_taken_up(session, now)

    # ---- sending

    async def _deliver(self, found: Sequence[Due], by: datetime, unclaimed: set[int] | None = None) -> int:
        unclaimed = set() if unclaimed is None else unclaimed

        async def ready(channels: Sequence[int]) -> list[_Ready]:
            return await self._ready(channels, by, unclaimed)

        mails = _Queue([item.channel for item in found if item.scheme == MAIL], ready)
        others = _Queue([item.channel for item in found if item.scheme != MAIL], ready)
        work = [self._others(others) for _ in range(min(AT_ONCE, len(others)))]
        server = self._sending.server
        if server is not None:
            work += [self._mails(server, mails) for _ in range(min(_MAILS_AT_ONCE, len(mails)))]
        return sum(await asyncio.gather(*work))

    async def _mails(self, server: MailServer, mails: "_Queue") -> int:
        done = 0
        async with server.session() as session:
            while (item := await mails.next()) is not None:
                outcome = await self._by_mail(session, item.address, item.letter)
                done += await self._record(mails, item, outcome)
                if not self._mail_is_tried(self._clock()):
                    await self._leave(mails.stop())
        return done

    async def _others(self, others: "_Queue") -> int:
        done = 0
        while (item := await others.next()) is not None:
            outcome = await self._sending.by_messenger(item.address, item.letter)
            done += await self._record(others, item, outcome)
        return done

    async def _by_mail(self, session: MailSession, address: Address, letter: Letter) -> Outcome:
        outcome = await self._sending.by_mail(session, address, letter, self._clock())
        if outcome.everywhere:
            self._mail_fails += 1
            self._no_mail_until = self._clock() + _pause(self._mail_fails, _LONGEST_PAUSE_OF_MAIL)
        elif self._mail_fails:
            self._mail_fails, self._no_mail_until = 0, None
        return outcome

    async def _ready(self, wanted: Sequence[int], by: datetime, unclaimed: set[int]) -> list["_Ready"]:
        """What goes next through each of these channels, its name on record before it goes."""
        letters = Letters(self._public_url, (await self._rules_of_look()).zone)
        ready, packed, idle = [], [], []
        async with self._database.write() as session:
            now = self._clock()
            rows = await deliveries.claim(session, wanted, now, now + _LEASE)
            unclaimed |= set(wanted) - {row.id for row in rows}
            held = [row.id for row in rows if row.id is not None]
            parcels = await deliveries.next_parcels(session, held, by, GATHERED_AT_MOST)
            absent = {notice.acting_for for parcel in parcels.values() for notice in parcel.notices} - {None}
            names = await names_of(session) if absent else {}
            for row in rows:
                channel, address = row.id or 0, self._address(row)
                parcel = parcels.get(channel)
                if address is None:
                    await deliveries.pause(session, channel, now, now + _LONGEST_PAUSE, NO_KEY)
                elif parcel is None:
                    idle.append(channel)
                else:
                    ids = [notice.id for notice in parcel.notices if notice.id is not None]
                    name = parcel.name or letters.name(channel, ids)
                    if parcel.name is None:
                        packed += [(channel, notice, name) for notice in ids]
                    more = parcel.name is not None or len(ids) == GATHERED_AT_MOST
                    again = parcel.name is not None
                    ready.append(_Ready(row, address, letters.of(name, parcel.notices, names), more, again))
            await deliveries.pack(session, packed)
            await deliveries.release(session, idle)
        order = {channel: place for place, channel in enumerate(wanted)}
        return sorted(ready, key=lambda item: order[item.channel])

    async def _leave(self, ready: Sequence["_Ready"]) -> None:
        """What was made ready and is not tried now."""
        async with self._database.write() as session:
            for item in ready:
                if not item.again:
                    await deliveries.unpack(session, item.channel, item.letter.id)
            await deliveries.release(session, [item.channel for item in ready])

    def _address(self, row: ChannelRow) -> Address | None:
        try:
            return known(self._seal.opened(row.address, row.person))
        except ValueError as error:
            log.error("the address of a channel cannot be opened", channel=row.id, error=reason(error))
            return None

    async def _record(self, queue: "_Queue", item: "_Ready", outcome: Outcome) -> int:
        """Put what became of a letter on record; returns how many notices were delivered."""
        channel, letter, now = item.channel, item.letter, self._clock()
        if outcome.fate is not Fate.TAKEN:
            log.warning(
                "notices were not delivered",
                channel=channel,
                notices=len(letter.notices),
                fate=outcome.fate.value,
            )
        async with self._database.write() as session:
            if outcome.fate is Fate.TAKEN:
                await deliveries.settle(session, channel, letter.id, DELIVERED, now)
            elif outcome.fate is Fate.NEVER:
                await deliveries.settle(session, channel, letter.id, FAILED, now, outcome.error)
            else:
                if outcome.fate is Fate.LATER:
                    await deliveries.unpack(session, channel, letter.id)
                until = now if outcome.everywhere else now + _pause(item.row.attempts + 1, _LONGEST_PAUSE)
                await deliveries.pause(session, channel, now, until, outcome.error)
                return 0
        if item.more:
            queue.again(channel)
        return len(letter.notices) if outcome.fate is Fate.TAKEN else 0


@dataclass(frozen=True, slots=True)
class _Ready:
    """A letter that may go: `more` may be due in the channel after it, `again`: it may have gone before."""

    row: ChannelRow
    address: Address
    letter: Letter
    more: bool
    again: bool

    @property
    def channel(self) -> int:
        return self.row.id or 0


class _Queue:
    """Channels that are delivered to in their order; letters are made ready for some at a time, in one transaction."""

    def __init__(
        self, channels: Iterable[int], ready: Callable[[Sequence[int]], Awaitable[list[_Ready]]]
    ) -> None:
        self._channels = deque(channels)
        self._make_ready = ready
        self._ready: deque[_Ready] = deque()
        self._turn = asyncio.Lock()

    def __len__(self) -> int:
        return len(self._channels)

    async def next(self) -> _Ready | None:
        """The next letter; None where there is nothing more."""
        async with self._turn:
            while not self._ready and self._channels:
                some = [self._channels.popleft() for _ in range(min(_AT_A_TIME, len(self._channels)))]
                self._ready.extend(await self._make_ready(some))
            return self._ready.popleft() if self._ready else None

    def again(self, channel: int) -> None:
        """More may be due in this channel, and goes before that of others."""
        self._channels.appendleft(channel)

    def stop(self) -> Sequence[_Ready]:
        """Nothing more goes; returns what was ready."""
        left = list(self._ready)
        self._ready.clear()
        self._channels.clear()
        return left


def takers(kind: str, own: Iterable[ChannelRow], obligatory: Collection[NoticeKind]) -> frozenset[int | None]:
    """Which of a person's channels, in their order, a notice of this kind goes to.

    Those that take it. What the act makes obligatory and none of them takes goes to the first one.
    """
    there = list(own)
    taking = frozenset(row.id for row in there if row.kinds is None or kind in row.kinds)
    if not taking and there and kind in obligatory:
        return frozenset({there[0].id})
    return taking


def _is_gathered(item: Due, now: datetime) -> bool:
    return now - item.last_at >= _GATHERS or now - item.first_at >= _GATHERS_AT_MOST


def _pause(attempts: int, longest: timedelta) -> timedelta:
    return min(_FIRST_PAUSE * (1 << min(attempts - 1, 10)), longest)
