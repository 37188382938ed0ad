"""Ports for what tests start."""

import socket


def free_port() -> int:
    """A port of the loopback address, which the system gives to nobody else for the next minute.

    A connection to it has just been closed on this side, and so remains in TIME-WAIT. Servers can listen there all the
    same, for they set SO_REUSEADDR.
    """
    with socket.create_server(("127.0.0.1", 0)) as listening:
        address: tuple[str, int] = listening.getsockname()
        with socket.create_connection(address):
            listening.accept()[0].close()
        return address[1]
