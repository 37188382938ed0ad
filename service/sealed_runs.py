"""Whether a run of a message's workflow is the program's own: nothing else Temporal has is believed."""

from collections.abc import Sequence

from temporalio.api.common.v1 import WorkflowExecution
from temporalio.api.enums.v1 import EventType
from temporalio.api.history.v1 import HistoryEvent
from temporalio.api.workflowservice.v1 import GetWorkflowExecutionHistoryRequest
from temporalio.client import Client
from temporalio.service import RPCError, RPCStatusCode

from workflows.sealing import SEALED, START_SEAL, start_flaw
from workflows.seals import CommandKeys, MissingKeyError

_FIRST_EVENTS = 20
"""As many as hold the start, the first step, and what that step has marked."""


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
        if error.status is not RPCStatusCode.NOT_FOUND:
            raise
        return []
    return page.history.events


def is_own(keys: CommandKeys, workflow_id: str, events: Sequence[HistoryEvent]) -> bool:
    """Whether the program has started the run that begins with these events.

    A run without a seal is its own where a release before there were seals has done its first step. Where this
    process lacks the key of the seal, the key is at least one of the installation, and the run is believed.
    """
    if not events or events[0].event_type != EventType.EVENT_TYPE_WORKFLOW_EXECUTION_STARTED:
        return False
    started = events[0].workflow_execution_started_event_attributes
    headers = started.header.fields
    if START_SEAL not in headers:
        return _began_before_seals(events)
    try:
        return start_flaw(keys, workflow_id, headers, started.input.payloads) is None
    except MissingKeyError:
        return True


def _began_before_seals(events: Sequence[HistoryEvent]) -> bool:
    has_stepped = any(
        event.event_type == EventType.EVENT_TYPE_WORKFLOW_TASK_COMPLETED for event in events[:_FIRST_EVENTS]
    )
    return has_stepped and not any(_marks_seals(event) for event in events[:_FIRST_EVENTS])


def _marks_seals(event: HistoryEvent) -> bool:
    if event.event_type != EventType.EVENT_TYPE_MARKER_RECORDED:
        return False
    details = event.marker_recorded_event_attributes.details.values()
    return any(f'"{SEALED}"'.encode() in payload.data for part in details for payload in part.payloads)
