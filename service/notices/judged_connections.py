"""Connections of libraries that look names up themselves: to the very address that was judged.

A name that leads elsewhere a moment after it was judged is so of no use to anybody. The certificate is still asked of
the name, and the request names it.
"""

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from urllib3 import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.exceptions import HTTPError, NameResolutionError

Refuse = Callable[[str, list[str]], None]
"""Raises ValueError where a server, of a name and addresses, is not to be talked to."""


class InnerAddressError(Exception):
    """A server is not to be talked to; the text is Russian and says which, and what to do."""


_OF_THREAD = threading.local()


@contextmanager
def judged_by(refuse: Refuse | None) -> Iterator[None]:
    """Until it ends, what this thread connects to by urllib3 is judged; None: nothing is.

    Inside, connecting raises InnerAddressError where it is refused.
    """
    _OF_THREAD.refuse = refuse
    try:
        yield
    finally:
        _OF_THREAD.refuse = None


def _connected(
    connection: HTTPConnection, refuse: Refuse, connect: Callable[[], socket.socket]
) -> socket.socket:
    named = connection.host
    try:
        found = socket.getaddrinfo(named.strip("[]"), None, type=socket.SOCK_STREAM)
    except OSError as error:
        raise NameResolutionError(named, connection, socket.gaierror(*error.args)) from error
    addresses = list(dict.fromkeys(str(address[0]) for *_, address in found))
    try:
        refuse(named, addresses)
    except ValueError as error:
        raise InnerAddressError(str(error)) from error
    last: HTTPError | None = None
    for address in addresses:
        connection.host = address
        try:
            return connect()
        except HTTPError as error:
            last = error
        finally:
            connection.host = named
    raise last or HTTPError("no address")


class _Judged(HTTPConnection):
    def _new_conn(self) -> socket.socket:
        refuse: Refuse | None = getattr(_OF_THREAD, "refuse", None)
        connect = super()._new_conn
        return connect() if refuse is None else _connected(self, refuse, connect)


class _JudgedSecure(_Judged, HTTPSConnection):
    pass


HTTPConnectionPool.ConnectionCls = _Judged
HTTPSConnectionPool.ConnectionCls = _JudgedSecure
