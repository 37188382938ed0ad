"""Looking for what is due, and beginning a run in Temporal for it: where nothing is due, nothing runs.

Every worker looks, by a statement of the database. Of two that find the same one begins it, for the id of a run is
taken as long as it goes on; the run finds out itself what is due, and does no more (docs/change/decisions.md, 53).
"""

import time
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import structlog
from temporalio.client import Client, WorkflowExecutionDescription
from temporalio.common import WorkflowIDConflictPolicy, WorkflowIDReusePolicy
from temporalio.exceptions import WorkflowAlreadyStartedError
from temporalio.service import RPCError, RPCStatusCode

from service.runs.background import Background
from store.database.session import DatabaseError
from workflows.office import NETWORKS_QUEUE, OFFICE_QUEUE, OFFICE_WORK, OfficeTask, queue_of, work_id
from workflows.polling import POLL_SOURCE, poll_id
from workflows.promise import LOOK_AGAIN, PROMISE, promise_id

log = structlog.get_logger(__name__)

SOURCES = "sources"
LOOKED_FOR = frozenset(
    {
        OfficeTask.STANDING,
        OfficeTask.CHANNELS,
        OfficeTask.ESCALATIONS,
        OfficeTask.SURGE,
        OfficeTask.PROMISES,
        OfficeTask.LOAD,
        SOURCES,
    }
)
"""What workers look for; every other task of the office has a schedule in Temporal (`schedules`)."""
_ENDS_WITHIN = timedelta(hours=1)
"""One that somebody else has brought to a stand does not hold up the next for ever."""
_AWAY = (RPCError, DatabaseError, OSError)


@dataclass(frozen=True, slots=True)
class Run:
    """A run to be begun: of which workflow, for what, under which id, on which queue.

    `signal`: it may last for months, and where it goes on it gets this signal instead. `summary` is what the Web UI
    says of it.
    """

    workflow: str
    of: OfficeTask | int | str
    id: str
    queue: str
    signal: str | None = None
    summary: str | None = None


def of_task(task: OfficeTask) -> Run:
    """The run of a task of the office."""
    return Run(OFFICE_WORK, task, work_id(task), queue_of(task))


def of_promise(promise: str, message: int) -> Run:
    """The run of a promise of a message's text."""
    summary = f"Обещание по сообщению № {message}"
    return Run(PROMISE, promise, promise_id(promise), OFFICE_QUEUE, LOOK_AGAIN, summary)


def of_source(number: int) -> Run:
    """The run that looks at a source."""
    return Run(POLL_SOURCE, number, poll_id(number), NETWORKS_QUEUE)


@dataclass(frozen=True, slots=True)
class Watch:
    """One kind of work that is looked for: `due` returns the runs to be begun now, asked `every` so many seconds.

    A run that was found to go on is not tried again for `again` seconds: of many that take long Temporal is not asked
    all the time.
    """

    name: str
    every: float
    due: Callable[[], Awaitable[Iterable[Run]]]
    again: float = 0.0


def of_task_when(task: OfficeTask, every: float, is_due: Callable[[], Awaitable[bool]]) -> Watch:
    """Watch for a task of the office, which `is_due` judges."""

    async def due() -> Iterable[Run]:
        return (of_task(task),) if await is_due() else ()

    return Watch(task.value, every, due)


def background(client: Client, watch: Watch) -> Background:
    """Looks, and begins what is due, as long as it runs."""

    going_until: dict[str, float] = {}

    async def look() -> None:
        for run in await watch.due():
            if time.monotonic() < going_until.get(run.id, 0.0):
                continue
            if not await begin(client, run):
                going_until[run.id] = time.monotonic() + watch.again

    return Background(
        f"looking for {watch.name}",
        look,
        every=watch.every,
        away=_AWAY,
        warning="what is due cannot be begun now, trying on",
        fault="what is due could not be looked for",
    )


async def begin(client: Client, run: Run) -> bool:
    """Begin a run unless it goes on; whether it was begun. Raises RPCError.

    What goes on under its id, and cannot be it, is ended: whoever reaches Temporal could else keep it from being done.
    One that lasts is told to look instead.
    """
    if run.signal is not None:
        await _tell(client, run)
        return False
    try:
        await _start(client, run, WorkflowIDConflictPolicy.FAIL)
    except WorkflowAlreadyStartedError:
        found = await _described(client, run.id)
        if found is not None and _is_its_own(found, run):
            return False
        log.error("something else stood in the place of a run: it is ended", run=run.id)
        await _start(client, run, WorkflowIDConflictPolicy.TERMINATE_EXISTING)
    return True


async def _start(client: Client, run: Run, conflict: WorkflowIDConflictPolicy) -> None:
    await client.start_workflow(
        run.workflow,
        run.of,
        id=run.id,
        task_queue=run.queue,
        run_timeout=_ENDS_WITHIN,
        id_reuse_policy=WorkflowIDReusePolicy.ALLOW_DUPLICATE,
        id_conflict_policy=conflict,
    )


async def _tell(client: Client, run: Run) -> None:
    await client.start_workflow(
        run.workflow,
        run.of,
        id=run.id,
        task_queue=run.queue,
        start_signal=run.signal,
        id_reuse_policy=WorkflowIDReusePolicy.ALLOW_DUPLICATE,
        id_conflict_policy=WorkflowIDConflictPolicy.USE_EXISTING,
        static_summary=run.summary,
    )


async def _described(client: Client, name: str) -> WorkflowExecutionDescription | None:
    try:
        return await client.get_workflow_handle(name).describe()
    except RPCError as error:
        if error.status is not RPCStatusCode.NOT_FOUND:
            raise
        return None


def _is_its_own(found: WorkflowExecutionDescription, run: Run) -> bool:
    """Whether this may be the run: the program's own end within the hour."""
    return (found.workflow_type, found.task_queue) == (run.workflow, run.queue) and datetime.now(
        UTC
    ) - found.start_time < _ENDS_WITHIN
