"""What the history of a message's run has of it: how it began, and every record it has made."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from temporalio.api.common.v1 import Payloads
from temporalio.api.enums.v1 import EventType
from temporalio.client import Client, WorkflowExecution, WorkflowExecutionStatus
from temporalio.service import RPCError, RPCStatusCode

from service import carried_run
from service.sealed_runs import first_events, is_own
from workflows.identity import WRITE_RECORD, workflow_id
from workflows.seals import CommandKeys
from workflows.state import MessageInput, Record

_RUNS_LOOKED_AT = 100
"""Somebody else may have started any number of runs since the program's own last one."""


@dataclass(frozen=True)
class Run:
    """One run of a message: its start, and its records in order."""

    start: MessageInput
    started_at: datetime
    records: Sequence[Record]
    is_running: bool

    @property
    def before(self) -> int:
        """How many journal rows the message had when the run began."""
        return self.start.carried.state.rows if self.start.carried else 0

    @property
    def last(self) -> int:
        """The last journal row that the run knows of."""
        return self.records[-1].rows[-1].number if self.records else self.before


async def read(client: Client, execution: WorkflowExecution) -> Run | None:
    """The run; None if Temporal keeps its history no more. Raises RPCError."""
    handle = client.get_workflow_handle(execution.id, run_id=execution.run_id)
    starts: list[MessageInput] = []
    written: list[Record] = []
    try:
        async for event in handle.fetch_history_events():
            if started := await carried_run.start_of(client, event):
                starts.append(started)
            elif event.event_type == EventType.EVENT_TYPE_ACTIVITY_TASK_SCHEDULED:
                scheduled = event.activity_task_scheduled_event_attributes
                if scheduled.activity_type.name == WRITE_RECORD:
                    written += await _decoded(client, scheduled.input)
    except RPCError as error:
        if error.status is not RPCStatusCode.NOT_FOUND:
            raise
        return None
    is_running = execution.status is WorkflowExecutionStatus.RUNNING
    return Run(starts[0], execution.start_time, written, is_running)


async def current(client: Client, number: int) -> WorkflowExecution | None:
    """The last run of the message, whoever started it, as it is now; None if there is none. Raises RPCError."""
    try:
        return await client.get_workflow_handle(workflow_id(str(number))).describe()
    except RPCError as error:
        if error.status is not RPCStatusCode.NOT_FOUND:
            raise
        return None


async def last_own(client: Client, keys: CommandKeys, number: int) -> Run | None:
    """The last run of the message that the program has started; None where Temporal shows none. Raises RPCError."""
    name = workflow_id(str(number))
    async for listed in client.list_workflows(f"WorkflowId = '{name}'", limit=_RUNS_LOOKED_AT):
        if is_own(keys, name, await first_events(client, name, listed.run_id)):
            # The list is a little behind.
            execution = await client.get_workflow_handle(name, run_id=listed.run_id).describe()
            return await read(client, execution)
    return None


async def _decoded(client: Client, payloads: Payloads) -> list[Record]:
    return await client.data_converter.decode(payloads.payloads, [Record])
