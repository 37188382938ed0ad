"""Doors with TLS before a real PostgreSQL and a real Temporal server, whose builds at hand have none of their own."""

import asyncio
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import NamedTuple

from tests.postgresql import postgresql_server, socket_folder

_Opened = tuple[asyncio.StreamReader, asyncio.StreamWriter]

_SSL_REQUEST = bytes.fromhex("0000000804d2162f")
"""What libpq asks first; the answer is `S`, and TLS begins (PostgreSQL's protocol, SSLRequest)."""


class BehindTls(NamedTuple):
    """A PostgreSQL of its own by the administrator's address, and the ports of both doors."""

    postgresql: str
    database: int
    temporal: int


@asynccontextmanager
async def behind_tls(temporal: str, certificates: Path) -> AsyncIterator[BehindTls]:
    """Both servers by TLS only, as one installation has them; `temporal`: the address of the one that runs."""
    with postgresql_server() as server:
        async with (
            before_postgresql(server, certificates / "postgres") as database,
            before_temporal(temporal, certificates / "temporal") as port,
        ):
            yield BehindTls(server, database, port)


@asynccontextmanager
async def before_postgresql(server: str, certificates: Path) -> AsyncIterator[int]:
    """A port of 127.0.0.1 on which that PostgreSQL answers by TLS only, with the certificate of that directory."""
    context = _context(certificates)

    async def begin(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if await reader.readexactly(len(_SSL_REQUEST)) != _SSL_REQUEST:
            raise ConnectionError("whoever comes without TLS is not let in")
        writer.write(b"S")
        await writer.start_tls(context)

    async def onward() -> _Opened:
        return await asyncio.open_unix_connection(str(socket_folder(server) / ".s.PGSQL.5432"))

    async with _door(onward, begin=begin) as port:
        yield port


@asynccontextmanager
async def before_temporal(address: str, certificates: Path) -> AsyncIterator[int]:
    """A port of 127.0.0.1 on which Temporal answers by TLS, to whoever has a certificate of the same authority."""
    host, _, port = address.partition(":")
    context = _context(certificates)
    context.load_verify_locations(certificates / "ca.pem")
    context.verify_mode = ssl.CERT_REQUIRED
    context.set_alpn_protocols(["h2"])

    async def onward() -> _Opened:
        return await asyncio.open_connection(host, int(port))

    async with _door(onward, context) as listening:
        yield listening


def _context(certificates: Path) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificates / "cert.pem", certificates / "key.pem")
    return context


@asynccontextmanager
async def _door(
    onward: Callable[[], Awaitable[_Opened]],
    context: ssl.SSLContext | None = None,
    begin: Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]] | None = None,
) -> AsyncIterator[int]:
    open_ways = set[asyncio.Task[None]]()

    async def let_through(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        way = asyncio.current_task()
        assert way is not None
        open_ways.add(way)
        with suppress(OSError, EOFError, asyncio.CancelledError):
            if begin is not None:
                await begin(reader, writer)
            inner_reader, inner_writer = await onward()
            await asyncio.gather(_carry(reader, inner_writer), _carry(inner_reader, writer))
        writer.close()

    server = await asyncio.start_server(let_through, "127.0.0.1", 0, ssl=context)
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()
        for way in open_ways:
            way.cancel()


async def _carry(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with suppress(OSError):
        while data := await reader.read(65536):
            writer.write(data)
            await writer.drain()
    writer.close()
