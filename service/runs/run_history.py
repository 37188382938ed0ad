"""History of a message's run: how it began, every record it has made, and whether it can go on."""

import json
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime

from temporalio.api.common.v1 import Payloads
from temporalio.api.enums.v1 import EventType
from temporalio.api.history.v1 import HistoryEvent
from temporalio.client import Client, WorkflowExecution, WorkflowExecutionDescription, WorkflowExecutionStatus
from temporalio.common import RawValue
from temporalio.service import RPCError, RPCStatusCode

from service.runs.sealed_runs import first_events, leads, own_start, run_of
from service.runs.working_times import WorkingTime, of_command, of_start
from store.messages.tables import MessageRow
from workflows.containment import FAILED
from workflows.identity import WRITE_RECORD, workflow_id
from workflows.sealing import activity_flaw, given_as, result_flaw
from workflows.seals import CommandKeys
from workflows.state import MessageInput, Record

_WITHIN_A_STEP = "core_local_activity"
"""The name of the marker of an activity that was done within its step."""


@dataclass(frozen=True)
class History:
    """One run of a message: its start, and its records in order, as far as the program has sealed them.

    `working_times` is what it was told to count by, by its start and by commands, whoever has sent those.
    `is_spoilt`: somebody else has taken steps of it, or its last step failed as a whole, so that no worker of the
    program can go on with it. `has_stepped`: a step was taken at all; `has_failed`: one had failed by the program's own
    fault, and is tried again.
    """

    start: MessageInput
    run_id: str
    started_at: datetime
    records: Sequence[Record]
    working_times: Sequence[WorkingTime]
    is_running: bool
    is_spoilt: bool = False
    has_stepped: bool = False
    has_failed: bool = False

    @property
    def before(self) -> int:
        """How many journal rows the message had when the run began."""
        return self.start.carried.state.rows if self.start.carried else 0

    @property
    def last(self) -> int:
        """The last journal row that the run knows of."""
        return self.records[-1].rows[-1].number if self.records else self.before


class _Reading:
    """Gathers what the events of one run say."""

    def __init__(self, keys: CommandKeys, execution: WorkflowExecution) -> None:
        self._keys = keys
        self._run = execution.id, execution.run_id
        self.start: MessageInput | None = None
        self.records: list[Record] = []
        self.working_times: list[WorkingTime] = []
        self.has_others = self.cannot_go_on = self.has_stepped = self.has_failed = False

    def take(self, event: HistoryEvent) -> None:
        """Raises MissingKeyError."""
        match event.event_type:
            case EventType.EVENT_TYPE_WORKFLOW_EXECUTION_STARTED:
                self.start = own_start(self._keys, self._run[0], [event])
                self.working_times += of_start(self.start) if self.start else []
            case EventType.EVENT_TYPE_WORKFLOW_EXECUTION_SIGNALED:
                self._signal(event)
            case EventType.EVENT_TYPE_ACTIVITY_TASK_SCHEDULED:
                self._activity(event)
            case EventType.EVENT_TYPE_WORKFLOW_TASK_COMPLETED:
                self.has_stepped, self.cannot_go_on = True, False
            case EventType.EVENT_TYPE_WORKFLOW_TASK_FAILED:
                self.cannot_go_on = True
            case EventType.EVENT_TYPE_MARKER_RECORDED:
                marker = event.marker_recorded_event_attributes
                if marker.marker_name == _WITHIN_A_STEP:
                    self._within_a_step(marker.details)
                else:
                    self.has_failed |= any(
                        FAILED.encode() in payload.data
                        for part in marker.details.values()
                        for payload in part.payloads
                    )

    def _within_a_step(self, details: Mapping[str, Payloads]) -> None:
        """A record that is written already; what somebody else has put in its place counts as little as to the run."""
        if "result" not in details:
            return
        try:
            [said], [payload] = details["data"].payloads, details["result"].payloads
            data = json.loads(said.data)
            number, name = data["activity_id"], data["activity_type"]
        except (KeyError, TypeError, ValueError):
            return
        flaw = result_flaw(self._keys, self._run, str(number), str(name), payload)
        if flaw is None and name == WRITE_RECORD:
            self.records.append(given_as(Record, RawValue(payload)))

    def _signal(self, event: HistoryEvent) -> None:
        signal = event.workflow_execution_signaled_event_attributes
        # What a stranger has sent under the name of a command may hold anything.
        with suppress(ValueError, TypeError):
            payload = json.loads(signal.input.payloads[0].data) if signal.input.payloads else {}
            self.working_times += of_command(signal.signal_name, payload)

    def _activity(self, event: HistoryEvent) -> None:
        scheduled = event.activity_task_scheduled_event_attributes
        name, payloads = scheduled.activity_type.name, scheduled.input.payloads
        if activity_flaw(
            self._keys, self._run, scheduled.activity_id, name, scheduled.header.fields, payloads
        ):
            self.has_others = True
        elif name == WRITE_RECORD:
            self.records.append(given_as(Record, RawValue(payloads[0])))


