"""Ownership of a run of a message's workflow: whether the program sealed its start, and whether it leads the message.

Whoever reaches the Temporal server can start an earlier sealed start once more. So the database keeps how often the
program has started a message, and which run leads it since (`MessageRow.restarts`, `run_id`).
"""

from collections.abc import Sequence

from temporalio.api.common.v1 import WorkflowExecution
from temporalio.api.enums.v1 import EventType
from temporalio.api.history.v1 import HistoryEvent
from temporalio.api.workflowservice.v1 import GetWorkflowExecutionHistoryRequest
from temporalio.client import Client
from temporalio.common import RawValue
from temporalio.service import RPCError, RPCStatusCode

from store.journal.written import Leading, Led
from store.messages.tables import MessageRow
from workflows.sealing import given_as, start_flaw
from workflows.seals import CommandKeys, MissingKeyError
from workflows.state import MessageInput, Run

_FIRST_EVENTS = 1


async def first_events(client: Client, workflow_id: str, run_id: str | None = None) -> Sequence[HistoryEvent]:
    """How the run began, the last under this id unless one is named.

    Empty where Temporal keeps its history no more. Raises RPCError.
    """
    request = GetWorkflowExecutionHistoryRequest(
        namespace=client.namespace,
        execution=WorkflowExecution(workflow_id=workflow_id, run_id=run_id or ""),
        maximum_page_size=_FIRST_EVENTS,
    )
    try:
        page = await client.workflow_service.get_workflow_execution_history(request)
    except RPCError as error:
        # An id that is none at all names no run either.
        if error.status not in (RPCStatusCode.NOT_FOUND, RPCStatusCode.INVALID_ARGUMENT):
            raise
        return []
    return page.history.events


def is_own(keys: CommandKeys, workflow_id: str, events: Sequence[HistoryEvent]) -> bool:
    """Whether the program has sealed the start of the run that begins with these events.

    Where this process lacks the key of the seal, the key is at least one of the installation, and the run is believed.
    """
    try:
        return own_start(keys, workflow_id, events) is not None
    except MissingKeyError:
        return True


def own_start(keys: CommandKeys, workflow_id: str, events: Sequence[HistoryEvent]) -> MessageInput | None:
    """What the run that begins with these events was started with; None unless the program has sealed it.

    Nothing that is not sealed is so much as read. Raises MissingKeyError.
    """
    if not events or events[0].event_type != EventType.EVENT_TYPE_WORKFLOW_EXECUTION_STARTED:
        return None
    started = events[0].workflow_execution_started_event_attributes
    payloads = started.input.payloads
    if len(payloads) != 1 or start_flaw(keys, workflow_id, started.header.fields, payloads):
        return None
    return given_as(MessageInput, RawValue(payloads[0]))


def leads(row: MessageRow, run: Run) -> bool:
    """Whether the run is the one that leads the message, by what the database knows of it."""
    known = Led(row.recorded, row.restarts, row.run_id)
    return Leading(run.restarts, run.id, run.after).leads(known)


def run_of(start: MessageInput, run_id: str) -> Run:
    """The run of this id, by what it was started with."""
    return Run(restarts=start.restarts, id=run_id, after=start.after)
