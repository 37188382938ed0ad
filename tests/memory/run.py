"""One run of a workflow: what has come for it, its task under way, and what the task leaves behind."""

import asyncio
import zlib
from collections.abc import Iterable
from datetime import datetime, timedelta
from functools import partial
from typing import Any, Protocol
from uuid import uuid4

from temporalio.api.common.v1 import Memo, Payloads, SearchAttributes
from temporalio.api.enums.v1 import EventType, WorkflowExecutionStatus
from temporalio.api.failure.v1 import Failure
from temporalio.api.history.v1 import HistoryEvent
from temporalio.bridge.proto.activity_result import ActivityResolution
from temporalio.bridge.proto.workflow_activation import (
    FireTimer,
    InitializeWorkflow,
    NotifyHasPatch,
    QueryWorkflow,
    ResolveActivity,
    WorkflowActivation,
    WorkflowActivationJob,
)
from temporalio.bridge.proto.workflow_commands import (
    ContinueAsNewWorkflowExecution,
    QueryResult,
    ScheduleActivity,
    ScheduleLocalActivity,
    WorkflowCommand,
)

from tests.memory.attempts import Attempts
from tests.memory.clock import Clock
from tests.memory.sdk import MemoryWorker

_CLOSED_BY = {
    "complete_workflow_execution": (
        EventType.EVENT_TYPE_WORKFLOW_EXECUTION_COMPLETED,
        WorkflowExecutionStatus.WORKFLOW_EXECUTION_STATUS_COMPLETED,
    ),
    "fail_workflow_execution": (
        EventType.EVENT_TYPE_WORKFLOW_EXECUTION_FAILED,
        WorkflowExecutionStatus.WORKFLOW_EXECUTION_STATUS_FAILED,
    ),
    "continue_as_new_workflow_execution": (
        EventType.EVENT_TYPE_WORKFLOW_EXECUTION_CONTINUED_AS_NEW,
        WorkflowExecutionStatus.WORKFLOW_EXECUTION_STATUS_CONTINUED_AS_NEW,
    ),
}
_RUNNING = WorkflowExecutionStatus.WORKFLOW_EXECUTION_STATUS_RUNNING


class Workers(Protocol):
    """Who has workers: the server."""

    async def workflow_worker(self, namespace: str, queue: str) -> MemoryWorker: ...
    async def activity_worker(self, namespace: str, queue: str) -> MemoryWorker: ...
    def go_on(self, run: "Run", command: ContinueAsNewWorkflowExecution) -> str: ...


