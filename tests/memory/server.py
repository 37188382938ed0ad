"""What clients ask of Temporal's server, answered from memory."""

import asyncio
from collections.abc import Callable
from datetime import timedelta
from typing import Any, NoReturn

from google.protobuf.any_pb2 import Any as Packed
from temporalio.api.common.v1 import GrpcStatus, Payload, Payloads, WorkflowExecution, WorkflowType
from temporalio.api.enums.v1 import FastForwardPollingResult, HistoryEventFilterType
from temporalio.api.enums.v1 import WorkflowIdConflictPolicy as OnConflict
from temporalio.api.enums.v1 import WorkflowIdReusePolicy as OnReuse
from temporalio.api.errordetails.v1 import WorkflowExecutionAlreadyStartedFailure
from temporalio.api.history.v1 import History
from temporalio.api.namespace.v1 import NamespaceInfo
from temporalio.api.operatorservice import v1 as operator
from temporalio.api.workflowservice import v1 as service
from temporalio.bridge.proto.workflow_activation import (
    InitializeWorkflow,
    QueryWorkflow,
    SignalWorkflow,
    WorkflowActivationJob,
)
from temporalio.bridge.proto.workflow_commands import ContinueAsNewWorkflowExecution
from temporalio.service import RPCError, RPCStatusCode

from tests.memory.clock import Clock
from tests.memory.run import Run
from tests.memory.sdk import MemoryWorker, serve_at

_NEARLY = timedelta(milliseconds=50)
"""A start that is due so soon after a clock was moved is served at once."""


