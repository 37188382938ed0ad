"""A worker of the office's queue in a process of its own, which may be told to die in the midst of a workbook."""

import asyncio
import signal
import sys
from pathlib import Path

from temporalio.client import Client
from temporalio.contrib.pydantic import pydantic_data_converter

from service.keys import command_keys
from service.reports import list_workbook
from service.reports.weekly import pace
from settings import Settings
from tests.fake_network import die
from worker import office_worker
from workflows.sealing import Sealing


async def main(data: Path, address: str, namespace: str, *, dies: bool) -> None:
    """Work until told to stop; `dies`: behind the first row, or the first part of a period."""
    if dies:
        list_workbook.PAGE = 1
        list_workbook.sleep = lambda _: die()  # type: ignore[attr-defined]
        pace.sleep = lambda _: die()  # type: ignore[attr-defined]
    settings = Settings.load(data=data, temporal_address=address, temporal_namespace=namespace)
    client = await Client.connect(
        address,
        namespace=namespace,
        data_converter=pydantic_data_converter,
        interceptors=[Sealing(command_keys.load(settings))],
    )
    stop = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
    async with office_worker(client, settings):
        await stop.wait()


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1]), sys.argv[2], sys.argv[3], dies=sys.argv[4] == "dies"))
