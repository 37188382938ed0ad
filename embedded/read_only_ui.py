"""Temporal's Web UI where people reach it: to look at, not to act by.

The dev server's own UI can start, signal and terminate workflows for whoever opens it. It listens on a port that
nobody is told of, and this passes reads on to it. One request a connection, written again from what was understood of
it: what the two sides could understand differently never goes through.
"""

from __future__ import annotations

import asyncio
import contextlib
import re
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import h11

LOOPBACK = "127.0.0.1"
_READ = 65_536  # bytes
_LARGEST_QUESTION = 65_536  # bytes
_WITHIN = 60.0  # seconds: the UI waits as long for new events of a workflow
_HOSTS = {"127.0.0.1", "localhost", "[::1]"}
"""A name of somebody else's that leads here is a page of theirs reading along."""

_READS = ("GET", "HEAD")
# A query of a workflow is a read that comes as POST. An escaped slash could make another call of it.
_QUERY = re.compile(r"/api/v1/namespaces/[^/?%]+/workflows/[^/?%]+(/runs/[^/?%]+)?/query(/[^/?%]+)?")
_DROPPED = {
    "connection",
    "keep-alive",
    "te",
    "trailer",
    "transfer-encoding",
    "upgrade",
    "expect",
    "content-length",
}
_OVERRIDES = "x-http-method-override"


@asynccontextmanager
async def read_only_ui(port: int, upstream: Callable[[], int]) -> AsyncIterator[None]:
    """Serve on a port of the loopback address inside the block; `upstream` returns where the UI listens now.

    Raises OSError where the port cannot be had.
    """

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(OSError, TimeoutError, h11.RemoteProtocolError, asyncio.IncompleteReadError):
            async with asyncio.timeout(_WITHIN):
                await _answer(reader, writer, upstream())
        writer.close()

    server = await asyncio.start_server(serve, LOOPBACK, port)
    try:
        yield
    finally:
        server.close()


async def _answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, upstream: int) -> None:
    connection = h11.Connection(h11.SERVER, max_incomplete_event_size=_READ)
    request, body = await _question(connection, reader)
    refusal = _refusal(request, body)
    if refusal is not None:
        await _refuse(writer, *refusal)
        return
    ui_reader, ui_writer = await asyncio.open_connection(LOOPBACK, upstream)
    try:
        ui_writer.write(_again(request, body))
        await ui_writer.drain()
        while part := await ui_reader.read(_READ):
            writer.write(part)
            await writer.drain()
    finally:
        ui_writer.close()


async def _question(connection: h11.Connection, reader: asyncio.StreamReader) -> tuple[h11.Request, bytes]:
    """The request with its body, as far as that is of a size to be passed on."""
    request: h11.Request | None = None
    body = bytearray()
    while True:
        event = connection.next_event()
        if event is h11.NEED_DATA:
            connection.receive_data(await reader.read(_READ))
        elif isinstance(event, h11.Request):
            request = event
        elif isinstance(event, h11.Data):
            body += event.data
        if request is not None and (isinstance(event, h11.EndOfMessage) or len(body) > _LARGEST_QUESTION):
            return request, bytes(body)
        if isinstance(event, h11.ConnectionClosed):
            raise ConnectionError("no request came")


def _refusal(request: h11.Request, body: bytes) -> tuple[int, str] | None:
    """Status and text where the request is not passed on."""
    method, target = request.method.decode("ascii"), request.target.decode("ascii", "replace")
    headers = dict(request.headers)
    host = headers.get(b"host", b"").decode("ascii", "replace")
    if re.sub(r":\d+$", "", host) not in _HOSTS:
        return 421, "Откройте интерфейс Temporal по адресу этой машины: http://127.0.0.1."
    if len(body) > _LARGEST_QUESTION:
        return 413, "Запрос слишком велик."
    is_read = method in _READS and not body and target.startswith("/")
    is_query = method == "POST" and _QUERY.fullmatch(target.partition("?")[0]) is not None
    if not (is_read or is_query) or _OVERRIDES.encode() in headers:
        return 403, "Интерфейс Temporal только для просмотра. Действия выполняются на рабочем месте."
    return None


def _again(request: h11.Request, body: bytes) -> bytes:
    lines = [request.method + b" " + request.target + b" HTTP/1.1"]
    lines += [name + b": " + value for name, value in request.headers if name.decode("ascii") not in _DROPPED]
    lines += [b"Connection: close", b"Content-Length: %d" % len(body)]
    return b"\r\n".join(lines) + b"\r\n\r\n" + body


async def _refuse(writer: asyncio.StreamWriter, status: int, text: str) -> None:
    body = text.encode()
    head = (
        f"HTTP/1.1 {status} Refused\r\nContent-Type: text/plain; charset=utf-8\r\n"
        f"Content-Length: {len(body)}\r\nConnection: close\r\n\r\n"
    )
    writer.write(head.encode() + body)
    await writer.drain()
