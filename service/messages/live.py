"""Tells open pages what has just changed: ids only, and each person what they may see."""

import asyncio
from collections import Counter, deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import structlog

from calendar_rules.vocabulary import Role
from service.runs.background import Background
from store.database.engines import Database
from store.messages import changes, finding
from store.messages.changes import OUT_OF_ORDER
from store.messages.tables import ChangeRow
from store.people.persons import Actor

log = structlog.get_logger(__name__)

_BATCH = 500
_AT_LEAST_EVERY = 5.0  # seconds
_AT_REST = 0.01  # seconds
_AGAIN = 1.0  # seconds after the database was away
_KEPT = timedelta(hours=1)
OF_A_PERSON = 10
"""Streams that one person may have open here: a browser has one, whatever pages are open in it."""
OF_ALL = 300
"""Streams of everybody: of the connections of a process, they leave enough for whatever else is asked."""
_WAITING = 1000
"""Events that a page may leave untaken; one that is slower begins again."""
_RECENT = 1000
"""Changes that a page which was being made meanwhile may still hear of."""


@dataclass(frozen=True, slots=True)
class Event:
    """A message of this number has changed, or the feed of candidates (`changes.CANDIDATES`).

    `queue`: so may have the person's queue; `told`: they have a new notice.
    """

    message: int
    queue: bool
    told: bool


class Subscription:
    """What one page hears."""

    def __init__(self, viewer: Actor) -> None:
        self.viewer = viewer
        self.events: asyncio.Queue[Event | None] = asyncio.Queue(_WAITING)
        self.gave_way = False

    def offer(self, change: ChangeRow, now: datetime) -> None:
        """Hear of a change, if it is the person's business."""
        capacities = self.viewer.capacities(now)
        if change.message == changes.CANDIDATES:
            if any(held.role is Role.CURATOR for held in capacities):
                self._tell(Event(change.message, queue=False, told=False))
            return
        told = self.viewer.key in change.persons
        if not told and not finding.sees(capacities, change.bodies):
            return
        bodies = {held.body for held in capacities if held.role in (Role.EXECUTOR, Role.RESPONSIBLE)}
        curates = any(held.role is Role.CURATOR for held in capacities)
        # Where somebody has only begun to write, which names no curator, no step has moved.
        queue = change.curator is not None and (curates or not bodies.isdisjoint(change.bodies))
        self._tell(Event(change.message, queue, told))

    def _tell(self, event: Event) -> None:
        try:
            self.events.put_nowait(event)
        except asyncio.QueueFull:
            self.end()

    def give_way(self) -> None:
        """The page is to begin again later: another one has its place."""
        self.gave_way = True
        self.end()

    def end(self) -> None:
        """The page is to begin again."""
        while not self.events.empty():
            self.events.get_nowait()
        self.events.put_nowait(None)


class _Recent:
    """The last changes that were passed on, in the order in which they were."""

    def __init__(self) -> None:
        self._changes: deque[ChangeRow] = deque(maxlen=_RECENT)
        self.begin()

    def begin(self) -> None:
        """Begin with none: what came before now is not known."""
        self._name, self._passed_on = uuid4().hex, 0
        self._changes.clear()

    def add(self, change: ChangeRow) -> None:
        self._changes.append(change)
        self._passed_on += 1

    @property
    def mark(self) -> str:
        return f"{self._name}-{self._passed_on}"

    def after(self, mark: str) -> list[ChangeRow] | None:
        """What was added since then; None where that is not known."""
        name, _, number = mark.partition("-")
        if name != self._name or not (number.isascii() and number.isdecimal()):
            return None
        missed = self._passed_on - int(number)
        if not 0 <= missed <= len(self._changes):
            return None
        return list(self._changes)[len(self._changes) - missed :]


