"""Runs of open messages that ended without the program: terminated at the Temporal server, or replaced there.

A message's own run ends only when the message is closed, and then everything of it is in the database. Where the
database has everything of a run that ended otherwise, the message goes on from it; where it may lack something, the
message is left to `otklik recover`, which reads all that Temporal has (docs/security.md, docs/backup.md).
"""

import asyncio
from collections.abc import Sequence
from datetime import datetime, timedelta

import structlog
from temporalio.exceptions import WorkflowAlreadyStartedError
from temporalio.service import RPCError

from calendar_rules.regulation import Regulation
from calendar_rules.vocabulary import Stage
from service import carried_run, run_history
from service.after_the_end import AfterTheEnd
from service.command_metrics import LOST_RUNS
from service.sealed_runs import first_events, is_own
from service.temporal_connection import TemporalAwayError, TemporalConnection
from service.workflow_access import SEND_WITHIN, Workflows
from store import messages, recovery, work_metrics
from store.database import Database
from store.tables import MessageRow
from telemetry.logs import reason
from workflows.identity import workflow_id

log = structlog.get_logger(__name__)

RESTARTED, LEFT = "restarted", "left"

_UNSERVED_FOR = timedelta(minutes=1)
_AT_ONCE = 20
"""Messages looked at in one round: where workers are away, all limits that are due are unserved."""
_AWAY = (RPCError, TemporalAwayError, TimeoutError)


class LostRuns:
    """Finds runs that are lost, and has their messages go on."""

    def __init__(
        self,
        database: Database,
        workflows: Workflows,
        temporal: TemporalConnection,
        after_the_end: AfterTheEnd,
    ) -> None:
        self._db = database
        self._workflows = workflows
        self._temporal = temporal
        self._after_the_end = after_the_end

    async def is_open(self, number: int) -> bool:
        """Whether the message is not closed, so that a run which has ended is a lost one."""
        async with self._db.lookup() as session:
            row = await messages.by_number(session, number)
        return row is not None and row.stage != Stage.CLOSED

    async def is_replaced(self, number: int) -> bool:
        """Whether the last run of the message is somebody else's; False while Temporal cannot be asked."""
        client, name = self._temporal.client, workflow_id(str(number))
        try:
            async with asyncio.timeout(SEND_WITHIN.total_seconds()):
                events = await first_events(client, name)
        except _AWAY:
            return False
        return bool(events) and not is_own(self._temporal.keys, name, events)

    async def restart(self, number: int) -> bool:
        """Have an open message go on in a new run, and what may have been lost with the old one sent again.

        False where it has one, is closed, or cannot go on now.
        """
        try:
            return await self._restart(number)
        except _AWAY as error:
            log.warning("run of a message not looked at yet", message=number, error=reason(error))
            return False

    async def _restart(self, number: int) -> bool:
        lost = await self._lost(number)
        if lost is None:
            return False
        # First: should this process end now, what is sent again finds the run lost once more.
        async with self._db.write() as session:
            await recovery.send_again_to(session, number)
        # In training the clock of the new run stands at the message's own only once it is moved there.
        return await self._start(number) and await self._after_the_end.catch_up(number)

    async def unserved(self, now: datetime) -> Sequence[int]:
        """Messages with a limit that was due a while ago and left nothing on record: perhaps their run is lost."""
        async with self._db.lookup() as session:
            return await work_metrics.unserved_messages(session, now - _UNSERVED_FOR, _AT_ONCE)

    async def restart_unserved(self, now: datetime) -> None:
        """Restart the lost runs among those of `unserved`; the others another time, once Temporal cannot be asked."""
        try:
            for number in await self.unserved(now):
                await self._restart(number)
        except _AWAY as error:
            log.warning("runs of messages not looked at yet", error=reason(error))

    async def _lost(self, number: int) -> run_history.Run | None:
        """The program's own last run, where it has ended and the message is open; ends somebody else's in its place."""
        async with asyncio.timeout(SEND_WITHIN.total_seconds()):
            await carried_run.end_forged(self._temporal.client, self._temporal.keys, number)
            run = await run_history.last_own(self._temporal.client, self._temporal.keys, number)
        if run is None:
            if await self.is_open(number):
                self._leave(number, "Temporal has no run of the program's own")
            return None
        return None if run.is_running else run

    async def _start(self, number: int) -> bool:
        # The lock is held until the run is there: of two processes one starts it, from what the database has now.
        async with self._db.write() as session:
            row = await messages.locked(session, number)
            run = await self._lost(number)
            if run is None or row.stage == Stage.CLOSED:
                return False
            if lacking := self._lacking(row, run):
                self._leave(number, lacking)
                return False
            state = await carried_run.known_state(session, row)
            act: Regulation = run.start.regulation
            if not carried_run.is_of(state, act):
                self._leave(number, "its run was started by another act")
                return False
            begin = await carried_run.carried_input(session, row, state, act, self._workflows.rules)
            ahead = messages.ahead(row) if self._workflows.training else timedelta(0)
            try:
                async with asyncio.timeout(SEND_WITHIN.total_seconds()):
                    await carried_run.start(
                        self._temporal.client, begin, replace=False, delay=max(ahead, timedelta(0))
                    )
            except WorkflowAlreadyStartedError:
                return False  # somebody else's once more: the next look ends it
        LOST_RUNS.labels(RESTARTED).inc()
        log.error("a run was ended by somebody else: the message goes on in a new one", message=number)
        return True

    def _lacking(self, row: MessageRow, run: run_history.Run) -> str | None:
        """Why the database is not known to have everything of the run; None where it is."""
        if row.recorded == 0 or row.recorded != row.rows:
            return "the database may lack its last step"
        if run.last > row.recorded:
            return "Temporal has records that the database lacks"
        return None

    def _leave(self, number: int, why: str) -> None:
        LOST_RUNS.labels(LEFT).inc()
        log.error("a run was ended by somebody else: run `otklik recover`", message=number, why=why)
