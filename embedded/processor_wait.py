"""Waiting of a process for a processor: what it could not do in that time is the machine's fault, not its own.

Linux tells it of each thread. Where nothing tells, nobody has waited.
"""

from __future__ import annotations

import contextlib
from pathlib import Path

_NANOSECONDS = 1e-9


class ProcessorWait:
    """Tells how long a process has waited for a processor."""

    def __init__(self, process: int) -> None:
        """`process`: its number."""
        self._threads = Path(f"/proc/{process}/task")
        self._known = self._waited()

    def since_last(self) -> float:
        """Seconds since this was asked last that the thread which waited longest could have run, and did not.

        A thread that hangs sleeps or runs. One that is waited for by others may be any.
        """
        known, self._known = self._known, self._waited()
        return max((waited - known.get(thread, 0.0) for thread, waited in self._known.items()), default=0.0)

    def _waited(self) -> dict[str, float]:
        found = {}
        # Threads, and the process, end meanwhile.
        with contextlib.suppress(OSError):
            for thread in self._threads.iterdir():
                with contextlib.suppress(OSError, ValueError, IndexError):
                    told = (thread / "schedstat").read_text(encoding="ascii").split()
                    found[thread.name] = int(told[1]) * _NANOSECONDS
        return found
