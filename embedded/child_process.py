"""One run of one process below the supervisor."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import socket
import sys
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path

from embedded import launcher
from embedded.forked import ForkedProcess
from embedded.processor_wait import ProcessorWait
from telemetry.log_files import ORDINARY, Bounds
from telemetry.supervised import GO_LINE, READY_LINE, SUPERVISOR_FD

_END_OF_LOG_BYTES = 50_000
_KILLED_WITHIN = 5.0


class ChildProcess:
    """A process in its own session, so that Ctrl+C reaches only the supervisor, which stops it in its turn.

    It ends with the supervisor: by a signal from the kernel on Linux, and by the end of the socket it
    inherits. Its output goes to the log.
    """

    def __init__(
        self,
        command: Sequence[str] | Callable[[], int],
        environment: Mapping[str, str],
        log: Path,
        pid_file: Path,
        bounds: Bounds = ORDINARY,
        *,
        ends_loudly: bool = False,
    ) -> None:
        """`command`: a program with its arguments, or what a fork of this process runs, which gives its exit code.

        `ends_loudly`: where it ends well when it is asked to, what it writes about that is left out, and counted.
        """
        self._command = command
        self._environment = environment
        self.log = log
        self._bounds = bounds
        self._ends_loudly = ends_loudly
        self._log_from = 0
        self._pid_file = pid_file
        self._process: asyncio.subprocess.Process | ForkedProcess | None = None
        self._link: asyncio.StreamWriter | None = None
        self._listening: asyncio.Task[None] | None = None
        self._announced = asyncio.Event()
        self._heard = False
        self._waiting: ProcessorWait | None = None

    async def start(self) -> None:
        """Start it; may be called once."""
        self._bounds.turn_over_if_full(self.log)
        ours, theirs = socket.socketpair()
        reader, self._link = await asyncio.open_connection(sock=ours)
        self._listening = asyncio.create_task(self._listen(reader))
        with theirs, self.log.open("ab") as log:
            self._log_from = log.tell()
            # Must be called in the main thread: the kernel's signal is sent when the starting thread ends.
            environment = {**self._environment, SUPERVISOR_FD: str(theirs.fileno())}
            if callable(self._command):
                self._process = ForkedProcess(
                    self._command, environment, link=theirs.fileno(), log=log, pid_file=self._pid_file
                )
                self._waiting = ProcessorWait(self._process.pid)
                return
            self._process = await asyncio.create_subprocess_exec(
                *(sys.executable, "-I", "-S", launcher.__file__, str(os.getpid()), str(self._pid_file)),
                *self._command,
                stdin=asyncio.subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                env=environment,
                pass_fds=(theirs.fileno(),),
                start_new_session=True,
            )
            self._waiting = ProcessorWait(self._process.pid)

    def release(self) -> None:
        """Let it begin, once it has imported what it needs."""
        if self._link is not None:
            self._link.write(GO_LINE)

    async def until_announced(self) -> None:
        """Returns when the child has called `announce_ready`; never where it ends without."""
        await self._announced.wait()

    def was_heard(self) -> bool:
        """Whether the child has said anything since this was asked last."""
        heard, self._heard = self._heard, False
        return heard

    def waited(self) -> float:
        """Seconds since this was asked last that it could have worked, and the machine did not let it."""
        return self._waiting.since_last() if self._waiting is not None else 0.0

    async def _listen(self, reader: asyncio.StreamReader) -> None:
        with contextlib.suppress(ConnectionError):
            async for line in reader:
                self._heard = True
                if line == READY_LINE:
                    self._announced.set()

    async def until_ended(self) -> int:
        """The exit code, negative for a signal."""
        if self._process is None:
            raise RuntimeError("not started")
        code = await self._process.wait()
        self._forget()
        return code

    async def stop(self, grace: float, hurry: asyncio.Event) -> None:
        """Ask it to end; kill it after `grace` seconds, or at once when `hurry` is set."""
        if self._process is None:
            return
        if self._process.returncode is None:
            said_before = self.log.stat().st_size
            self._signal(signal.SIGTERM)
            if await self._ended_within(grace, hurry):
                if self._ends_loudly and self._process.returncode == 0:
                    self._leave_out(said_before)
            else:
                self._signal(signal.SIGKILL)
                await self._ended_within(_KILLED_WITHIN, asyncio.Event())
        self._forget()

    def end_of_log(self, lines: int = 20) -> str:
        """The last lines it wrote in this run, of the file as it is now."""
        with self.log.open("rb") as log:
            size = self.log.stat().st_size
            log.seek(max(self._log_from if self._log_from <= size else 0, size - _END_OF_LOG_BYTES))
            return "\n".join(log.read().decode(errors="replace").splitlines()[-lines:])

    async def _ended_within(self, seconds: float, hurry: asyncio.Event) -> bool:
        ended = asyncio.ensure_future(self.until_ended())
        hurried = asyncio.ensure_future(hurry.wait())
        done, pending = await asyncio.wait(
            {ended, hurried}, timeout=seconds, return_when=asyncio.FIRST_COMPLETED
        )
        for task in pending:
            task.cancel()
        return ended in done

    def _leave_out(self, since: int) -> None:
        with self.log.open("rb+") as log:
            log.seek(since)
            if lines := log.read().count(b"\n"):
                log.truncate(since)
                log.seek(since)
                log.write(f"{datetime.now(UTC).isoformat()} {lines} lines of its end are left out\n".encode())

    def _signal(self, number: signal.Signals) -> None:
        if self._process is None or self._process.returncode is not None:
            return
        with contextlib.suppress(ProcessLookupError, PermissionError):
            if number == signal.SIGKILL:
                os.killpg(self._process.pid, number)  # with whatever it has started itself
            else:
                self._process.send_signal(number)

    def _forget(self) -> None:
        if self._listening is not None:
            self._listening.cancel()
        if self._link is not None:
            self._link.close()
        self._pid_file.unlink(missing_ok=True)
