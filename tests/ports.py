"""Ports for what tests start: each process of the tests has its own, and the program never chooses one of them itself.

So nobody takes the port of a server that a test has ended and starts again. A process begins at a place of its own,
for other tests may run beside these.
"""

import contextlib
import os
import socket
from itertools import count

_EACH = 4_400
_PROCESS = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))
_numbers = count(10_000 + _EACH * (_PROCESS % 5) + 250 * (os.getpid() % 10))
"""Below 32 768, from where systems choose ports themselves."""


def free_port() -> int:
    """A port of the loopback address that nobody holds, and that was not given before."""
    while True:
        number = next(_numbers)
        with socket.socket() as probe, contextlib.suppress(OSError):
            probe.bind(("127.0.0.1", number))
            return number
