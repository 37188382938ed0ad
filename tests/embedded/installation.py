"""An embedded installation under test: `otklik serve` with stand-ins, as a process of its own."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path

from temporalio.client import Client

from embedded.left_running import PidFile, command_line
from tests.patience import PATIENCE
from tests.ports import free_port

ROOT = Path(__file__).parents[2]
STAND_INS = Path(__file__).with_name("stand_ins")


class Installation:
    """Ports and a data directory; `start` may be called again after each end."""

    def __init__(self, data: Path) -> None:
        self.data = data
        self.port, self.temporal_port, self.ui_port = free_port(), free_port(), free_port()
        self.serve: Serve
        """As it was started last."""

    async def start(self, *options: str, fault: str = "", **environment: str) -> Serve:
        """`otklik serve` with more options, a fault of the stand-ins and more variables."""
        own = {
            name: value for name, value in os.environ.items() if not name.startswith(("OTKLIK_", "TEMPORAL_"))
        }
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-P", "-m", "cli", "serve", "--data", str(self.data)),
            *("--port", str(self.port), "--temporal-port", str(self.temporal_port)),
            *("--ui-port", str(self.ui_port), *options),
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
            env=own | {"PYTHONPATH": f"{STAND_INS}:{ROOT}", "STAND_IN_FAULT": fault} | environment,
            start_new_session=True,
        )
        self.serve = Serve(process)
        return self.serve

    async def runs(self) -> None:
        """Start it where it does not run; what the running one has said before is forgotten."""
        if "serve" not in vars(self) or self.serve.process.returncode is not None:
            await (await self.start()).until_ready()
        self.serve.said.clear()

    def pid(self, name: str) -> int:
        """The number of the running `temporal`, `worker` or `api`."""
        recorded = (self.data / "run" / f"{name}.pid").read_text(encoding="utf-8")
        return PidFile.model_validate_json(recorded).pid

    def pids(self) -> list[int]:
        """Of everything that runs, the supervisor first."""
        holder = self.data / "otklik.lock"
        noted = [int(pid) for pid in holder.read_text().split()] if holder.exists() else []
        noted += [self.pid(file.stem) for file in (self.data / "run").glob("*.pid")]
        # The number of one that has ended may be another program's by now.
        return [pid for pid in noted if any(str(self.data) in part for part in command_line(pid))]

    def kill(self) -> None:
        """End everything that runs."""
        for pid in self.pids():
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)

    async def client(self) -> Client:
        return await Client.connect(f"127.0.0.1:{self.temporal_port}")


class Serve:
    """The running supervisor and what it has said."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self.process = process
        self.printed: list[str] = []
        self.said: list[str] = []
        self._news = asyncio.Condition()
        self._speaking = 2
        """Of its two streams."""
        self._readers = [
            asyncio.ensure_future(self._read(process.stdout, self.printed)),
            asyncio.ensure_future(self._read(process.stderr, self.said)),
        ]

    async def _read(self, stream: asyncio.StreamReader | None, lines: list[str]) -> None:
        assert stream is not None
        async for line in stream:
            async with self._news:
                lines.append(line.decode().rstrip("\n"))
                self._news.notify_all()
        async with self._news:
            self._speaking -= 1
            self._news.notify_all()

    async def until_ready(self) -> str:
        """The line that says so."""
        await self._until(lambda: bool(self.printed))
        return self.printed[0]

    async def until_said(self, part: str) -> None:
        await self._until(lambda: any(part in line for line in self.said))

    async def _until(self, true: Callable[[], bool]) -> None:
        """Wait for it, but not for one that has ended."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(PATIENCE), self._news:
                await self._news.wait_for(lambda: true() or not self._speaking)
        assert true(), f"said so far: {self.said}"

    async def until_ended(self) -> int:
        """The exit code, when everything it has said is read."""
        async with asyncio.timeout(PATIENCE):
            await asyncio.gather(*self._readers)
            return await self.process.wait()

    async def stop(self) -> int:
        self.process.send_signal(signal.SIGTERM)
        return await self.until_ended()

    async def kill(self) -> None:
        """The whole process group at once, as `kill -9` of a shell's job."""
        os.killpg(self.process.pid, signal.SIGKILL)
        await self.until_ended()


async def until_gone(pid: int) -> None:
    """Returns when the process is no more, or is only waiting to be reaped."""
    end = time.monotonic() + PATIENCE
    while command_line(pid):
        assert time.monotonic() < end, f"process {pid} still runs"
        await asyncio.sleep(0.05)
