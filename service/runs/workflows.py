"""Messages' workflows as the API reaches them: start, signal, and ask, each within a time people can wait."""

import asyncio
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from enum import Enum
from typing import Any

import structlog
from temporalio.client import WorkflowExecutionStatus, WorkflowHandle
from temporalio.common import WorkflowIDConflictPolicy, WorkflowIDReusePolicy
from temporalio.exceptions import WorkflowAlreadyStartedError
from temporalio.service import RPCError, RPCStatusCode

from calendar_rules.vocabulary import Network
from service.access.lately import Lately
from service.runs import run_history, working_times
from service.runs.connection import TemporalAwayError, TemporalConnection
from service.runs.rules import Rules
from service.runs.sealed_answers import ASK_WITHIN, SealedAnswers
from service.runs.training_clock import TrainingClock
from service.runs.working_times import WorkingTimes
from store.database.engines import Database
from store.database.session import DatabaseError
from store.messages import finding
from store.messages.tables import MessageRow
from telemetry.logs import reason
from workflows.identity import TASK_QUEUE, WORKFLOW_TYPE, first_attributes, workflow_id
from workflows.state import MessageInput, MessageState, OutcomeAnswer
from workflows.wording import about, title

log = structlog.get_logger(__name__)

# Of the whole call, as `ASK_WITHIN` is.
SEND_WITHIN = timedelta(seconds=2)
_PAUSE = 0.02  # seconds
_REMEMBERED = 1000
"""Messages whose last answer is kept."""
_FOR_THE_FIRST_TIME = WorkflowIDReusePolicy.REJECT_DUPLICATE, WorkflowIDConflictPolicy.FAIL
_IN_ITS_PLACE = WorkflowIDReusePolicy.ALLOW_DUPLICATE, WorkflowIDConflictPolicy.TERMINATE_EXISTING


class Sent(Enum):
    """What became of a signal."""

    DELIVERED = "delivered"
    GONE = "gone"
    """The workflow has ended: it takes no more commands."""
    NOT_NOW = "not now"
    """Temporal is away."""
    LOST = "lost"
    """The workflow has ended, and the message is open: it takes commands again once it has a new run."""


