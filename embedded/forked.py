"""Processes forked from one that has imported everything: what none of them writes to is in memory once.

On Linux only. Elsewhere, as on macOS, a process that has threads can't be relied upon after a fork, and each command is
a program of its own.
"""

from __future__ import annotations

import asyncio
import contextlib
import ctypes
import gc
import json
import os
import signal
import sys
import threading
import traceback
from collections.abc import Callable, Iterable, Mapping
from importlib import import_module
from pathlib import Path
from typing import BinaryIO

from embedded.launcher import end_with
from embedded.left_running import PidFile, command_line, started_at

POSSIBLE = sys.platform == "linux"
_MALLOC = {
    # Threads share two arenas: by default each keeps what it has freed in one of its own.
    -8: 2,  # M_ARENA_MAX
    # What is free goes back; by default as much is kept as was ever wanted at once, that of a password's hash too.
    -1: 2**20,  # M_TRIM_THRESHOLD
    -3: 2**20,  # M_MMAP_THRESHOLD
}
_PR_SET_NAME = 15
_SIGNALS = signal.SIGTERM, signal.SIGINT, signal.SIGHUP


def load_once(modules: Iterable[str], *loads: Callable[[], object]) -> None:
    """Import what the processes have in common, and load what they look things up in.

    The search for garbage, which writes to each object, is kept off it.
    """
    _keep_little_free()
    gc.disable()
    try:
        for module in modules:
            import_module(module)
        for load in loads:
            load()
    finally:
        gc.freeze()
        gc.enable()


def _keep_little_free() -> None:
    with contextlib.suppress(AttributeError):  # not glibc
        for option, value in _MALLOC.items():
            ctypes.CDLL(None).mallopt(option, value)


class ForkedProcess:
    """One forked process, as `asyncio.subprocess.Process` shows it. Made in the event loop of the main thread."""

    def __init__(
        self,
        run: Callable[[], int],
        environment: Mapping[str, str],
        *,
        link: int,
        log: BinaryIO,
        pid_file: Path,
    ) -> None:
        """`run`: what it does, with `environment` in place of ours; gives its exit code.

        It keeps the descriptor `link`, writes its output to `log`, and leaves `pid_file`, whose name it has, before it
        begins.
        """
        self.returncode: int | None = None
        self._ended: asyncio.Future[int] = asyncio.get_running_loop().create_future()
        sys.stdout.flush()
        sys.stderr.flush()
        parent = os.getpid()
        self.pid = os.fork()
        if self.pid == 0:
            _become(run, environment, parent, link, log.fileno(), pid_file)
        threading.Thread(
            target=self._wait, args=(asyncio.get_running_loop(),), name=f"wait-{self.pid}", daemon=True
        ).start()

    def send_signal(self, number: signal.Signals) -> None:
        """Raises ProcessLookupError where it is no more."""
        os.kill(self.pid, number)

    async def wait(self) -> int:
        """The exit code, negative for a signal."""
        return await asyncio.shield(self._ended)

    def _wait(self, loop: asyncio.AbstractEventLoop) -> None:
        code = os.waitstatus_to_exitcode(os.waitpid(self.pid, 0)[1])
        with contextlib.suppress(RuntimeError):  # the loop is closed: nobody waits
            loop.call_soon_threadsafe(self._note, code)

    def _note(self, code: int) -> None:
        self.returncode = code
        self._ended.set_result(code)


def _become(
    run: Callable[[], int], environment: Mapping[str, str], parent: int, link: int, log: int, pid_file: Path
) -> None:
    """Never returns: what is above it on the stack is the supervisor's."""
    code = 1
    try:
        os.setsid()
        end_with(parent)
        _be_called(f"otklik-{pid_file.stem}")
        signal.set_wakeup_fd(-1)
        for number in _SIGNALS:
            if signal.getsignal(number) is not signal.SIG_IGN:
                signal.signal(number, signal.SIG_DFL)
        signal.signal(signal.SIGINT, signal.default_int_handler)
        nothing = os.open(os.devnull, os.O_RDONLY)
        for descriptor, place in ((nothing, 0), (log, 1), (log, 2)):
            os.dup2(descriptor, place)
        _close_all_but(link)
        os.environ.clear()
        os.environ.update(environment)
        written = PidFile(pid=os.getpid(), command=command_line(os.getpid()), started=started_at(os.getpid()))
        pid_file.write_text(json.dumps(written.model_dump()), encoding="utf-8")
        code = run()
    except BaseException:  # as the interpreter does at its top
        os.write(2, traceback.format_exc().encode())
    finally:
        with contextlib.suppress(OSError):
            sys.stdout.flush()
            sys.stderr.flush()
        os._exit(code)


def _be_called(name: str) -> None:
    """The name that `top` and `ps -o comm` show, at most 15 bytes: the command line is that of `serve`."""
    ctypes.CDLL(None).prctl(_PR_SET_NAME, name.encode(), 0, 0, 0)


def _close_all_but(kept: int) -> None:
    """The lock of the data directory above all: it must end with the supervisor."""
    highest = max(int(file.name) for file in Path("/proc/self/fd").iterdir())
    os.closerange(3, kept)
    os.closerange(kept + 1, highest + 1)
