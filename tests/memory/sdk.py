"""The SDK's seams between Python and its core in Rust, where the server in memory takes the core's place.

What the tests lean on of the SDK's private parts is in `PRIVATE_NAMES`; `test_memory` says which of them an upgrade has
taken away.
"""

import asyncio
from typing import Any, Protocol, cast
from uuid import uuid4

import temporalio.bridge.worker
import temporalio.service
from temporalio.bridge.proto import ActivityHeartbeat, ActivityTaskCompletion, NamespaceInfo
from temporalio.bridge.proto.activity_result import ActivityExecutionResult
from temporalio.bridge.proto.activity_task import ActivityTask, Start
from temporalio.bridge.proto.workflow_activation import (
    RemoveFromCache,
    WorkflowActivation,
    WorkflowActivationJob,
)
from temporalio.bridge.proto.workflow_completion import WorkflowActivationCompletion
from temporalio.bridge.worker import PollShutdownError  # type: ignore[attr-defined]

PRIVATE_NAMES = (
    "temporalio.service._BridgeServiceClient.connect",
    "temporalio.service._BridgeServiceClient._rpc_call",
    "temporalio.bridge.worker.Worker.create",
    "temporalio.bridge.worker.Worker.validate",
    "temporalio.bridge.worker.Worker.poll_workflow_activation",
    "temporalio.bridge.worker.Worker.complete_workflow_activation",
    "temporalio.bridge.worker.Worker.poll_activity_task",
    "temporalio.bridge.worker.Worker.complete_activity_task",
    "temporalio.bridge.worker.Worker.record_activity_heartbeat",
    "temporalio.bridge.worker.Worker.poll_nexus_task",
    "temporalio.bridge.worker.Worker.replace_client",
    "temporalio.bridge.worker.Worker.initiate_shutdown",
    "temporalio.bridge.worker.Worker.finalize_shutdown",
    "temporalio.bridge.worker.PollShutdownError",
    "temporalio.bridge.worker.WorkerConfig",
    "temporalio.bridge.proto.workflow_activation.WorkflowActivation",
    "temporalio.bridge.proto.workflow_commands.WorkflowCommand",
    "temporalio.bridge.proto.workflow_completion.WorkflowActivationCompletion",
    "temporalio.bridge.proto.activity_task.ActivityTask",
    "temporalio.bridge.proto.activity_result.ActivityExecutionResult",
    "temporalio.bridge.proto.activity_result.ActivityResolution",
)

_SHUT = object()


class Server(Protocol):
    """What clients and workers need of the server in memory."""

    def call(self, rpc: str, request: Any) -> Any: ...
    def join(self, worker: "MemoryWorker") -> None: ...
    def leave(self, worker: "MemoryWorker") -> None: ...


_servers: dict[str, Server] = {}


def serve_at(address: str, server: Server) -> None:
    """From now on clients that connect to the address reach this server, and so do their workers."""
    if not _servers:
        _connect, _create = (
            temporalio.service._BridgeServiceClient.connect,
            temporalio.bridge.worker.Worker.create,
        )

        async def connect(
            config: temporalio.service.ConnectConfig,
        ) -> temporalio.service._BridgeServiceClient:
            if config.target_host in _servers:
                return _MemoryServiceClient(config)
            return await _connect(config)

        def create(client: Any, config: Any) -> Any:
            return MemoryWorker(client, config) if client in _servers.values() else _create(client, config)

        temporalio.service._BridgeServiceClient.connect = staticmethod(connect)  # type: ignore[method-assign]
        temporalio.bridge.worker.Worker.create = staticmethod(create)  # type: ignore[method-assign]
    _servers[address] = server


class _MemoryServiceClient(temporalio.service._BridgeServiceClient):
    def __init__(self, config: temporalio.service.ConnectConfig) -> None:
        super().__init__(config)
        self._server = _servers[config.target_host]
        self._bridge_client = cast(Any, self._server)  # what a worker of this client is made with

    async def _rpc_call(self, rpc: str, req: Any, resp_type: Any, **_: Any) -> Any:
        return await self._server.call(rpc, req)


