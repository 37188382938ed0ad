"""Work done in a process of its own, which ends: what takes minutes of a processor, or much memory."""

import asyncio
import os
import sys
from typing import Final

_OUT_OF_IT: Final = ("OTKLIK_", "TEMPORAL_", "PG")
"""Prefixes of variables that it has no use for: passwords and keys are among them."""
_ONE_THREAD: Final = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
_LESS_URGENT: Final = 10
"""A tenth of a busy processor: at 19 it would be a hundredth, by which a short job lasts minutes."""


async def done_apart(module: str, given: bytes, longest: float) -> bytes:
    """What the module of this name, run as a program, writes of what it is given on its standard input.

    Raises TimeoutError where it takes longer than `longest` seconds, RuntimeError with its last words where it fails.
    """
    environment = {name: value for name, value in os.environ.items() if not name.startswith(_OUT_OF_IT)}
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        module,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        env=environment | _ONE_THREAD,
    )
    try:
        async with asyncio.timeout(longest):
            done, said = await process.communicate(given)
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    if process.returncode:
        raise RuntimeError(f"{module} failed: {said.decode(errors='replace')[-2000:]}")
    return done


def be_unurgent() -> None:
    """Let everything else on the machine come first, from here on, and still get on."""
    os.nice(_LESS_URGENT)
