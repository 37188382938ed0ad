"""`otklik serve --demo` from its second start to the line that says everything is ready."""

import asyncio
import os
import signal
import sys
import tempfile
from collections.abc import AsyncIterator
from pathlib import Path
from statistics import median
from time import perf_counter

from bench.installation import PASSWORD
from bench.measurement import Goal, Line
from tests.temporal_server import free_port

STARTS = 3
GOAL = 8.0  # seconds
READY = "http://127.0.0.1"  # the ready line is the first to name the addresses


async def _start(data: Path) -> float:
    """Start, wait for the ready line, stop; the seconds to ready."""
    started = perf_counter()
    serve = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "cli", "serve", "--demo", "--data", str(data)),
        *("--port", str(free_port()), "--temporal-port", str(free_port()), "--ui-port", str(free_port())),
        env={**os.environ, "OTKLIK_DEMO_PASSWORD": PASSWORD, "PYTHONUNBUFFERED": "1"},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    assert serve.stdout is not None
    said, took = [], None
    async for line in serve.stdout:
        said.append(line.decode())
        if READY in said[-1]:
            took = perf_counter() - started
            break
    if serve.returncode is None:
        serve.send_signal(signal.SIGINT)
    await serve.communicate()
    assert took is not None and serve.returncode == 0, f"the program did not start: {''.join(said)}"
    return took


async def measure() -> AsyncIterator[Line]:
    """The median of later starts, against the first one, which fills the demo."""
    with tempfile.TemporaryDirectory() as folder:
        first = await _start(Path(folder))
        later = median([await _start(Path(folder)) for _ in range(STARTS)])
    yield Line("to ready, against the first start", "s", later, first, Goal("work", "≤", GOAL))