class MemoryWorker:
    """In place of the bridge's worker: the SDK polls it for activations and activities, and completes them."""

    def __init__(self, server: Server, config: Any) -> None:
        self.namespace, self.task_queue = config.namespace, config.task_queue
        self.does_workflows = config.task_types.enable_workflows
        self.does_activities = config.task_types.enable_remote_activities
        self.is_open = True
        self._server = server
        self._activations: asyncio.Queue[Any] = asyncio.Queue()
        self._activities: asyncio.Queue[Any] = asyncio.Queue()
        self._completions: dict[str, asyncio.Future[WorkflowActivationCompletion]] = {}
        self._results: dict[bytes, asyncio.Future[ActivityExecutionResult]] = {}
        self._cached: set[str] = set()
        self._closing: asyncio.Task[None] | None = None
        server.join(self)

    # ---- for the server

    def has_cached(self, run_id: str) -> bool:
        return self.is_open and run_id in self._cached

    async def activate(self, activation: WorkflowActivation) -> WorkflowActivationCompletion:
        """Hand an activation to the SDK. A run of which one has failed is no longer cached."""
        done: asyncio.Future[WorkflowActivationCompletion] = asyncio.get_running_loop().create_future()
        self._completions[activation.run_id] = done
        self._cached.add(activation.run_id)
        self._activations.put_nowait(activation)
        return await done

    async def evict(self, run_id: str) -> None:
        job = WorkflowActivationJob(remove_from_cache=RemoveFromCache(message="a task has failed"))
        await self.activate(WorkflowActivation(run_id=run_id, jobs=[job]))
        self._cached.discard(run_id)

    async def perform(self, start: Start) -> ActivityExecutionResult:
        """Run an attempt of an activity; if this call is cancelled, the activity is as well."""
        token = uuid4().bytes
        done: asyncio.Future[ActivityExecutionResult] = asyncio.get_running_loop().create_future()
        self._results[token] = done
        self._activities.put_nowait(ActivityTask(task_token=token, start=start))
        try:
            return await asyncio.shield(done)
        except asyncio.CancelledError:
            self._cancel(token)
            raise

    def _cancel(self, token: bytes) -> None:
        task = ActivityTask(task_token=token)
        task.cancel.SetInParent()
        self._activities.put_nowait(task)

    # ---- for the SDK, by its names

    async def validate(self) -> NamespaceInfo:
        return NamespaceInfo()

    async def poll_workflow_activation(self) -> WorkflowActivation:
        return cast(WorkflowActivation, await self._polled(self._activations))

    async def complete_workflow_activation(self, comp: WorkflowActivationCompletion) -> None:
        self._completions.pop(comp.run_id).set_result(comp)

    async def poll_activity_task(self) -> ActivityTask:
        return cast(ActivityTask, await self._polled(self._activities))

    async def complete_activity_task(self, comp: ActivityTaskCompletion) -> None:
        self._results.pop(comp.task_token).set_result(comp.result)

    def record_activity_heartbeat(self, comp: ActivityHeartbeat) -> None:
        """Nothing is timed out by its heartbeats here."""

    async def poll_nexus_task(self) -> Any:
        return await self._polled(asyncio.Queue())

    def replace_client(self, client: Any) -> None:
        """There is one server."""

    def initiate_shutdown(self) -> None:
        if self.is_open:
            self.is_open = False
            self._server.leave(self)
            self._closing = asyncio.get_running_loop().create_task(self._close())

    async def finalize_shutdown(self) -> None:
        self.initiate_shutdown()
        if self._closing is not None:
            await self._closing

    async def _close(self) -> None:
        """What is under way ends first, or the SDK would be left with loops that nobody runs."""
        for token in self._results:
            self._cancel(token)
        while self._completions or self._results:
            await asyncio.wait({*self._completions.values()} | {*self._results.values()})
            await asyncio.sleep(0)
        for run_id in list(self._cached):
            await self.evict(run_id)
        self._activations.put_nowait(_SHUT)
        self._activities.put_nowait(_SHUT)

    async def _polled(self, queue: asyncio.Queue[Any]) -> Any:
        item = await queue.get()
        if item is _SHUT:
            queue.put_nowait(_SHUT)
            raise PollShutdownError
        return item
