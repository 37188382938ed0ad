"""A worker with one workflow that waits for a signal; `--dies` cannot work, `--hangs` does not stop."""

import asyncio
import signal
import sys

from temporalio import workflow
from temporalio.client import Client
from temporalio.worker import Worker

from embedded.child import announce_ready, stop_with_supervisor
from settings import Settings


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


async def main() -> None:
    asked = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, asked.set)
    client = await Client.connect(**Settings.load().temporal_connection())
    async with Worker(client, task_queue="messages", workflows=[Waiting]):
        announce_ready()
        await asked.wait()
        if "--hangs" in sys.argv:
            await asyncio.Event().wait()
    await asyncio.sleep(0.1)


if __name__ == "__main__":
    if "--dies" in sys.argv:
        sys.exit("Нет связи с прошлым")
    stop_with_supervisor()
    asyncio.run(main())
