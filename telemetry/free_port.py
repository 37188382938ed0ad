"""A port this machine still has to give."""

import contextlib
import random
import socket


def free_port() -> int:
    """A port nobody holds at this moment on the loopback address.

    Not one the system would choose: those it also gives to the next connection that anybody opens.
    """
    while True:
        number = random.randrange(20_000, 32_000)  # noqa: S311
        with socket.socket() as probe, contextlib.suppress(OSError):
            probe.bind(("127.0.0.1", number))
            return number
