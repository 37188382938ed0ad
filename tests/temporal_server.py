"""A real Temporal server for the tests, started by the test session itself, with time skipping allowed."""

import asyncio
import contextlib
import os
import socket
import sys
from collections.abc import AsyncIterator
from pathlib import Path

from temporalio.client import Client
from temporalio.contrib.pydantic import pydantic_data_converter

SEARCH_ATTRIBUTES = {
    "Stage": "Keyword",
    "Body": "Keyword",
    "Network": "Keyword",
    "Importance": "Keyword",
    "NextDue": "Datetime",
    "Overdue": "Bool",
}


def free_port() -> int:
    """A port of the loopback interface that is free now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@contextlib.asynccontextmanager
async def temporal_server(*options: str) -> AsyncIterator[str]:
    """Start a dev server on loopback and give its address; it ends with the block."""
    port, metrics = free_port(), free_port()
    process = await asyncio.create_subprocess_exec(
        str(Path(sys.executable).parent / "temporal"),
        *("server", "start-dev", "--headless", "--ip", "127.0.0.1", "--log-level", "error"),
        *("--port", str(port), "--metrics-port", str(metrics)),
        *("--dynamic-config-value", "frontend.WorkflowTimeSkippingEnabled=true"),
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
    try:
        yield f"127.0.0.1:{port}"
    finally:
        process.terminate()
        await process.wait()


async def connect(address: str) -> Client:
    """A client of the server, once it answers."""
    async with asyncio.timeout(30):
        while True:
            with contextlib.suppress(RuntimeError):
                return await Client.connect(address, data_converter=pydantic_data_converter)
            await asyncio.sleep(0.05)
