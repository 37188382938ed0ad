"""Duties of a process to whoever keeps it running: `otklik serve`, or what starts again a process that has ended.

The two share one socket, whose number the child finds in `OTKLIK_SUPERVISOR_FD`. The child imports what it
needs and waits for the line `go`, so that all can import at once and begin in order; it writes the line
`ready` when it has begun to work, and from then on `alive` every second, as long as its event loop runs. When the
supervisor is gone, however it went, the child reads the end of the stream and stops.

Started by anything else a process hears and tells nothing of all that. One that hangs is then ended by itself, after as
long as a supervisor waits: a container's health check only marks it.
"""

import asyncio
import contextlib
import faulthandler
import os
import signal
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager

SUPERVISOR_FD = "OTKLIK_SUPERVISOR_FD"
READY_LINE = b"ready\n"
ALIVE_LINE = b"alive\n"
GO_LINE = b"go\n"
ALIVE_EVERY = 1.0  # seconds
SILENT_AT_MOST = 20.0
"""Seconds after which a process whose event loop does not turn hangs: it is ended, and started again."""
STOP_WITHIN = 6.0
"""Seconds in which a child whose supervisor is gone may stop by itself."""

_links: list[socket.socket] = []
_released = threading.Event()
_pulse: list[asyncio.TimerHandle] = []


def stop_with_supervisor() -> None:
    """From now on this process gets SIGTERM when its supervisor ends, and is ended if it does not stop.

    The commands of `cli.py` call this before anything else.
    """
    number = os.environ.pop(SUPERVISOR_FD, None)  # not for processes this one starts
    if number is not None:
        link = socket.socket(fileno=int(number))
        link.set_inheritable(False)
        _links.append(link)
        threading.Thread(target=_wait_for_end, args=(link,), name="supervisor", daemon=True).start()


def is_supervised() -> bool:
    """Whether a supervisor has started this process."""
    return bool(_links) or SUPERVISOR_FD in os.environ


def until_released() -> None:
    """Block until the supervisor lets this process begin."""
    if _links:
        _released.wait()


def announce_ready() -> None:
    """Tell the supervisor that this process has begun to work, and from now on that it still does.

    Called in the event loop that does the work. May be called again; never raises.
    """
    _write(READY_LINE)
    if _links and not _pulse:
        _beat(asyncio.get_running_loop())


@contextmanager
def ended_when_it_hangs() -> Iterator[None]:
    """Inside the block this process ends, with exit code 1, when its event loop has not turned for `SILENT_AT_MOST`.

    What every thread was at goes to the error output. A supervisor sees to this itself, by the same rule.
    """
    if is_supervised():
        yield
        return
    loop, pulse = asyncio.get_running_loop(), list[asyncio.TimerHandle]()

    def wind() -> None:
        # Its clock runs outside of the interpreter: what hangs may never let go of that.
        faulthandler.dump_traceback_later(SILENT_AT_MOST, exit=True)
        pulse[:] = [loop.call_later(ALIVE_EVERY, wind)]

    wind()
    try:
        yield
    finally:
        pulse[0].cancel()
        faulthandler.cancel_dump_traceback_later()


def _beat(loop: asyncio.AbstractEventLoop) -> None:
    _write(ALIVE_LINE)
    _pulse[:] = [loop.call_later(ALIVE_EVERY, _beat, loop)]


def _write(line: bytes) -> None:
    for link in _links:
        # A supervisor that hangs, or has gone, must not hold up the work.
        with contextlib.suppress(OSError):
            link.send(line, socket.MSG_DONTWAIT)


def _wait_for_end(link: socket.socket) -> None:
    with contextlib.suppress(OSError):
        while received := link.recv(64):
            if received == GO_LINE:  # so short a line arrives whole
                _released.set()
    os.kill(os.getpid(), signal.SIGTERM)
    threading.Event().wait(STOP_WITHIN)
    os._exit(1)