class MemoryServer:
    """Answers each call of a client by the method of its name; what has none is the real server's alone."""

    def __init__(self, address: str) -> None:
        self._runs: dict[tuple[str, str], list[Run]] = {}
        self._workers: list[MemoryWorker] = []
        self._joined = asyncio.Event()
        serve_at(address, self)

    async def call(self, rpc: str, request: Any) -> Any:
        answer: Callable[[Any], Any] | None = getattr(self, f"on_{rpc}", None)
        if answer is None:
            _refuse(RPCStatusCode.UNIMPLEMENTED, f"only Temporal's server answers {rpc}")
        response = answer(request)
        return await response if asyncio.iscoroutine(response) else response

    # ---- workers

    def join(self, worker: MemoryWorker) -> None:
        self._workers.append(worker)
        self._joined.set()

    def leave(self, worker: MemoryWorker) -> None:
        self._workers.remove(worker)

    async def workflow_worker(self, namespace: str, queue: str) -> MemoryWorker:
        return await self._worker(lambda worker: worker.does_workflows, namespace, queue)

    async def activity_worker(self, namespace: str, queue: str) -> MemoryWorker:
        return await self._worker(lambda worker: worker.does_activities, namespace, queue)

    async def _worker(self, does: Callable[[MemoryWorker], bool], *of: str) -> MemoryWorker:
        """The worker that joined last; waits until there is one."""
        while True:
            self._joined.clear()
            for worker in reversed(self._workers):
                if does(worker) and (worker.namespace, worker.task_queue) == of:
                    return worker
            await self._joined.wait()

    # ---- the server itself

    def on_get_system_info(self, _: Any) -> service.GetSystemInfoResponse:
        return service.GetSystemInfoResponse()

    def on_register_namespace(self, _: Any) -> service.RegisterNamespaceResponse:
        """Each name is a namespace."""
        return service.RegisterNamespaceResponse()

    def on_add_search_attributes(self, _: Any) -> operator.AddSearchAttributesResponse:
        """Runs keep all that they are given."""
        return operator.AddSearchAttributesResponse()

    def on_describe_namespace(self, request: Any) -> service.DescribeNamespaceResponse:
        return service.DescribeNamespaceResponse(namespace_info=NamespaceInfo(name=request.namespace))

    # ---- starts, signals and queries

    async def on_start_workflow_execution(self, request: Any) -> service.StartWorkflowExecutionResponse:
        run, is_new = self._started(request)
        return service.StartWorkflowExecutionResponse(
            run_id=run.id, first_execution_run_id=run.first, started=is_new
        )

    async def on_signal_with_start_workflow_execution(
        self, request: Any
    ) -> service.SignalWithStartWorkflowExecutionResponse:
        run = self._open(request.namespace, request.workflow_id)
        is_new = run is None
        if run is None:
            run, _ = self._started(request)
        run.take(_signal(request.signal_name, request.signal_input, request.header, request.identity))
        return service.SignalWithStartWorkflowExecutionResponse(run_id=run.id, started=is_new)

    def _started(self, request: Any) -> tuple[Run, bool]:
        """The run, and whether it is new."""
        before = self._runs.get((request.namespace, request.workflow_id), [])
        if before and before[-1].is_open:
            match request.workflow_id_conflict_policy:
                case OnConflict.WORKFLOW_ID_CONFLICT_POLICY_USE_EXISTING:
                    return before[-1], False
                case OnConflict.WORKFLOW_ID_CONFLICT_POLICY_TERMINATE_EXISTING:
                    before[-1].terminate("another was started")
                case _:
                    _already_started(before[-1])
        elif before and request.workflow_id_reuse_policy == OnReuse.WORKFLOW_ID_REUSE_POLICY_REJECT_DUPLICATE:
            _already_started(before[-1])
        delay = request.workflow_start_delay.ToTimedelta()
        clock = Clock()
        init = InitializeWorkflow(
            workflow_type=request.workflow_type.name,
            workflow_id=request.workflow_id,
            arguments=request.input.payloads,
            headers=request.header.fields,
            identity=request.identity,
            memo=request.memo,
            search_attributes=request.search_attributes,
        )
        at = clock.now() + delay if delay else None
        run = Run(self, clock, request.namespace, request.task_queue.name, init, delay_until=at)
        self._keep(run)
        return run, True

    def go_on(self, run: Run, command: ContinueAsNewWorkflowExecution) -> str:
        """Begin the run that follows another; returns its id."""
        attributes = command.search_attributes if command.search_attributes.indexed_fields else None
        init = InitializeWorkflow(
            workflow_type=command.workflow_type or run.workflow_type,
            workflow_id=run.workflow_id,
            arguments=command.arguments,
            headers=command.headers,
            memo=run.memo,
            search_attributes=attributes or run.search_attributes,
            continued_from_execution_run_id=run.id,
            first_execution_run_id=run.first,
        )
        after = Run(self, run.clock, run.namespace, command.task_queue or run.task_queue, init)
        run.hand_over(after)
        self._keep(after)
        return after.id

    def _keep(self, run: Run) -> None:
        self._runs.setdefault((run.namespace, run.workflow_id), []).append(run)

    async def on_signal_workflow_execution(self, request: Any) -> service.SignalWorkflowExecutionResponse:
        run = self._running(request.namespace, request.workflow_execution)
        run.take(_signal(request.signal_name, request.input, request.header, request.identity))
        return service.SignalWorkflowExecutionResponse()

    async def on_terminate_workflow_execution(
        self, request: Any
    ) -> service.TerminateWorkflowExecutionResponse:
        self._running(request.namespace, request.workflow_execution).terminate(request.reason)
        return service.TerminateWorkflowExecutionResponse()

    async def on_query_workflow(self, request: Any) -> service.QueryWorkflowResponse:
        run = self._run(request.namespace, request.execution)
        query = QueryWorkflow(
            query_id="legacy",
            query_type=request.query.query_type,
            arguments=request.query.query_args.payloads,
            headers=request.query.header.fields,
        )
        result = await run.ask(query)
        if result.HasField("failed"):
            _refuse(RPCStatusCode.INVALID_ARGUMENT, result.failed.message)
        return service.QueryWorkflowResponse(query_result=Payloads(payloads=[result.succeeded.response]))

    def on_reset_sticky_task_queue(self, request: Any) -> service.ResetStickyTaskQueueResponse:
        """No worker has a queue of its own here."""
        self._run(request.namespace, request.execution)
        return service.ResetStickyTaskQueueResponse()

    # ---- what is known of a run

    async def on_describe_workflow_execution(self, request: Any) -> service.DescribeWorkflowExecutionResponse:
        run = self._run(request.namespace, request.execution)
        response = service.DescribeWorkflowExecutionResponse()
        info = response.workflow_execution_info
        info.execution.CopyFrom(WorkflowExecution(workflow_id=run.workflow_id, run_id=run.id))
        info.type.CopyFrom(WorkflowType(name=run.workflow_type))
        info.status, info.task_queue, info.first_run_id = run.status, run.task_queue, run.first
        info.memo.CopyFrom(run.memo)
        for name, value in run.search_attributes.indexed_fields.items():
            if not _is_empty(value):
                info.search_attributes.indexed_fields[name].CopyFrom(value)
        info.start_time.FromDatetime(run.started_at)
        info.execution_time.FromDatetime(run.started_at)
        if run.closed_at is not None:
            info.close_time.FromDatetime(run.closed_at)
        response.execution_config.task_queue.name = run.task_queue
        clock = response.workflow_extended_info.time_skipping_info.current_time
        clock.FromDatetime(run.clock.now())
        return response

    async def on_get_workflow_execution_history(
        self, request: Any
    ) -> service.GetWorkflowExecutionHistoryResponse:
        """The end of the run alone: histories are the real server's."""
        if request.history_event_filter_type != HistoryEventFilterType.HISTORY_EVENT_FILTER_TYPE_CLOSE_EVENT:
            _refuse(RPCStatusCode.UNIMPLEMENTED, "only Temporal's server keeps histories")
        run = self._run(request.namespace, request.execution)
        return service.GetWorkflowExecutionHistoryResponse(
            history=History(events=[await asyncio.shield(run.close_event)])
        )

    # ---- the clocks of runs

    async def on_update_workflow_execution_options(
        self, request: Any
    ) -> service.UpdateWorkflowExecutionOptionsResponse:
        """Moves the clock of a run on."""
        run = self._run(request.namespace, request.workflow_execution)
        wanted = request.workflow_execution_options.time_skipping_config.fast_forward_config
        if wanted.id:
            await run.forward(wanted.duration.ToTimedelta(), nearly=_NEARLY)
        return service.UpdateWorkflowExecutionOptionsResponse()

    def on_poll_workflow_execution_time_skipping(
        self, _: Any
    ) -> service.PollWorkflowExecutionTimeSkippingResponse:
        """A clock has been moved before its answer comes."""
        done = FastForwardPollingResult.FAST_FORWARD_POLLING_RESULT_FAST_FORWARD_COMPLETED
        return service.PollWorkflowExecutionTimeSkippingResponse(fast_forward_polling_result=done)

    # ---- runs

    def _open(self, namespace: str, workflow_id: str) -> Run | None:
        runs = self._runs.get((namespace, workflow_id))
        return runs[-1] if runs and runs[-1].is_open else None

    def _run(self, namespace: str, execution: WorkflowExecution) -> Run:
        runs = self._runs.get((namespace, execution.workflow_id), [])
        found = [run for run in runs if execution.run_id in ("", run.id)]
        if not found:
            _refuse(RPCStatusCode.NOT_FOUND, f"workflow not found for ID: {execution.workflow_id}")
        return found[-1]

    def _running(self, namespace: str, execution: WorkflowExecution) -> Run:
        run = self._run(namespace, execution)
        if not run.is_open:
            _refuse(RPCStatusCode.NOT_FOUND, "workflow execution already completed")
        return run


def _signal(name: str, given: Any, header: Any, identity: str) -> WorkflowActivationJob:
    signal = SignalWorkflow(
        signal_name=name,
        input=given.payloads,
        headers=header.fields,
        identity=identity,
        originating_event_id=1,
    )
    return WorkflowActivationJob(signal_workflow=signal)


def _is_empty(value: Payload) -> bool:
    return value.metadata.get("encoding") == b"binary/null" or value.data in (b"null", b"[]")


def _already_started(run: Run) -> NoReturn:
    failure = WorkflowExecutionAlreadyStartedFailure(run_id=run.id, first_execution_run_id=run.first)
    _refuse(RPCStatusCode.ALREADY_EXISTS, "Workflow execution is already running", failure)


def _refuse(status: RPCStatusCode, message: str, detail: Any = None) -> NoReturn:
    told = GrpcStatus(code=int(status), message=message)
    if detail is not None:
        packed = Packed()
        packed.Pack(detail)
        told.details.append(packed)
    raise RPCError(message, status, told.SerializeToString())
