"""A port this machine still has to give."""

import contextlib
import random
import socket
from collections.abc import Collection


def free_port(besides: Collection[int | None] = ()) -> int:
    """A port nobody holds at this moment on the loopback address, and none of `besides`.

    Those are the program's own, which are free as long as what listens there has not started yet, or starts again.

    Not one the system would choose: those it also gives to the next connection that anybody opens.
    """
    while True:
        number = random.randrange(20_000, 32_000)  # noqa: S311
        if number in besides:
            continue
        with socket.socket() as probe, contextlib.suppress(OSError):
            probe.bind(("127.0.0.1", number))
            return number
