"""Ports for what tests start: each process of the tests has its own, and the program never chooses one of them itself.

So nobody takes the port of a server that a test has ended and starts again.
"""

import contextlib
import os
import socket
from itertools import count

_EACH = 2_000
_PROCESS = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))
_numbers = count(10_000 + _EACH * (_PROCESS % 5))


def free_port() -> int:
    """A port of the loopback address that nobody holds, and that was not given before."""
    while True:
        number = next(_numbers)
        with socket.socket() as probe, contextlib.suppress(OSError):
            probe.bind(("127.0.0.1", number))
            return number
