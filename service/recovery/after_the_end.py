"""Commands for a closed message: its workflow has ended, and a new run of it begins with the command."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any

import structlog
from temporalio.client import WorkflowHandle
from temporalio.service import RPCError

from calendar_rules.regulation import Regulation
from calendar_rules.vocabulary import Outcome, Stage
from service.access import wording
from service.access.errors import ConflictError
from service.messages.posts import url_key
from service.recovery import carried_run
from service.recovery.carried_run import StartSignal
from service.runs import run_history
from service.runs.connection import TemporalAwayError, TemporalConnection
from service.runs.training_clock import Moved, TrainingClock
from service.runs.workflows import SEND_WITHIN, Sent, Workflows
from store.commands import corrections, outbox
from store.commands.tables import CommandRow
from store.database.engines import Database
from store.database.session import Session
from store.messages import finding
from store.messages.tables import MessageRow
from telemetry.logs import reason
from workflows.seals import MissingKeyError
from workflows.state import MessageInput
from workflows.vocabulary import Command

log = structlog.get_logger(__name__)

_TO_START = SEND_WITHIN + timedelta(seconds=1)
"""What must be left of the lease: when the run starts, nobody else may be starting one from an older state."""


class AfterTheEnd:
    """Starts the new runs of closed messages."""

    def __init__(self, database: Database, workflows: Workflows, temporal: TemporalConnection) -> None:
        self._db = database
        self._workflows = workflows
        self._temporal = temporal

    async def clear_the_way(self, number: int) -> bool:
        """End a run of the message that does not lead it; False while Temporal is away."""
        async with self._db.lookup() as session:
            row = await finding.by_number(session, number)
        assert row is not None  # noqa: S101
        try:
            async with asyncio.timeout(SEND_WITHIN.total_seconds()):
                await run_history.end_unled(self._temporal.client, self._temporal.keys, row)
        except (RPCError, TemporalAwayError, TimeoutError, MissingKeyError) as error:
            log.warning("run of a message not looked at yet", error=reason(error))
            return False
        return True

    async def begin(self, command: CommandRow) -> Sent:
        """Start a run with the command, from what the database has of the message.

        GONE if the command has left its mark in the journal already; NOT_NOW while Temporal is away, or the database
        lacks something of the run that has ended. Raises ConflictError where the message cannot go on.
        """
        async with self._db.lookup() as session:
            known = await finding.by_number(session, command.message)
        assert known is not None  # noqa: S101
        try:
            async with asyncio.timeout(SEND_WITHIN.total_seconds()):
                regulation = await carried_run.last_regulation(
                    self._temporal.client, self._temporal.keys, known
                )
        except (RPCError, TemporalAwayError, TimeoutError, MissingKeyError) as error:
            log.warning("act of a closed message not read yet", error=reason(error))
            return Sent.NOT_NOW
        async with self._db.write() as session:
            row = await finding.locked(session, command.message)
            if await outbox.journalled(session, command.message, command.id):
                return Sent.GONE
            if not await self._may_begin(session, row, command):
                return Sent.NOT_NOW
            if command.name == Command.REOPEN:
                await _take_post_back(session, row)
            start = await self._start(session, row, regulation)
        return await self._started(row, start, command)

    async def _may_begin(self, session: Session, row: MessageRow, command: CommandRow) -> bool:
        """Whether everything of the run that has ended is in the database, and the command is this process's."""
        if row.stage != Stage.CLOSED or row.recorded != row.rows:
            return False
        return await outbox.is_leased(session, command, datetime.now(UTC) + _TO_START)

    async def _start(self, session: Session, row: MessageRow, regulation: Regulation | None) -> MessageInput:
        assert row.number is not None  # noqa: S101
        rules = self._workflows.rules
        state = await carried_run.known_state(session, row)
        act = regulation or rules.regulation
        if not carried_run.is_of(state, act):
            raise ConflictError(wording.OTHER_ACT.format(act=state.act, edition=state.edition))
        finding.begin_again(row)
        session.add(row)
        return await carried_run.carried_input(session, row, state, act, rules)

    async def _started(self, row: MessageRow, start: MessageInput, command: CommandRow) -> Sent:
        ahead = finding.ahead(row) if self._workflows.training else timedelta(0)
        try:
            async with asyncio.timeout(SEND_WITHIN.total_seconds()):
                signal = StartSignal(command.name, command.payload)
                run_id = await carried_run.start(
                    self._temporal.client, start, signal=signal, delay=max(ahead, timedelta(0))
                )
        except (RPCError, TemporalAwayError, TimeoutError) as error:
            log.warning("new run not started yet", message=row.number, error=reason(error))
            return Sent.NOT_NOW
        self._workflows.answers.started(command.message, run_id)
        return Sent.DELIVERED

    async def catch_up(self, number: int) -> bool:
        """In training, bring the clock of a new run to where the run begins; False while Temporal is away.

        That is the message's own as of the start. Further, by what has passed since, the move would end within the
        run's first step, and run on to the next limit.
        """
        training = self._workflows.training
        if training is None:
            return True
        async with self._db.lookup() as session:
            row = await finding.by_number(session, number)
        assert row is not None  # noqa: S101
        if row.clock_ahead == 0:
            return True
        handle = self._workflows.handle(number)
        moving = asyncio.ensure_future(_to_its_beginning(training, handle))
        # A run that ends with the command has no clock left to be moved.
        ending = asyncio.ensure_future(handle.result())
        try:
            done, _ = await asyncio.wait({moving, ending}, return_when=asyncio.FIRST_COMPLETED)
            if ending in done:
                return True
            moved = await moving
        except (RPCError, TemporalAwayError) as error:
            log.warning("clock not moved yet", message=number, error=reason(error))
            return False
        finally:
            await _given_up(moving, ending)
        async with self._db.write() as session:
            await finding.set_clock(session, number, moved.ahead)
        return True


async def _to_its_beginning(training: TrainingClock, handle: "WorkflowHandle[Any, Any]") -> Moved:
    begins_at = (await handle.describe()).execution_time
    assert begins_at is not None  # noqa: S101
    return await training.forward_to(handle, begins_at)


async def _given_up(*tasks: "asyncio.Future[Any]") -> None:
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


async def _take_post_back(session: Session, row: MessageRow) -> None:
    """A message registered by mistake gives its link up to whoever registers the post again; then it stays closed."""
    if row.outcome != Outcome.VOID or row.url_key is not None or row.erased_at is not None:
        return
    key = url_key(row.url)
    await corrections.free_void_link(session, key)
    holder = await finding.by_key(session, key)
    if holder is not None and str(holder.number) in (row.snapshot or {}).get("split", ()):
        # A part of the same post, which stood for it meanwhile.
        holder.url_key = None
        await session.flush()
    elif holder is not None:
        raise ConflictError(wording.VOID_POST_IS_REGISTERED.format(message=holder.number))
    row.url_key = key
