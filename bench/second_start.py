"""`otklik serve --demo` from its second start to the line that says everything is ready."""

import asyncio
import os
import signal
import sys
import tempfile
from pathlib import Path
from statistics import median
from time import perf_counter

from tests.temporal_server import free_port

STARTS = 3
GOAL = 8.0  # seconds
READY = "http://127.0.0.1"
"""The ready line is the first to name the addresses."""


async def _start(data: Path) -> float:
    """Start, wait for the ready line, stop; the seconds to ready."""
    started = perf_counter()
    serve = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "cli", "serve", "--demo", "--data", str(data)),
        *("--port", str(free_port()), "--temporal-port", str(free_port()), "--ui-port", str(free_port())),
        env={**os.environ, "OTKLIK_DEMO_PASSWORD": "bench", "PYTHONUNBUFFERED": "1"},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    assert serve.stdout is not None
    took = None
    async for line in serve.stdout:
        if READY in line.decode():
            took = perf_counter() - started
            break
    serve.send_signal(signal.SIGINT)
    await serve.communicate()
    assert took is not None and serve.returncode == 0, "the program did not start"
    return took


async def measure() -> tuple[float, float]:
    """Seconds of the first start, which fills the demo, and the median of the next ones."""
    with tempfile.TemporaryDirectory() as folder:
        first = await _start(Path(folder))
        return first, median([await _start(Path(folder)) for _ in range(STARTS)])


async def report() -> None:
    """Print the figures with their goal."""
    first, second = await measure()
    print(
        f"otklik serve --demo to ready: first start {first:.1f} s, second start {second:.1f} s (goal ≤ {GOAL:.0f} s)"
    )


if __name__ == "__main__":
    asyncio.run(report())
