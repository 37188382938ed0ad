"""Runs of open messages that the program leads no more: ended, replaced or spoilt by somebody at the Temporal server.

A message's own run ends only when the message is closed, and then everything of it is in the database. Where it ended
otherwise, or cannot go on, the message goes on from the database, once that has every record the run has sealed. Where
database and run contradict each other, it is left to `otklik recover` (docs/run/security.md, docs/run/backup.md).
"""

import asyncio
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import structlog
from temporalio.client import WorkflowExecution, WorkflowExecutionDescription, WorkflowExecutionStatus
from temporalio.exceptions import ApplicationError, WorkflowAlreadyStartedError
from temporalio.service import RPCError

from calendar_rules.vocabulary import Stage
from service.journal.records import Records
from service.recovery import carried_run
from service.recovery.after_the_end import AfterTheEnd
from service.runs import run_history, running_messages
from service.runs.background import Background
from service.runs.connection import TemporalAwayError, TemporalConnection
from service.runs.run_history import History
from service.runs.sealed_answers import ask_anybody
from service.runs.workflows import SEND_WITHIN, Workflows
from store.commands import outbox
from store.database.blocking import BlockingDatabase
from store.database.engines import Database
from store.messages import finding
from store.messages.tables import MessageRow
from store.oversight import work_metrics
from store.recovery import rows as recovery
from telemetry.command_metrics import LEFT, LOST_RUNS, RESTARTED
from telemetry.logs import reason
from workflows.seals import MissingKeyError
from workflows.vocabulary import Command

log = structlog.get_logger(__name__)

_UNSERVED_FOR = timedelta(minutes=1)
_UNRECORDED_FOR = timedelta(hours=1)
"""How long is looked for a command that was accepted and is not on record."""
_AT_ONCE = 20
"""Messages looked at in one round: where workers are away, all limits that are due are unserved."""
_AT_ONCE_BY_LIST = 200
_LOOK_EVERY, _LIST_EVERY = 30.0, 300.0  # seconds
_LOOK_WITHIN = timedelta(seconds=10)
"""Of one message: a history may be long."""
_AWAY = (RPCError, TemporalAwayError, TimeoutError, MissingKeyError)


@dataclass(frozen=True, slots=True)
class _Lost:
    """A message whose run is lost, as it stood then; `history`: what Temporal has of the run that led it last."""

    row: MessageRow
    history: History | None


