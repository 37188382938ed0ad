"""A worker with one workflow, which waits for a signal."""

import asyncio
import os
import signal
from datetime import timedelta

from temporalio import workflow
from temporalio.client import Client
from temporalio.worker import Worker

from settings import Settings
from telemetry.supervised import announce_ready


@workflow.defn
class Waiting:
    def __init__(self) -> None:
        self._released = False

    @workflow.run
    async def run(self) -> str:
        await workflow.wait_condition(lambda: self._released)
        return "released"

    @workflow.signal
    def release(self) -> None:
        self._released = True


async def main(settings: Settings) -> None:
    fault = os.environ.get("STAND_IN_FAULT")
    asked = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, asked.set)
    client = await Client.connect(**settings.temporal_connection())
    async with Worker(
        client,
        task_queue="messages",
        workflows=[Waiting],
        # For so long a task waits for a worker that was killed.
        sticky_queue_schedule_to_start_timeout=timedelta(seconds=1),
    ):
        announce_ready()
        await asked.wait()
        if fault == "worker hangs":
            await asyncio.Event().wait()