class Workflows:
    """Access to the workflows of messages."""

    def __init__(
        self, database: Database, temporal: TemporalConnection, rules: Rules, training: TrainingClock | None
    ) -> None:
        self._db = database
        self._temporal = temporal
        self.answers = SealedAnswers(database)
        self.rules = rules
        self.training = training
        self._working_times = WorkingTimes(database)
        self._told: Lately[int, MessageState] = Lately(_REMEMBERED)

    def handle(self, number: int) -> "WorkflowHandle[Any, Any]":
        return self._temporal.client.get_workflow_handle(workflow_id(str(number)))

    async def start(self, row: MessageRow, registration: Mapping[str, Any]) -> bool:
        """Start the workflow of a registered message; starting it again changes nothing. False while Temporal is away.

        One that somebody else has started in its place, or has ended before it had a record, is started anew.
        `registration`: the payload of the command.
        """
        assert row.number is not None  # noqa: S101
        try:
            async with asyncio.timeout(SEND_WITHIN.total_seconds()):
                try:
                    await self._begin(row, registration)
                except WorkflowAlreadyStartedError:
                    if not await self._is_led(row.number):
                        await self._begin(await self._once_more(row.number), registration, replace=True)
        except (RPCError, TemporalAwayError, TimeoutError, DatabaseError) as error:
            log.warning("workflow not started yet", message=row.number, error=reason(error))
            return False
        return True

    async def _begin(
        self, row: MessageRow, registration: Mapping[str, Any], *, replace: bool = False
    ) -> None:
        assert row.number is not None  # noqa: S101
        network = Network(row.network)
        regulation = self.rules.regulation
        start = MessageInput(
            id=str(row.number),
            network=network,
            detected_at=row.detected_at,
            registered_at=row.registered_at,
            registered_by=row.registered_by,
            acting_for=registration["acting_for"],
            regulation=regulation,
            calendars=self.rules.calendars(row.detected_at),
            past=registration.get("past", ()),
            attachments=tuple(registration.get("attachments", ())),
            topic=registration.get("topic"),
            split_from=registration.get("split_from"),
            restarts=row.restarts,
        )
        await self._working_times.keep(working_times.of_start(start))
        detected = row.detected_at.astimezone(self.rules.zone)
        # Only in training can a registration be ahead of the wall clock.
        delay = max(row.registered_at - datetime.now(UTC), timedelta(0)) if self.training else None
        reuse, conflict = _IN_ITS_PLACE if replace else _FOR_THE_FIRST_TIME
        handle = await self._temporal.client.start_workflow(
            WORKFLOW_TYPE,
            start,
            id=workflow_id(start.id),
            task_queue=TASK_QUEUE,
            id_reuse_policy=reuse,
            id_conflict_policy=conflict,
            static_summary=title(start.id, network),
            static_details=about(detected, regulation.act),
            start_delay=delay or None,
            search_attributes=first_attributes(network, self.rules.first_due(row.detected_at)),
        )
        self.answers.started(row.number, handle.result_run_id)

    async def _is_led(self, number: int) -> bool:
        """Whether the run that is there already is the program's own, and goes on, or has left what it had to."""
        client, keys = self._temporal.client, self._temporal.keys
        async with self._db.lookup() as session:
            row = await finding.by_number(session, number)
        assert row is not None  # noqa: S101
        if row.recorded > 0:
            return True
        current = await run_history.current(client, number)
        own = current is not None and await run_history.is_led(client, keys, row, current)
        if own and current is not None and current.status is WorkflowExecutionStatus.RUNNING:
            return True
        log.error(
            "somebody else had started or ended the workflow of a message: started anew", message=number
        )
        return False

    async def _once_more(self, number: int) -> MessageRow:
        """The message, which the program is about to start again: no run before this one leads it."""
        async with self._db.write() as session:
            row = await finding.locked(session, number)
            finding.begin_again(row)
            session.add(row)
        return row

    async def signal(self, number: int, name: str, payload: Mapping[str, Any]) -> Sent:
        """Send a command. It is durable once delivered, with every worker away."""
        try:
            await self._working_times.keep(working_times.of_command(name, payload))
            async with asyncio.timeout(SEND_WITHIN.total_seconds()):
                await self.handle(number).signal(name, payload)
        except (RPCError, TemporalAwayError, TimeoutError, DatabaseError) as error:
            if isinstance(error, RPCError) and error.status is RPCStatusCode.NOT_FOUND:
                return Sent.GONE
            log.warning("command not sent yet", message=number, command=name, error=reason(error))
            return Sent.NOT_NOW
        return Sent.DELIVERED

    async def ask(self, number: int, command: str | None = None) -> OutcomeAnswer | None:
        """The state, and the outcome of a command; None if no worker of the program answers in time."""
        try:
            client = self._temporal.client
        except TemporalAwayError:
            return None
        answer = await self.answers.ask(client, number, command)
        if answer is not None:
            self._told[number] = answer.state
        return answer

    async def over(self, number: int) -> None:
        """Wait, for a short time, until the run of a closed message has written its last record and ended."""
        try:
            async with asyncio.timeout(ASK_WITHIN.total_seconds()):
                while (await self.handle(number).describe()).status is WorkflowExecutionStatus.RUNNING:  # noqa: ASYNC110
                    await asyncio.sleep(_PAUSE)
        except (RPCError, TemporalAwayError, TimeoutError) as error:
            log.info("run of a closed message goes on", message=number, error=reason(error))

    def tell(self, number: int, state: MessageState) -> MessageState:
        """What to tell of a message that stands so by the database: that, or the later state that was told already."""
        told = self.told_last(number)
        if told is not None and told.rows > state.rows:
            return told
        self._told[number] = state
        return state

    def told_last(self, number: int) -> MessageState | None:
        """The state by the last answer of a message, where it answered this process lately."""
        return self._told.get(number)
