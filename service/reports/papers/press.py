"""The press as the program reaches it: a process for each job, one at a time."""

import asyncio
import os
import signal
import sys
from typing import Final

import structlog

from service.access.errors import ConflictError
from service.reports.papers import wording
from service.reports.weekly import press
from service.reports.weekly.press import Job, TemplateJob

log = structlog.get_logger(__name__)

_LONGEST: Final = 900.0
"""Seconds by the clock, for a process that hangs; one that takes too much of the processor ends by itself."""
_KEPT_FROM_A_PRESS: Final = ("OTKLIK_", "TEMPORAL_")
"""Prefixes of variables that it has no use for: passwords and keys are among them."""
_TOO_LONG: Final = (press.TOO_LONG, -signal.SIGXCPU, -signal.SIGKILL)


class Press:
    """Makes documents one after another, each in a process of its own."""

    def __init__(self) -> None:
        self._at_work = asyncio.Lock()

    async def make(self, job: Job) -> bytes:
        """What the job makes. Raises ConflictError for a template that cannot be filled in."""
        async with self._at_work:
            return await _made(job)


async def _made(job: Job) -> bytes:
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        press.__name__,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        env={name: value for name, value in os.environ.items() if not name.startswith(_KEPT_FROM_A_PRESS)},
    )
    try:
        async with asyncio.timeout(_LONGEST):
            made, said = await process.communicate(job.model_dump_json().encode())
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    if process.returncode == press.FAULT:
        raise ConflictError(said.decode())
    if process.returncode in _TOO_LONG and isinstance(job, TemplateJob):
        log.warning("a document took too long", work=type(job).__name__)
        raise ConflictError(wording.TEMPLATE_TAKES_TOO_LONG)
    if process.returncode:
        raise RuntimeError(f"{type(job).__name__} was not made: {said.decode(errors='replace')[-2000:]}")
    return made
