"""A new run of a message's workflow that goes on from the database: after a restore, and after the end."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any, NamedTuple

from temporalio.client import Client
from temporalio.common import WorkflowIDConflictPolicy, WorkflowIDReusePolicy

from calendar_rules.regulation import Regulation
from service.messages.view import state_of
from service.runs import working_times
from service.runs.rules import Rules
from service.runs.sealed_runs import first_events, own_start
from store.database.session import Session
from store.messages import finding
from store.messages.tables import MessageRow
from store.recovery import rows as recovery
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
    runs = await finding.limits(session, [row.number])
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
    start = MessageInput(
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
        restarts=row.restarts,
    )
    await working_times.keep_in(session, working_times.of_start(start))
    return start


async def start(
    client: Client,
    begin: MessageInput,
    *,
    signal: StartSignal | None = None,
    replace: bool = True,
    delay: timedelta | None = None,
) -> str | None:
    """Start the run, with a signal or without, in the place of one that is there; returns its id.

    Without `replace` it takes no place, and WorkflowAlreadyStartedError is raised. `delay`: of the first step, for a
    message whose clock is ahead of the wall's. Raises RPCError.
    """
    state = begin.carried.state if begin.carried else None
    assert state is not None  # noqa: S101
    handle = await client.start_workflow(
        WORKFLOW_TYPE,
        begin,
        id=workflow_id(begin.id),
        task_queue=TASK_QUEUE,
        id_reuse_policy=WorkflowIDReusePolicy.ALLOW_DUPLICATE,
        # What the run that is there has recorded by now is in `begin`: it was read after all others were superseded.
        id_conflict_policy=(
            WorkflowIDConflictPolicy.TERMINATE_EXISTING if replace else WorkflowIDConflictPolicy.FAIL
        ),
        static_summary=title(begin.id, begin.network),
        static_details=about(state.detected_at, begin.regulation.act),
        start_delay=delay or None,
        start_signal=signal.name if signal else None,
        start_signal_args=[signal.payload] if signal else [],
    )
    return handle.result_run_id


async def last_regulation(client: Client, keys: CommandKeys, row: MessageRow) -> Regulation | None:
    """The act that the run was started by which has led the message last.

    None where Temporal keeps its history no more. Raises RPCError, and MissingKeyError.
    """
    assert row.number is not None  # noqa: S101
    if row.run_id is None:
        return None
    name = workflow_id(str(row.number))
    start = own_start(keys, name, await first_events(client, name, row.run_id))
    return start.regulation if start else None
