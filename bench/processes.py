"""Worker and API as processes of their own, as an installation runs them."""

import asyncio
import os
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx

from settings import Settings


@asynccontextmanager
async def process(command: str, settings: Settings) -> AsyncIterator[int]:
    """`otklik <command>` while the block runs; returns its process id."""
    child = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "cli", command),
        env={**os.environ, **settings.environment()},
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.DEVNULL,
    )
    try:
        yield child.pid
    finally:
        child.terminate()
        await child.wait()


@asynccontextmanager
async def bare_worker(address: str) -> AsyncIterator[None]:
    """A worker process of the bare workflow while the block runs."""
    child = await asyncio.create_subprocess_exec(sys.executable, "-m", "bench.bare_workflow", address)
    try:
        yield
    finally:
        child.terminate()
        await child.wait()


async def until_ready(http: httpx.AsyncClient) -> None:
    """Returns once the API says that everything it needs is there."""
    async with asyncio.timeout(30):
        while True:
            try:
                if (await http.get("/readyz")).is_success:
                    return
            except httpx.TransportError:
                pass
            await asyncio.sleep(0.05)