class LostRuns:
    """Finds runs that are lost, and has their messages go on."""

    def __init__(
        self,
        database: Database,
        writing: BlockingDatabase,
        workflows: Workflows,
        temporal: TemporalConnection,
        after_the_end: AfterTheEnd,
    ) -> None:
        self._db = database
        self._writing = writing
        self._records = Records(writing)
        self._workflows = workflows
        self._temporal = temporal
        self._after_the_end = after_the_end
        self._unserved_at = self._unled_at = 0.0

    def close(self) -> None:
        self._writing.dispose()

    def background(self) -> Background:
        """Looks for them as long as it runs: at once where there is doubt, now and then among all."""
        return Background(
            "lost runs",
            self._look,
            every=0.5,
            warning="limits cannot be read now",
            fault="lost runs could not be looked for",
        )

    async def _look(self) -> None:
        clock = asyncio.get_running_loop().time
        await self.restart_doubtful()
        if clock() < self._unserved_at:
            return
        self._unserved_at = clock() + _LOOK_EVERY
        await self.restart_unserved(datetime.now(UTC))
        if clock() >= self._unled_at:
            self._unled_at = clock() + _LIST_EVERY
            await self.restart_unled()

    async def is_open(self, number: int) -> bool:
        """Whether the message is not closed, so that a run which has ended is a lost one."""
        async with self._db.lookup() as session:
            row = await finding.by_number(session, number)
        return row is not None and row.stage != Stage.CLOSED

    async def is_replaced(self, number: int) -> bool:
        """Whether the last run of the message does not lead it; False while Temporal cannot be asked."""
        try:
            async with asyncio.timeout(SEND_WITHIN.total_seconds()):
                async with self._db.lookup() as session:
                    row = await finding.by_number(session, number)
                found = await run_history.current(self._temporal.client, number)
                return row is not None and found is not None and not await self._leads(row, found)
        except _AWAY:
            return False

    async def restart(self, number: int, *, owed: bool = False) -> bool:
        """Have an open message go on in a new run, and what may have been lost with the old one sent again.

        `owed`: the message has left undone what it owed a while ago, so that a run which is there but cannot go on is
        lost as well. False where it has one that can, is closed, or cannot go on now.
        """
        try:
            return await self._restart(number, owed=owed)
        except _AWAY as error:
            log.warning("run of a message not looked at yet", message=number, error=reason(error))
            return False

    async def _restart(self, number: int, *, owed: bool) -> bool:
        async with asyncio.timeout(_LOOK_WITHIN.total_seconds()):
            lost = await self._lost(number, owed=owed)
        if lost is None:
            return False
        if lacking := await self._bring_records(lost):
            self._leave(number, lacking)
            return False
        # In training the clock of the new run stands at the message's own only once it is moved there.
        return await self._start(lost) and await self._after_the_end.catch_up(number)

    async def unserved(self, now: datetime) -> Sequence[int]:
        """Messages that owed something a while ago and left nothing on record: perhaps their run is lost.

        A limit that was due, a registration, a command that was sent or accepted.
        """
        before = now - _UNSERVED_FOR
        async with self._db.lookup() as session:
            late = await work_metrics.unserved_messages(session, before, _AT_ONCE)
            unrecorded = await outbox.unrecorded(
                session, now - _UNRECORDED_FOR, before, tuple(Command), _AT_ONCE
            )
        return list(dict.fromkeys([*late, *unrecorded]))

    async def restart_unserved(self, now: datetime) -> None:
        """Restart the lost runs among those of `unserved`; the others another time, once Temporal cannot be asked."""
        await self._restart_all(await self.unserved(now), owed=True)

    async def restart_doubtful(self) -> None:
        """Restart the lost runs among those in whose name somebody else has answered this process."""
        doubtful = self._workflows.answers.doubtful
        found = list(doubtful)
        doubtful.clear()
        await self._restart_all(found, owed=False)

    async def restart_unled(self) -> None:
        """Restart the lost runs among all: where Temporal's list has another run of a message than the database."""
        async with self._db.lookup() as session:
            led = await finding.led(session)
        try:
            running = await running_messages.running(self._temporal.client)
        except _AWAY as error:
            log.warning("runs of messages not listed yet", error=reason(error))
            return
        # The list is a little behind: each is looked at by itself.
        suspected = [
            number
            for number, run_id in led.items()
            if number not in running or (run_id is not None and running[number] != run_id)
        ]
        suspected += [number for number in running if number not in led]
        await self._restart_all(suspected[:_AT_ONCE_BY_LIST], owed=False)

    async def _restart_all(self, numbers: Collection[int], *, owed: bool) -> None:
        for number in numbers:
            try:
                await self._restart(number, owed=owed)
            except _AWAY as error:
                log.warning("runs of messages not looked at yet", message=number, error=reason(error))
                return
            except ApplicationError:
                log.exception("run of a message could not be looked at", message=number)

    async def _leads(self, row: MessageRow, found: WorkflowExecution) -> bool:
        return await run_history.is_led(self._temporal.client, self._temporal.keys, row, found)

    async def _lost(self, number: int, *, owed: bool) -> _Lost | None:
        """The message, where no run leads it that can go on; ends what is there in the place of such a one."""
        client, keys = self._temporal.client, self._temporal.keys
        async with self._db.lookup() as session:
            row = await finding.by_number(session, number)
        if row is None:
            return None
        found, history = await run_history.current(client, number), None
        is_running = found is not None and found.status is WorkflowExecutionStatus.RUNNING
        leads = found is not None and await self._leads(row, found)
        if is_running and not leads:
            # Another process may be about to write down that it has started this one: it holds the row until then.
            async with self._db.write() as session:
                row = await finding.locked(session, number)
            leads = found is not None and await self._leads(row, found)
        if found is not None and leads:
            if is_running and not (owed and row.stage != Stage.CLOSED):
                return None
            history = await run_history.read(client, keys, found)
            if is_running and not (history and _is_stuck(row, found, history)):
                # Whoever has taken a step may have had the next ones sent to a queue of their own.
                await ask_anybody(client, number)
                return None
        elif row.run_id is not None:
            own = await run_history.current(client, number, row.run_id)
            history = await run_history.read(client, keys, own) if own else None
        if is_running and found is not None:
            await run_history.end(client, found)
        return None if row.stage == Stage.CLOSED else _Lost(row, history)

    async def _bring_records(self, lost: _Lost) -> str | None:
        """Write what the lost run has sealed and the database lacks; why that cannot be done, if it cannot."""
        assert lost.row.number is not None  # noqa: S101
        for record in lost.history.records if lost.history else ():
            if record.rows[-1].number > lost.row.recorded:
                try:
                    await asyncio.to_thread(self._records.write, record)
                except ApplicationError as error:
                    return str(error)
        return None

    async def _start(self, lost: _Lost) -> bool:
        number = lost.row.number
        assert number is not None  # noqa: S101
        try:
            # The lock is held until the run is there: of two processes one starts it, from what the database has now.
            # What may be lost is sent again from then on: sent before, it would find no run, and wait for its lease.
            async with self._db.write() as session:
                await recovery.send_again_to(session, number)
                row = await finding.locked(session, number)
                if row.stage == Stage.CLOSED or row.restarts != lost.row.restarts:
                    return False
                if row.recorded == 0:
                    # Registered again by the outbox.
                    await recovery.begin_again(session, number)
                    run_id = None
                else:
                    if lacking := _lacking(row, lost.history):
                        self._leave(number, lacking)
                        return False
                    act = lost.history.start.regulation if lost.history else self._workflows.rules.regulation
                    state = await carried_run.known_state(session, row)
                    if not carried_run.is_of(state, act):
                        self._leave(number, "its run was started by another act")
                        return False
                    finding.begin_again(row)
                    begin = await carried_run.carried_input(session, row, state, act, self._workflows.rules)
                    ahead = finding.ahead(row) if self._workflows.training else timedelta(0)
                    async with asyncio.timeout(SEND_WITHIN.total_seconds()):
                        run_id = await carried_run.start(
                            self._temporal.client, begin, replace=False, delay=max(ahead, timedelta(0))
                        )
                    row.run_id = run_id
                    session.add(row)
        except WorkflowAlreadyStartedError:
            return False  # somebody else's once more: the next look ends it
        self._workflows.answers.started(number, run_id)
        LOST_RUNS.labels(RESTARTED).inc()
        log.error(
            "a run was ended or spoilt by somebody else: the message goes on in a new one", message=number
        )
        return True

    def _leave(self, number: int, why: str) -> None:
        LOST_RUNS.labels(LEFT).inc()
        log.error("a run was ended or spoilt by somebody else: run `otklik recover`", message=number, why=why)


def _is_stuck(row: MessageRow, found: WorkflowExecutionDescription, history: History) -> bool:
    """Whether a run of the program's own, whose message owes something, cannot go on by itself.

    Where a step has failed by the program's own fault, it is tried again by a timer.
    """
    if history.is_spoilt:
        return True
    return history.has_stepped and run_history.is_idle(found) and not history.has_failed


def _lacking(row: MessageRow, history: History | None) -> str | None:
    """Why the snapshot is not known to be what the program's own last run has left; None where it is."""
    if row.recorded != row.rows:
        return "the database may lack its last step"
    if history is not None and history.last > row.recorded:
        return "Temporal has records that the database lacks"
    if history is not None and history.last < row.recorded:
        return "the database has rows that the program's own last run has not left"
    return None