class Run:
    """`close_event` is set at its end. `first`: the id of the first of the runs it follows."""

    def __init__(
        self,
        workers: Workers,
        clock: Clock,
        namespace: str,
        task_queue: str,
        init: InitializeWorkflow,
        *,
        delay_until: datetime | None = None,
    ) -> None:
        self.id = str(uuid4())
        self.clock, self.namespace, self.task_queue = clock, namespace, task_queue
        self.workflow_id, self.workflow_type = init.workflow_id, init.workflow_type
        self.started_at, self.status = clock.now(), _RUNNING
        self.closed_at: datetime | None = None
        self.memo = Memo(fields=init.memo.fields)
        self.search_attributes = SearchAttributes(indexed_fields=init.search_attributes.indexed_fields)
        self.close_event: asyncio.Future[HistoryEvent] = asyncio.get_running_loop().create_future()
        init.first_execution_run_id = init.first_execution_run_id or self.id
        init.original_execution_run_id, init.attempt = self.id, 1
        init.randomness_seed = zlib.crc32(self.id.encode())
        init.start_time.FromDatetime(self.started_at)
        self.first = init.first_execution_run_id
        self._workers = workers
        self._worker: MemoryWorker | None = None
        self._jobs: list[WorkflowActivationJob] = []
        self._queries: list[tuple[QueryWorkflow, asyncio.Future[QueryResult]]] = []
        self._told: list[WorkflowActivation] = []
        """All that tasks have told the workflow so far: told once more, it stands where it stood."""
        self._patches: set[str] = set()
        self._activities: dict[int, tuple[Attempts, asyncio.Task[None]]] = {}
        self._task: asyncio.Task[None] | None = None
        self._starts_at = delay_until
        self._jobs.append(WorkflowActivationJob(initialize_workflow=init))
        if delay_until is not None:
            clock.wake((self.id, "start"), delay_until, self._start)
        else:
            self._go()

    @property
    def is_open(self) -> bool:
        return self.status == _RUNNING

    # ---- what comes from outside

    def take(self, job: WorkflowActivationJob) -> None:
        """What the workflow is told by its next task: a signal, a timer, the end of an activity."""
        self._jobs.append(job)
        self._go()

    async def ask(self, query: QueryWorkflow) -> QueryResult:
        answer: asyncio.Future[QueryResult] = asyncio.get_running_loop().create_future()
        self._queries.append((query, answer))
        self._go()
        return await answer

    def terminate(self, reason: str) -> None:
        event = HistoryEvent(event_type=EventType.EVENT_TYPE_WORKFLOW_EXECUTION_TERMINATED)
        event.workflow_execution_terminated_event_attributes.reason = reason
        self._close(event, WorkflowExecutionStatus.WORKFLOW_EXECUTION_STATUS_TERMINATED)

    def hand_over(self, after: "Run") -> None:
        """What came while the last task was under way is for the run that follows."""
        jobs, self._jobs = self._jobs, []
        for job in jobs:
            if job.HasField("signal_workflow"):
                after.take(job)

    async def forward(self, duration: timedelta, *, nearly: timedelta) -> None:
        """Move the clock on; a start that is due `nearly` then is served as well."""
        goal = self.clock.now() + duration
        if self._starts_at is not None and goal <= self._starts_at <= goal + nearly:
            goal = self._starts_at
        await self.clock.forward(goal, self.settled)

    async def settled(self) -> None:
        """Wait until nothing is under way but what waits for the clock, or for a worker."""
        while under_way := self._under_way():
            await asyncio.wait(under_way, return_when=asyncio.FIRST_COMPLETED)
            await asyncio.sleep(0)

    def _under_way(self) -> list[asyncio.Future[Any]]:
        tasks = [attempts.under_way for attempts, _ in self._activities.values()]
        served = self._task if self._worker is not None else None
        return [task for task in [served, *tasks] if task is not None and not task.done()]

    def _start(self) -> None:
        self._starts_at = None
        self._go()

    def _go(self) -> None:
        if self._starts_at is None and (self._task is None or self._task.done()):
            self._task = asyncio.get_running_loop().create_task(self._work())

    # ---- tasks of the workflow

    async def _work(self) -> None:
        try:
            await self._serve_all()
        except Exception as error:
            # A shortcoming of this server: whoever asks next is told.
            for _, answer in self._queries:
                answer.set_exception(error)
            raise

    async def _serve_all(self) -> None:
        pause = 0.001
        while (self._jobs and self.is_open) or self._queries:
            worker = await self._told_worker()
            if worker is None or (self._jobs and self.is_open and not await self._is_served(worker)):
                await asyncio.sleep(pause := min(pause * 2, 1))
            elif self._queries and not (self._jobs and self.is_open):
                await self._answer(worker, *self._queries.pop(0))

    async def _told_worker(self) -> MemoryWorker | None:
        """A worker that has the workflow where it stands; None if it fails on the way there."""
        if self._worker is None or not self._worker.has_cached(self.id):
            self._worker = None
            worker = await self._workers.workflow_worker(self.namespace, self.task_queue)
            self._worker = worker
            for activation in self._told:
                if (await worker.activate(activation)).HasField("failed"):
                    await self._forget(worker)
                    return None
        return self._worker

    async def _forget(self, worker: MemoryWorker) -> None:
        await worker.evict(self.id)
        self._worker = None

    async def _is_served(self, worker: MemoryWorker) -> bool:
        """One task: all that has come, and the local activities that follow from it. False if it failed.

        Nothing of a failed task is kept; the workflow is made again and told the same with what has come meanwhile.
        """
        jobs, self._jobs = self._jobs, []
        told: list[WorkflowActivation] = []
        left: list[WorkflowCommand] = []
        local: dict[int, asyncio.Task[ActivityResolution]] = {}
        coming: Iterable[WorkflowActivationJob] = jobs
        while True:
            activation = self._activation(coming)
            completion = await worker.activate(activation)
            if completion.HasField("failed"):
                for task in local.values():
                    task.cancel()
                await self._forget(worker)
                self._jobs = jobs + self._jobs
                return False
            activation.is_replaying = True
            told.append(activation)
            for command in completion.successful.commands:
                match command.WhichOneof("variant"):
                    case "schedule_local_activity":
                        given = command.schedule_local_activity
                        local[given.seq] = asyncio.create_task(self._local(given, worker))
                    case "request_cancel_local_activity":
                        local[command.request_cancel_local_activity.seq].cancel()
                    case _:
                        left.append(command)
            if not local:
                break
            await asyncio.wait(local.values(), return_when=asyncio.FIRST_COMPLETED)
            done = [seq for seq, task in local.items() if task.done()]
            coming = [_resolved(seq, await local.pop(seq), is_local=True) for seq in done]
        self._told += told
        for command in left:
            self._perform(command)
        return True

    def _activation(self, jobs: Iterable[WorkflowActivationJob]) -> WorkflowActivation:
        activation = WorkflowActivation(run_id=self.id, jobs=jobs, history_length=5 * (len(self._told) + 1))
        activation.timestamp.FromDatetime(self.clock.now())
        return activation

    async def _answer(
        self, worker: MemoryWorker, query: QueryWorkflow, answer: "asyncio.Future[QueryResult]"
    ) -> None:
        job = WorkflowActivationJob(query_workflow=query)
        completion = await worker.activate(self._activation([job]))
        result = QueryResult(failed=Failure(message=completion.failed.failure.message))
        for command in completion.successful.commands:
            if command.HasField("respond_to_query"):
                result = command.respond_to_query
        if not answer.done():
            answer.set_result(result)

    async def _local(self, given: ScheduleLocalActivity, worker: MemoryWorker) -> ActivityResolution:
        async def here() -> MemoryWorker:
            return worker

        attempts = Attempts(self, given, here)
        try:
            return await attempts.resolution()
        except asyncio.CancelledError:
            return attempts.cancelled()

    # ---- what a task leaves behind

    def _perform(self, command: WorkflowCommand) -> None:
        match kind := command.WhichOneof("variant"):
            case "start_timer":
                seq, after = command.start_timer.seq, command.start_timer.start_to_fire_timeout
                fired = WorkflowActivationJob(fire_timer=FireTimer(seq=seq))
                due = self.clock.now() + after.ToTimedelta()
                self.clock.wake((self.id, seq), due, partial(self.take, fired))
            case "cancel_timer":
                self.clock.forget((self.id, command.cancel_timer.seq))
            case "schedule_activity":
                self._begin(command.schedule_activity)
            case "request_cancel_activity":
                if known := self._activities.get(command.request_cancel_activity.seq):
                    known[1].cancel()
            case "upsert_workflow_search_attributes":
                changed = command.upsert_workflow_search_attributes.search_attributes.indexed_fields
                for name, value in changed.items():
                    self.search_attributes.indexed_fields[name].CopyFrom(value)
            case "modify_workflow_properties":
                for name, value in command.modify_workflow_properties.upserted_memo.fields.items():
                    self.memo.fields[name].CopyFrom(value)
            case "set_patch_marker":
                self._patch(command.set_patch_marker.patch_id)
            case _ if kind in _CLOSED_BY:
                self._end(kind, command)
            case _:
                raise NotImplementedError(f"only Temporal's server does this: {kind}")

    def _patch(self, name: str) -> None:
        """A replay tells the workflow beforehand which patches it had."""
        if name not in self._patches:
            self._patches.add(name)
            job = WorkflowActivationJob(notify_has_patch=NotifyHasPatch(patch_id=name))
            self._told[0].jobs.insert(0, job)

    def _begin(self, given: ScheduleActivity) -> None:
        queue = given.task_queue or self.task_queue
        attempts = Attempts(self, given, lambda: self._workers.activity_worker(self.namespace, queue))

        async def run() -> None:
            try:
                resolution = await attempts.resolution()
            except asyncio.CancelledError:
                resolution = attempts.cancelled()
            del self._activities[given.seq]
            if self.is_open:
                self.take(_resolved(given.seq, resolution))

        self._activities[given.seq] = (attempts, asyncio.create_task(run()))

    def _end(self, kind: str, command: WorkflowCommand) -> None:
        event_type, status = _CLOSED_BY[kind]
        event = HistoryEvent(event_type=event_type)
        match kind:
            case "complete_workflow_execution":
                result = Payloads(payloads=[command.complete_workflow_execution.result])
                event.workflow_execution_completed_event_attributes.result.CopyFrom(result)
            case "fail_workflow_execution":
                failure = command.fail_workflow_execution.failure
                event.workflow_execution_failed_event_attributes.failure.CopyFrom(failure)
            case "continue_as_new_workflow_execution":
                self.status = status
                after = self._workers.go_on(self, command.continue_as_new_workflow_execution)
                event.workflow_execution_continued_as_new_event_attributes.new_execution_run_id = after
        self._close(event, status)

    def _close(self, event: HistoryEvent, status: "WorkflowExecutionStatus.ValueType") -> None:
        self.status, self.closed_at = status, self.clock.now()
        self.clock.forget_all(self.id)
        for _, task in list(self._activities.values()):
            task.cancel()
        self.close_event.set_result(event)


def _resolved(seq: int, result: ActivityResolution, *, is_local: bool = False) -> WorkflowActivationJob:
    return WorkflowActivationJob(resolve_activity=ResolveActivity(seq=seq, result=result, is_local=is_local))
