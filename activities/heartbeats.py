"""Heartbeats of what takes longer than Temporal waits in silence."""

import asyncio
from collections.abc import Awaitable
from typing import TypeVar

from temporalio import activity

T = TypeVar("T")
_EVERY = 2.0  # seconds; the workflow of a publication waits for ten


async def alive(work: Awaitable[T]) -> T:
    """Do the work, and tell Temporal as long as it goes on."""
    beating = asyncio.create_task(_beat())
    try:
        return await work
    finally:
        beating.cancel()


async def _beat() -> None:
    while True:
        activity.heartbeat()
        await asyncio.sleep(_EVERY)