async def read(client: Client, keys: CommandKeys, execution: WorkflowExecution) -> History | None:
    """The run; None if Temporal keeps its history no more, or the program has not started it.

    Raises RPCError, and MissingKeyError.
    """
    handle = client.get_workflow_handle(execution.id, run_id=execution.run_id)
    reading = _Reading(keys, execution)
    try:
        async for event in handle.fetch_history_events():
            reading.take(event)
            if reading.start is None:
                return None
    except RPCError as error:
        if error.status is not RPCStatusCode.NOT_FOUND:
            raise
        return None
    if reading.start is None:
        return None
    return History(
        reading.start,
        execution.run_id,
        execution.start_time,
        reading.records,
        reading.working_times,
        execution.status is WorkflowExecutionStatus.RUNNING,
        reading.has_others or reading.cannot_go_on,
        reading.has_stepped,
        reading.has_failed,
    )


async def current(
    client: Client, number: int, run_id: str | None = None
) -> WorkflowExecutionDescription | None:
    """The last run of the message, whoever started it, or that of the id, as it is now; None if there is none.

    Raises RPCError.
    """
    try:
        return await client.get_workflow_handle(workflow_id(str(number)), run_id=run_id).describe()
    except RPCError as error:
        # An id that is none at all names no run either.
        if error.status not in (RPCStatusCode.NOT_FOUND, RPCStatusCode.INVALID_ARGUMENT):
            raise
        return None


async def is_led(client: Client, keys: CommandKeys, row: MessageRow, execution: WorkflowExecution) -> bool:
    """Whether the run is the program's own, and leads the message. Raises RPCError, and MissingKeyError."""
    start = own_start(keys, execution.id, await first_events(client, execution.id, execution.run_id))
    return start is not None and leads(row, run_of(start, execution.run_id))


async def end_unled(client: Client, keys: CommandKeys, row: MessageRow) -> bool:
    """End the last run of the message unless it leads it; whether there was one. Raises RPCError, MissingKeyError."""
    assert row.number is not None  # noqa: S101
    found = await current(client, row.number)
    if found is None or found.status is not WorkflowExecutionStatus.RUNNING:
        return False
    if await is_led(client, keys, row, found):
        return False
    await end(client, found)
    return True


async def end(client: Client, execution: WorkflowExecution) -> None:
    """Terminate a run that does not lead its message. Raises RPCError."""
    handle = client.get_workflow_handle(execution.id, run_id=execution.run_id)
    try:
        await handle.terminate(reason="does not lead the message")
    except RPCError as error:
        if error.status is not RPCStatusCode.NOT_FOUND:
            raise


def is_idle(execution: WorkflowExecutionDescription) -> bool:
    """Whether the run waits for nobody but the clock and commands: no step and no record of it is under way."""
    raw = execution.raw_description
    return not raw.pending_activities and not raw.HasField("pending_workflow_task")
