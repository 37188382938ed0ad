"""Somebody who reaches the Temporal server, as another account of the machine does, and has no key of the program."""

import asyncio
import json
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from datetime import timedelta
from typing import Any
from uuid import uuid4

from google.protobuf.duration_pb2 import Duration
from temporalio import workflow
from temporalio.api.command.v1 import (
    Command,
    CompleteWorkflowExecutionCommandAttributes,
    RecordMarkerCommandAttributes,
    ScheduleActivityTaskCommandAttributes,
)
from temporalio.api.common.v1 import (
    ActivityType,
    Header,
    Payload,
    Payloads,
    WorkflowExecution,
    WorkflowType,
)
from temporalio.api.enums.v1 import CommandType, EventType, QueryResultType
from temporalio.api.history.v1 import HistoryEvent
from temporalio.api.query.v1 import WorkflowQueryResult
from temporalio.api.taskqueue.v1 import TaskQueue
from temporalio.api.workflowservice.v1 import (
    PollWorkflowTaskQueueRequest,
    ResetStickyTaskQueueRequest,
    RespondQueryTaskCompletedRequest,
    RespondWorkflowTaskCompletedRequest,
    StartWorkflowExecutionRequest,
)
from temporalio.client import Client, WorkflowHandle
from temporalio.common import RawValue
from temporalio.contrib.pydantic import pydantic_data_converter
from temporalio.service import RPCError
from temporalio.worker import UnsandboxedWorkflowRunner, Worker

from tests.api.messages.office import Installation
from tests.patience import PATIENCE
from workflows.identity import TASK_QUEUE, WORKFLOW_TYPE, WRITE_RECORD, workflow_id
from workflows.office import OFFICE_QUEUE

_POLLS = 5
_SOON = timedelta(seconds=20)
CLAIMED: dict[str, Any] = {}
"""What false workers say: the answer to a query, or the record they have written, by the message's workflow."""


class Stranger:
    """What somebody without a key can do at the server."""

    def __init__(self, client: Client) -> None:
        self.client = client

    @classmethod
    async def of(cls, installation: Installation) -> "Stranger":
        settings = installation.settings
        return cls(
            await Client.connect(
                settings.temporal_address,
                namespace=settings.temporal_namespace,
                data_converter=pydantic_data_converter,
            )
        )

    def handle(self, message: str, run: str | None = None) -> "WorkflowHandle[Any, Any]":
        return self.client.get_workflow_handle(workflow_id(message), run_id=run)

    async def history(self, message: str) -> Sequence[HistoryEvent]:
        return (await self.handle(message).fetch_history()).events

    async def terminate(self, message: str) -> None:
        await self.handle(message).terminate()

    async def begin_again(self, message: str, first: HistoryEvent) -> None:
        """Terminate the run, and start the one with this first event once more, byte for byte."""
        await self.terminate(message)
        started = first.workflow_execution_started_event_attributes
        await self.client.workflow_service.start_workflow_execution(
            StartWorkflowExecutionRequest(
                namespace=self.client.namespace,
                workflow_id=workflow_id(message),
                workflow_type=WorkflowType(name=WORKFLOW_TYPE),
                task_queue=TaskQueue(name=TASK_QUEUE),
                input=started.input,
                header=Header(fields=started.header.fields),
                request_id=uuid4().hex,
            )
        )

    async def forget_worker(self, message: str) -> None:
        """Have the next step of a message go to whoever polls."""
        await self.client.workflow_service.reset_sticky_task_queue(
            ResetStickyTaskQueueRequest(
                namespace=self.client.namespace,
                execution=WorkflowExecution(workflow_id=workflow_id(message)),
            )
        )

    @asynccontextmanager
    async def worker(self, *workflows: type, queue: str) -> AsyncIterator[None]:
        """A worker of the stranger's on a queue of their own."""
        worker = Worker(
            self.client,
            task_queue=queue,
            workflows=workflows,
            workflow_runner=UnsandboxedWorkflowRunner(),
            max_cached_workflows=0,
        )
        async with worker:
            yield

    @asynccontextmanager
    async def leading(self, *commands: Command, answer: Any = None) -> AsyncIterator[None]:
        """Take steps of the program's messages from their queue, as a worker would, and complete each by commands.

        To queries it answers what is said here, sealed as a worker of the stranger's would seal it: not at all.
        """
        polls = [asyncio.create_task(self._lead(commands, answer)) for _ in range(_POLLS)]
        try:
            yield
        finally:
            for poll in polls:
                poll.cancel()
            await asyncio.gather(*polls, return_exceptions=True)

    async def _lead(self, commands: Sequence[Command], answer: Any) -> None:
        service, [said] = self.client.workflow_service, await self.client.data_converter.encode([answer])
        result = WorkflowQueryResult(
            result_type=QueryResultType.QUERY_RESULT_TYPE_ANSWERED, answer=Payloads(payloads=[said])
        )
        while True:
            task = await service.poll_workflow_task_queue(
                PollWorkflowTaskQueueRequest(
                    namespace=self.client.namespace, task_queue=TaskQueue(name=TASK_QUEUE), identity="theirs"
                ),
                retry=True,
            )
            with suppress(RPCError):
                if task.HasField("query"):
                    await service.respond_query_task_completed(
                        RespondQueryTaskCompletedRequest(
                            namespace=self.client.namespace,
                            task_token=task.task_token,
                            completed_type=result.result_type,
                            query_result=result.answer,
                        )
                    )
                elif task.task_token:
                    await service.respond_workflow_task_completed(
                        RespondWorkflowTaskCompletedRequest(
                            namespace=self.client.namespace,
                            task_token=task.task_token,
                            commands=commands,
                            query_results=dict.fromkeys(task.queries, result),
                        )
                    )

    async def until(self, message: str, event: "EventType.ValueType", times: int = 1) -> None:
        """Wait until the history of the message has as many events of a kind."""
        async with asyncio.timeout(PATIENCE):
            while sum(found.event_type == event for found in await self.history(message)) < times:  # noqa: ASYNC110
                await asyncio.sleep(0.02)


