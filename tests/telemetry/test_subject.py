"""Subject of what is logged while a record is written: its message."""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import structlog
from temporalio import activity, workflow
from temporalio.client import Client
from temporalio.worker import UnsandboxedWorkflowRunner, Worker

from telemetry.subject import BindSubject
from tests.telemetry.captured import captured

QUEUE = "subject"


@activity.defn
def write(text: str) -> None:
    structlog.get_logger("records").warning(text)


@workflow.defn
class Writing:
    @workflow.run
    async def run(self) -> None:
        await asyncio.gather(
            *(
                workflow.execute_activity(write, text, start_to_close_timeout=timedelta(seconds=20))
                for text in ("first", "second")
            )
        )


async def test_a_line_in_a_thread_of_an_activity_names_message_workflow_and_activity(
    temporal: Client,
) -> None:
    with ThreadPoolExecutor(2) as threads, captured() as lines:
        async with Worker(
            temporal,
            task_queue=QUEUE,
            workflows=[Writing],
            activities=[write],
            activity_executor=threads,
            workflow_runner=UnsandboxedWorkflowRunner(),
            interceptors=[BindSubject()],
        ):
            await temporal.execute_workflow(Writing.run, id="message-4711", task_queue=QUEUE)
        structlog.get_logger("after").warning("after")
    written = [line for line in lines.events if line["logger"] == "otklik.records"]
    assert {line["event"] for line in written} == {"first", "second"}
    for line in written:
        assert (line["message"], line["workflow_id"]) == (4711, "message-4711")
        assert (line["activity"], line["attempt"]) == ("write", 1)
    assert "message" not in lines.named("after")[0]
