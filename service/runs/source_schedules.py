"""One schedule in Temporal for each source of candidates, kept in step with the table as long as the API runs.

What somebody changes here is brought there at once; what another process changed, and what Temporal lost or somebody
changed there, at the next look.
"""

import asyncio
from datetime import timedelta

import structlog
from temporalio.client import (
    Client,
    Schedule,
    ScheduleActionStartWorkflow,
    ScheduleIntervalSpec,
    ScheduleOverlapPolicy,
    SchedulePolicy,
    ScheduleSpec,
    ScheduleState,
)
from temporalio.service import RPCError, RPCStatusCode

from calendar_rules.titles import NETWORKS
from calendar_rules.vocabulary import Network
from service.runs import schedules
from service.runs.background import Background
from service.runs.connection import TemporalConnection
from store.database.engines import Database
from store.database.session import DatabaseError
from store.networks import sources
from store.networks.tables import SourceRow
from workflows.office import NETWORKS_QUEUE
from workflows.polling import POLL_SOURCE, poll_id

log = structlog.get_logger(__name__)

_AWAY = (RPCError, DatabaseError, OSError)
LOOK_EVERY = 10.0  # seconds
_LOOK_AT_ALL = 600.0  # seconds: Temporal may have been restored, or somebody changed a schedule
_CATCH_UP = timedelta(minutes=1)
"""What was missed the next poll brings."""
_SPREAD = 97
"""Seconds by which sources that follow one another are polled apart: a number that shares no divisor with intervals."""
_ENDS_WITHIN = timedelta(days=1)
"""One that somebody else has brought to a stand does not hold up the next for ever."""
_PREFIX = poll_id(0).removesuffix("0")

Plan = tuple[int, bool, str]
"""What a schedule is made of: seconds, whether it runs, and what the Web UI says of it."""


def plan(row: SourceRow) -> Plan:
    """What the schedule of a source is made of: nothing that it is read with."""
    return row.every, row.active, f"Источник № {row.id}: {NETWORKS[Network(row.network)]}, {row.kind}"


def schedule(number: int, planned: Plan) -> Schedule:
    """The schedule of a source, as Temporal has it."""
    every, active, note = planned
    apart = timedelta(seconds=number * _SPREAD % every)
    return Schedule(
        action=ScheduleActionStartWorkflow(
            POLL_SOURCE, number, id=poll_id(number), task_queue=NETWORKS_QUEUE, run_timeout=_ENDS_WITHIN
        ),
        spec=ScheduleSpec(intervals=[ScheduleIntervalSpec(every=timedelta(seconds=every), offset=apart)]),
        policy=SchedulePolicy(overlap=ScheduleOverlapPolicy.SKIP, catchup_window=_CATCH_UP),
        state=ScheduleState(note=note, paused=not active),
    )


class SourceSchedules:
    """Sees to it that Temporal polls what the table says, and nothing else."""

    def __init__(self, database: Database, temporal: TemporalConnection) -> None:
        self._db = database
        self._temporal = temporal
        self._settled: dict[int, Plan] = {}
        self._to_poll: set[int] = set()
        self._all_at = 0.0
        self._settling = Background(
            "schedules of sources",
            self._settle_all,
            every=LOOK_EVERY,
            away=_AWAY,
            warning="schedules of sources are not settled yet, trying on",
            fault="schedules of sources could not be settled",
            backs_off=True,
            before=temporal.until_reached,
        )

    def start(self) -> None:
        """Begin with every source; Temporal may be away, and is waited for."""
        self._all_at = 0.0
        self._settling.start()

    async def stop(self) -> None:
        await self._settling.stop()

    def changed(self, source: int | None = None) -> None:
        """Something of the table is another: look at once; `source`, where one is to be polled at once."""
        if source is not None:
            self._to_poll.add(source)
        self._settling.wake()

    async def _settle_all(self) -> None:
        clock = asyncio.get_running_loop().time
        if clock() >= self._all_at:
            self._settled.clear()
            await self._remove_strangers(self._temporal.client)
            self._all_at = clock() + _LOOK_AT_ALL
        try:
            await self.settle(self._temporal.client)
        except _AWAY:
            # Whatever was away may have lost something.
            self._all_at = clock()
            raise

    async def settle(self, client: Client) -> None:
        """Bring to Temporal what is another than it was brought last. Raises RPCError."""
        async with self._db.lookup() as session:
            wanted = {row.id: plan(row) for row in await sources.all_of_them(session) if row.id is not None}
        for number, planned in wanted.items():
            if self._settled.get(number) != planned:
                at_once = planned[1]
                await schedules.settle(client, poll_id(number), schedule(number, planned), at_once=at_once)
                self._settled[number] = planned
        for number in self._to_poll & wanted.keys():
            await client.get_schedule_handle(poll_id(number)).trigger()
        self._to_poll.clear()
        for number in [known for known in self._settled if known not in wanted]:
            await _remove(client, poll_id(number))
            del self._settled[number]

    async def _remove_strangers(self, client: Client) -> None:
        """Schedules of sources that are not there any more: they were removed while Temporal was away."""
        async with self._db.lookup() as session:
            known = {poll_id(row.id) for row in await sources.all_of_them(session) if row.id is not None}
        async for listed in await client.list_schedules():
            if listed.id.startswith(_PREFIX) and listed.id not in known:
                await _remove(client, listed.id)


async def _remove(client: Client, name: str) -> None:
    try:
        await client.get_schedule_handle(name).delete()
    except RPCError as error:
        if error.status is not RPCStatusCode.NOT_FOUND:
            raise