class Live:
    """Follows the changes of the database, and hands them to the pages of this process."""

    def __init__(self, database: Database) -> None:
        self._db = database
        self._recent = _Recent()
        self._subscriptions: dict[Subscription, None] = {}  # the oldest first
        self._listened_to = asyncio.Event()
        self._following = Background(
            "changes for open pages",
            self._follow_all,
            every=_AGAIN,
            warning="changes cannot be followed now",
            fault="changes could not be followed",
        )
        self._ended = False
        self._forgot = datetime.now(UTC)

    def start(self) -> None:
        self._following.start()

    async def stop(self) -> None:
        self.end_all()
        await self._following.stop()

    def end_all(self) -> None:
        """Every page's stream ends: the process is about to stop, and waits for them."""
        self._ended = True
        for subscription in self._subscriptions:
            subscription.end()

    @asynccontextmanager
    async def subscribed(self, viewer: Actor) -> AsyncIterator[Subscription]:
        """What the person's page hears until the end of the block, or until it gives way to a later one."""
        self._make_room(viewer.key)
        subscription = Subscription(viewer)
        self._subscriptions[subscription] = None
        self._listened_to.set()
        if self._ended:
            subscription.end()
        try:
            yield subscription
        finally:
            self._subscriptions.pop(subscription, None)

    def _make_room(self, person: str) -> None:
        """Have the oldest stream of the person, or of who has most, give way where one more would be too many."""
        open_of = Counter(subscription.viewer.key for subscription in self._subscriptions)
        if open_of[person] >= OF_A_PERSON:
            whose = {person}
        elif open_of.total() >= OF_ALL:
            most = max(open_of.values())
            whose = {key for key, number in open_of.items() if number == most}
        else:
            return
        oldest = next(it for it in self._subscriptions if it.viewer.key in whose)
        del self._subscriptions[oldest]
        oldest.give_way()

    @property
    def mark(self) -> str:
        """How far the changes have been passed on: what is read of the database from now on has all of them."""
        return self._recent.mark

    def missed(self, viewer: Actor, mark: str) -> list[Event] | None:
        """What the person's page would have heard since a mark; None where that is not known any more, or here."""
        changed = self._recent.after(mark)
        if changed is None:
            return None
        subscription, now = Subscription(viewer), datetime.now(UTC)
        for change in changed:
            subscription.offer(change, now)
        found = [subscription.events.get_nowait() for _ in range(subscription.events.qsize())]
        return [event for event in found if event is not None]

    async def _follow_all(self) -> None:
        async with changes.watching(self._db) as watch:
            await self._follow(watch)

    async def _follow(self, watch: changes.Watch) -> None:
        async with self._db.lookup() as session:
            seen = await changes.last(session)
            before = await changes.after(session, seen - OUT_OF_ORDER, _BATCH)
        # Whatever came while nobody followed: the pages look for themselves.
        self._recent.begin()
        for subscription in self._subscriptions:
            subscription.end()
        passed_on = {row.id for row in before if row.id is not None}
        while True:
            await self._may_have_changed(watch)
            async with self._db.lookup() as session:
                rows = await changes.new_after(session, seen - OUT_OF_ORDER, passed_on, _BATCH)
            now = datetime.now(UTC)
            for row in rows:
                assert row.id is not None  # noqa: S101
                self._pass_on(row, now)
                passed_on.add(row.id)
                seen = max(seen, row.id)
            passed_on = {number for number in passed_on if number > seen - OUT_OF_ORDER}
            if now > self._forgot + _KEPT:
                self._forgot = now
                async with self._db.write() as session:
                    await changes.forget(session, now - _KEPT)

    async def _may_have_changed(self, watch: changes.Watch) -> None:
        """Return when there may be changes to pass on: at once where a page listens; else each costs for nobody.

        A page that begins to listen hears of all that was not passed on until then.
        """
        if self._subscriptions:
            await watch.moved(_AT_LEAST_EVERY)
            return
        self._listened_to.clear()
        with suppress(TimeoutError):
            await asyncio.wait_for(self._listened_to.wait(), _AT_LEAST_EVERY)
        # What was said meanwhile is not to be kept for us.
        await watch.moved(_AT_REST)

    def _pass_on(self, change: ChangeRow, now: datetime) -> None:
        self._recent.add(change)
        for subscription in tuple(self._subscriptions):
            subscription.offer(change, now)
