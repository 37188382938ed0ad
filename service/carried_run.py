"""A new run of a message's workflow that goes on from the database: after a restore, and after the end."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any, NamedTuple

from temporalio.api.enums.v1 import EventType
from temporalio.api.history.v1 import HistoryEvent
from temporalio.client import Client
from temporalio.common import WorkflowIDConflictPolicy, WorkflowIDReusePolicy
from temporalio.service import RPCError, RPCStatusCode

from calendar_rules.regulation import Regulation
from service.message_view import state_of
from service.rules import Rules
from service.sealed_runs import first_events, is_own
from store import messages, recovery
from store.session import Session
from store.tables import MessageRow
from workflows.identity import TASK_QUEUE, WORKFLOW_TYPE, workflow_id
from workflows.seals import CommandKeys
from workflows.state import Calendars, Carried, CommandOutcome, MessageInput, MessageState
from workflows.wording import about, title


class StartSignal(NamedTuple):
    """The command a run begins with: in one call of Temporal, so that neither comes without the other."""

    name: str
    payload: Mapping[str, Any]


async def known_state(session: Session, row: MessageRow) -> MessageState:
    """The state as the database has it, with every limit."""
    assert row.number is not None  # noqa: S101
    runs = await messages.limits(session, [row.number])
    return state_of(row, runs[row.number])


def is_of(state: MessageState, regulation: Regulation) -> bool:
    """Whether the message was started by this act in this edition."""
    return (state.act, state.edition) == (regulation.act.key, regulation.act.edition.isoformat())


async def carried_input(
    session: Session, row: MessageRow, state: MessageState, regulation: Regulation, rules: Rules
) -> MessageInput:
    """What the run is started with: `state`, whose journal goes on after the last recorded row.

    `regulation` is the one the message was started by; the calendars are those of today, and no command that has left
    its mark is applied a second time. Raises CalendarRangeError where no calendar covers the detection.
    """
    assert row.number is not None  # noqa: S101
    # Where the snapshot is ahead of the journal, it has every command whose outcome is known.
    settled = await recovery.outcomes(session, row.number, with_unrecorded=row.rows != row.recorded)
    calendars = rules.calendars(row.detected_at)
    hours = {body: rules.schedules.of(body) for body in state.bodies}
    return MessageInput(
        id=state.id,
        network=state.network,
        detected_at=state.detected_at,
        registered_at=state.registered_at,
        registered_by=row.registered_by,
        regulation=regulation,
        calendars=calendars,
        carried=Carried(
            state=state.model_copy(update={"rows": row.recorded}),
            calendars=Calendars(
                production=calendars.production, department=calendars.department, bodies=hours
            ),
            outcomes={
                command: CommandOutcome(accepted=outcome.accepted, detail=outcome.detail)
                for command, outcome in settled.items()
            },
            records=row.recorded,
        ),
    )


async def start(
    client: Client,
    begin: MessageInput,
    *,
    signal: StartSignal | None = None,
    replace: bool = True,
    delay: timedelta | None = None,
) -> None:
    """Start the run; with a signal it is given to a run that is there already, without one it takes its place.

    Without `replace` it does neither, and WorkflowAlreadyStartedError is raised. `delay`: of the first step, for a
    message whose clock is ahead of the wall's. Raises RPCError.
    """
    state = begin.carried.state if begin.carried else None
    assert state is not None  # noqa: S101
    without_signal = WorkflowIDConflictPolicy.TERMINATE_EXISTING if replace else WorkflowIDConflictPolicy.FAIL
    conflict = WorkflowIDConflictPolicy.USE_EXISTING if signal else without_signal
    await client.start_workflow(
        WORKFLOW_TYPE,
        begin,
        id=workflow_id(begin.id),
        task_queue=TASK_QUEUE,
        id_reuse_policy=WorkflowIDReusePolicy.ALLOW_DUPLICATE,
        id_conflict_policy=conflict,
        static_summary=title(begin.id, begin.network),
        static_details=about(state.detected_at, begin.regulation.act),
        start_delay=delay or None,
        start_signal=signal.name if signal else None,
        start_signal_args=[signal.payload] if signal else [],
    )


async def last_regulation(client: Client, keys: CommandKeys, number: int) -> Regulation | None:
    """The act that the last run of the message was started by.

    None where Temporal keeps its history no more, and for a run that the program has not started. Raises RPCError.
    """
    name = workflow_id(str(number))
    events = await first_events(client, name)
    if not is_own(keys, name, events):
        return None
    started = await start_of(client, events[0])
    return started.regulation if started else None


async def end_forged(client: Client, keys: CommandKeys, number: int) -> None:
    """End the last run of the message if the program has not started it. Raises RPCError."""
    name = workflow_id(str(number))
    events = await first_events(client, name)
    if not events or is_own(keys, name, events):
        return
    try:
        await client.get_workflow_handle(name).terminate(reason="not started by the program")
    except RPCError as error:
        if error.status is not RPCStatusCode.NOT_FOUND:
            raise


async def start_of(client: Client, event: HistoryEvent) -> MessageInput | None:
    """What a run was started with, by the first event of its history; None for any other event."""
    if event.event_type != EventType.EVENT_TYPE_WORKFLOW_EXECUTION_STARTED:
        return None
    payloads = event.workflow_execution_started_event_attributes.input.payloads
    [given] = await client.data_converter.decode(payloads, [MessageInput])
    assert isinstance(given, MessageInput)  # noqa: S101
    return given
