"""A real Temporal server for the tests, started by the test session itself, with time skipping allowed."""

import asyncio
import contextlib
import os
import sys
from collections.abc import AsyncIterator
from pathlib import Path

from temporalio.api.workflowservice.v1 import DescribeNamespaceRequest
from temporalio.client import Client
from temporalio.contrib.pydantic import pydantic_data_converter
from temporalio.service import RPCError

from tests.command_keys import SEALING
from tests.patience import PATIENCE
from tests.ports import free_port

SEARCH_ATTRIBUTES = {
    "Stage": "Keyword",
    "Body": "Keyword",
    "Network": "Keyword",
    "Importance": "Keyword",
    "NextDue": "Datetime",
    "Overdue": "Bool",
}


_ATTEMPTS = 3


@contextlib.asynccontextmanager
async def temporal_server(*options: str, port: int | None = None) -> AsyncIterator[str]:
    """Start a dev server on loopback and yield its address once it serves; it ends with the block."""
    process, address = await _started(options, port)
    try:
        yield address
    finally:
        await _ended(process)


async def _started(options: tuple[str, ...], port: int | None) -> tuple[asyncio.subprocess.Process, str]:
    """The server chooses ports for its parts by itself, and another process may take one before it: then once more."""
    for _ in range(_ATTEMPTS):
        chosen = port or free_port()
        process, address = await _spawned(options, chosen), f"127.0.0.1:{chosen}"
        if await _serves(process, address):
            return process, address
        await _ended(process)
    raise RuntimeError("the Temporal server did not start")


async def _spawned(options: tuple[str, ...], port: int) -> asyncio.subprocess.Process:
    return await asyncio.create_subprocess_exec(
        str(Path(sys.executable).parent / "temporal"),
        *("server", "start-dev", "--headless", "--ip", "127.0.0.1", "--log-level", "error"),
        *("--port", str(port), "--metrics-port", str(free_port())),
        *("--dynamic-config-value", "frontend.WorkflowTimeSkippingEnabled=true"),
        # As beside `otklik serve`: the HTTP API answers no host.
        *("--dynamic-config-value", 'frontend.httpAllowedHosts=["/"]'),
        # Timers are else served up to a second late, which makes every skip take a second, and read 20 times a
        # second at most.
        *("--dynamic-config-value", 'history.timerProcessorMaxTimeShift="10ms"'),
        *("--dynamic-config-value", "history.timerProcessorMaxPollRPS=2000"),
        *("--dynamic-config-value", "history.transferProcessorMaxPollRPS=2000"),
        *(
            part
            for name, kind in SEARCH_ATTRIBUTES.items()
            for part in ("--search-attribute", f"{name}={kind}")
        ),
        *options,
        stdout=asyncio.subprocess.DEVNULL,
        env=os.environ | {"GOGC": "800"},
    )


async def _serves(process: asyncio.subprocess.Process, address: str) -> bool:
    """False once it has ended: whoever has its port may let others connect, and never answer."""
    answering, ended = asyncio.create_task(_answers(address)), asyncio.create_task(process.wait())
    try:
        done, _ = await asyncio.wait(
            {answering, ended}, timeout=PATIENCE, return_when=asyncio.FIRST_COMPLETED
        )
    finally:
        answering.cancel()
        ended.cancel()
    if answering not in done:
        return False
    await answering
    return True


async def _answers(address: str) -> None:
    while True:
        with contextlib.suppress(RuntimeError, RPCError):
            client = await Client.connect(address)
            await client.workflow_service.describe_namespace(
                DescribeNamespaceRequest(namespace=client.namespace)
            )
            return
        await asyncio.sleep(0.05)


async def _ended(process: asyncio.subprocess.Process) -> None:
    with contextlib.suppress(ProcessLookupError):
        process.terminate()
    await process.wait()


async def connect(address: str) -> Client:
    """A client of the server that seals as the program's own do, once it answers."""
    async with asyncio.timeout(PATIENCE):
        while True:
            with contextlib.suppress(RuntimeError):
                return await Client.connect(
                    address, data_converter=pydantic_data_converter, interceptors=[SEALING]
                )
            await asyncio.sleep(0.05)