async def _write() -> None:
    await workflow.execute_activity(
        WRITE_RECORD,
        CLAIMED[workflow.info().workflow_id],
        task_queue=TASK_QUEUE,
        start_to_close_timeout=_SOON,
    )


@workflow.defn(name="Strange")
class OfMyOwn:
    """A workflow of a type that the program does not have; it answers as a message would, and writes a record."""

    @workflow.run
    async def run(self, given: Any) -> None:
        if given == "write":
            await _write()
        elif given == "wait":
            await workflow.wait_condition(lambda: False)

    @workflow.signal(dynamic=True)
    def on_any(self, name: str, given: Sequence[RawValue]) -> None:
        """Swallows every command."""

    @workflow.query(name="state")
    def on_state(self) -> Any:
        return CLAIMED[workflow.info().workflow_id]

    @workflow.query(name="outcome")
    def on_outcome(self, command: str) -> Any:
        accepted = {"accepted": True, "detail": None}
        return {**CLAIMED[workflow.info().workflow_id], "outcome": accepted}


@workflow.defn(name="Tasking")
class Tasking:
    """Asks for a task of the program's office."""

    @workflow.run
    async def run(self, task: str) -> None:
        await workflow.execute_activity(task, task_queue=OFFICE_QUEUE, start_to_close_timeout=_SOON)


def ending() -> Command:
    """Ends the workflow whose step it completes."""
    return Command(
        command_type=CommandType.COMMAND_TYPE_COMPLETE_WORKFLOW_EXECUTION,
        complete_workflow_execution_command_attributes=CompleteWorkflowExecutionCommandAttributes(),
    )


def noting(record: Payload) -> Command:
    """Has the history say that a record was written within the step that it completes."""
    said = {"seq": 1, "attempt": 1, "activity_id": "1", "activity_type": WRITE_RECORD}
    data = Payload(metadata={"encoding": b"json/plain"}, data=json.dumps(said).encode())
    return Command(
        command_type=CommandType.COMMAND_TYPE_RECORD_MARKER,
        record_marker_command_attributes=RecordMarkerCommandAttributes(
            marker_name="core_local_activity",
            details={"data": Payloads(payloads=[data]), "result": Payloads(payloads=[record])},
        ),
    )


def garbling() -> Command:
    """Has the history hold a marker of an activity that no worker can read."""
    garbled = Payloads(payloads=[Payload(metadata={"encoding": b"json/plain"}, data=b"{}")])
    return Command(
        command_type=CommandType.COMMAND_TYPE_RECORD_MARKER,
        record_marker_command_attributes=RecordMarkerCommandAttributes(
            marker_name="core_local_activity", details={"data": garbled}
        ),
    )


def writing(record: Payload) -> Command:
    """Has a record written in the name of the workflow whose step it completes."""
    return Command(
        command_type=CommandType.COMMAND_TYPE_SCHEDULE_ACTIVITY_TASK,
        schedule_activity_task_command_attributes=ScheduleActivityTaskCommandAttributes(
            activity_id="1",
            activity_type=ActivityType(name=WRITE_RECORD),
            task_queue=TaskQueue(name=TASK_QUEUE),
            input=Payloads(payloads=[record]),
            start_to_close_timeout=Duration(seconds=20),
        ),
    )
