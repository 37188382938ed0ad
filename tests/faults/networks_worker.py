"""A worker in a process of its own: of the networks' queue, over the adapters that its environment leads somewhere."""

import asyncio
import signal
import sys
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from pathlib import Path

from temporalio.client import Client
from temporalio.contrib.pydantic import pydantic_data_converter
from temporalio.worker import Worker

from service.keys import command_keys
from settings import Settings
from worker import networks_worker
from workflows.sealing import Sealing


async def main(
    data: Path,
    address: str,
    namespace: str,
    of: Callable[[Client, Settings], AbstractAsyncContextManager[Worker]] = networks_worker,
) -> None:
    """Work until told to stop, as the worker of a queue that `of` makes."""
    settings = Settings.load(data=data, temporal_address=address, temporal_namespace=namespace)
    client = await Client.connect(
        address,
        namespace=namespace,
        data_converter=pydantic_data_converter,
        interceptors=[Sealing(command_keys.load(settings))],
    )
    stop = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
    async with of(client, settings):
        await stop.wait()


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1]), sys.argv[2], sys.argv[3]))
