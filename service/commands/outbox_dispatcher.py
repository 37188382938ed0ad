"""Delivers commands that were taken and not delivered: Temporal was away, or the process that took them died."""

import asyncio
from datetime import UTC, date, datetime

import structlog
from structlog.contextvars import bound_contextvars

from calendar_rules.schedules import HoursGiven
from service.commands.delivery import CommandDelivery
from service.directory.calendar_rollout import roll_out
from service.directory.editions import Editions
from service.networks.publishing import FromAccount
from service.people.substitutions import Substitutions
from service.recovery.lost_runs import LostRuns
from service.runs.background import Background, tried
from service.runs.rules import Rules
from store.commands import outbox
from store.commands.tables import CommandRow
from store.database.engines import Database
from store.database.session import DatabaseError
from store.messages import body_hours
from store.people import titles

log = structlog.get_logger(__name__)

_AWAY = (DatabaseError, OSError)
_EVERY = 0.5  # seconds
_LOOK_EVERY = 30.0
_LIST_EVERY = 300.0
_AT_ONCE = 8
_BATCH = 200


class OutboxDispatcher:
    """Looks into the outbox as long as the API runs; of each message it delivers in order.

    With each round it notifies those who begin to stand in for somebody; now and then it looks for messages that leave
    undone what they owe, because their run is lost, and for publications that nobody looks after.
    """

    def __init__(
        self,
        database: Database,
        delivery: CommandDelivery,
        lost_runs: LostRuns,
        rules: Rules,
        substitutions: Substitutions,
        from_account: FromAccount,
        editions: Editions,
    ) -> None:
        self._db = database
        self._delivery = delivery
        self._lost_runs = lost_runs
        self._substitutions = substitutions
        self._from_account = from_account
        self._editions = editions
        self._rules = rules
        self._rolled_out: HoursGiven | None = None
        self._titled: date | None = None
        self._look_at = self._list_at = 0.0
        self._dispatching = Background(
            "dispatcher of commands",
            self._round,
            every=_EVERY,
            away=_AWAY,
            warning="the outbox cannot be read now",
            fault="the outbox could not be delivered",
        )

    def start(self) -> None:
        self._dispatching.start()

    async def stop(self) -> None:
        await self._dispatching.stop()

    async def _round(self) -> None:
        for work, warning, fault in (
            (self._deliver, "the outbox cannot be read now", "the outbox could not be delivered"),
            (
                self._notify_of_substitutions,
                "absences cannot be read now",
                "substitutes could not be notified",
            ),
            (self._restart_unserved, "limits cannot be read now", "lost runs could not be looked for"),
        ):
            # A fault of one must not end the others, nor the delivery of everyone's commands.
            await tried(work, _AWAY, warning=warning, fault=fault)

    async def _deliver(self) -> None:
        await self._editions.keep()
        await self._bring_hours()
        await self.deliver_waiting()
        await self._bring_titles()

    async def _bring_hours(self) -> None:
        """Hours that a body was given, here or by another process, reach the messages under way."""
        async with self._db.lookup() as session:
            given = await body_hours.given(session)
        self._rules.keep_hours(given)
        if given != self._rolled_out:
            await roll_out(self._db, self._rules)
            self._rolled_out = given

    async def _bring_titles(self) -> None:
        """Titles that hold from today on are what everybody reads from now on."""
        today = datetime.now(self._rules.zone).date()
        if today == self._titled:
            return
        async with self._db.write() as session:
            changed = await titles.bring_into_force(session, today)
        if changed:
            log.info("titles have come into force", titles=changed)
        self._titled = today

    async def _restart_unserved(self) -> None:
        clock = asyncio.get_running_loop().time
        await self._lost_runs.restart_doubtful()
        if clock() < self._look_at:
            return
        self._look_at = clock() + _LOOK_EVERY
        await self._lost_runs.restart_unserved(datetime.now(UTC))
        if clock() >= self._list_at:
            self._list_at = clock() + _LIST_EVERY
            await self._lost_runs.restart_unled()
        await self._from_account.start_unserved(datetime.now(UTC))

    async def _notify_of_substitutions(self) -> None:
        await self._substitutions.notify_of_begun(datetime.now(UTC))

    async def deliver_waiting(self) -> None:
        """Deliver what waits now; one command of a message at a time."""
        async with self._db.write() as session:
            rows = await outbox.lease_waiting(session, datetime.now(UTC), _BATCH)
        by_message: dict[int, list[CommandRow]] = {}
        for row in rows:
            by_message.setdefault(row.message, []).append(row)
        slots = asyncio.Semaphore(_AT_ONCE)

        async def deliver(waiting: list[CommandRow]) -> None:
            async with slots:
                for row in waiting:
                    with bound_contextvars(message=row.message, command=row.id):
                        await self._delivery.deliver(row)

        await asyncio.gather(*(deliver(waiting) for waiting in by_message.values()))
