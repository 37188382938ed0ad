"""A real server on loopback, asked slowly, endlessly and by many: it ends them, and goes on answering others."""

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

import pytest
import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response, StreamingResponse
from starlette.routing import Route
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from embedded.bounded_connection import BoundedConnection
from tests.patience import PATIENCE, SLOWER

Stream = tuple[asyncio.StreamReader, asyncio.StreamWriter]
MIB = 1024 * 1024
HEAD = b"GET /hello HTTP/1.1\r\nHost: localhost\r\n"


class Quick(BoundedConnection):
    """The same connection with less patience, so that a test ends soon; a busy machine begins to read within it."""

    MOST = 20
    HEAD_SECONDS = 1.0 * SLOWER
    LEFT_OVER_SECONDS = 0.5
    TAKEN_EVERY = 0.4


async def hello(_request: Request) -> Response:
    return PlainTextResponse("hello")


async def echo(request: Request) -> Response:
    return PlainTextResponse(str(len(await request.body())))


async def large(_request: Request) -> Response:
    return Response(b"a" * 20 * MIB)


async def stream(_request: Request) -> Response:
    async def said() -> AsyncIterator[str]:
        yield "first"
        await asyncio.sleep(3 * Quick.HEAD_SECONDS)
        yield ", last"

    return StreamingResponse(said())


application = Starlette(
    routes=[
        Route("/hello", hello, methods=["GET", "POST"]),
        Route("/echo", echo, methods=["POST"]),
        Route("/large", large),
        Route("/stream", stream),
    ]
)


class Served:
    def __init__(self, port: int, server: uvicorn.Server) -> None:
        self.port = port
        self.server = server
        self._opened: list[asyncio.StreamWriter] = []

    async def open(self, *, buffer: int | None = None) -> Stream:
        mine = socket.socket()
        if buffer is not None:
            mine.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, buffer)
        mine.setblocking(False)
        await asyncio.get_running_loop().sock_connect(mine, ("127.0.0.1", self.port))
        stream = await asyncio.open_connection(sock=mine, limit=buffer or MIB)
        self._opened.append(stream[1])
        return stream

    async def answer(self) -> bytes:
        """What a healthy client gets."""
        reader, writer = await self.open()
        writer.write(HEAD + b"Connection: close\r\n\r\n")
        return await asyncio.wait_for(reader.read(), PATIENCE)

    async def held(self, at_most: int) -> None:
        """Wait until no more connections than that are held."""
        async with asyncio.timeout(PATIENCE):
            while len(self.server.server_state.connections) > at_most:  # noqa: ASYNC110  it tells nobody
                await asyncio.sleep(0.02)

    def close(self) -> None:
        for writer in self._opened:
            writer.close()


@asynccontextmanager
async def serving(connection: type[HttpToolsProtocol]) -> AsyncIterator[Served]:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        server = uvicorn.Server(
            uvicorn.Config(
                application,
                http=connection,
                ws="none",
                log_config=None,
                lifespan="off",
                timeout_keep_alive=int(10 * PATIENCE),
            )
        )
        running = asyncio.create_task(server._serve([listening]))
        while not server.started:  # noqa: ASYNC110  it tells nobody
            await asyncio.sleep(0.01)
        served = Served(listening.getsockname()[1], server)
        try:
            yield served
        finally:
            served.close()
            server.should_exit = True
            server.force_exit = True
            await running


@pytest.fixture
async def served() -> AsyncIterator[Served]:
    async with serving(Quick) as served:
        yield served


async def drip(stream: Stream, each: bytes) -> bytes:
    """Send a little every tenth of a second until the other end has had enough; returns what it said by then."""
    reader, writer = stream
    said: list[bytes] = []

    async def listen() -> None:
        # An end that breaks off takes along what nobody has read yet.
        with suppress(ConnectionError):
            while part := await reader.read(MIB):
                said.append(part)

    listening = asyncio.create_task(listen())
    async with asyncio.timeout(PATIENCE):
        while not listening.done():
            writer.write(each)
            await asyncio.wait({listening}, timeout=0.1)
    return b"".join(said)


async def test_a_request_is_answered_as_before(served: Served) -> None:
    reader, writer = await served.open()
    for _ in range(2):  # on one connection
        writer.write(HEAD + b"\r\n")
        assert b"200" in await reader.readuntil(b"hello")
    body = b"x" * 3 * MIB
    writer.write(b"POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: %d\r\n\r\n" % len(body) + body)
    assert b"200" in await reader.readuntil(b"3145728")


async def test_a_body_in_the_smallest_chunks_is_taken(served: Served) -> None:
    reader, writer = await served.open()
    writer.write(b"POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n")
    writer.write(b"1\r\nx\r\n" * 100_000 + b"0\r\n\r\n")
    assert b"200" in await reader.readuntil(b"100000")


@pytest.mark.parametrize(
    ("begun", "each", "said"),
    [
        (b"", b"", b""),
        (b"GET /hello HTTP/1.1\r\n", b"X-A: b\r\n", b"408"),
        (b"", b"\r\n", b""),
        (HEAD + b"\r\n", b"\r\n", b"200"),
    ],
    ids=["nothing", "a head without an end", "empty lines", "empty lines after an answer"],
)
async def test_a_slow_head_ends(served: Served, begun: bytes, each: bytes, said: bytes) -> None:
    stream = await served.open()
    stream[1].write(begun)
    assert said in await drip(stream, each)
    await served.held(0)


@pytest.mark.parametrize(
    ("begun", "each"),
    [
        (b"GET /hello HTTP/1.1\r\nX: ", b"a" * 64 * 1024),
        (b"GET /hello HTTP/1.1\r\n", b"X-Header: a\r\n" * 5000),
        (b"GET /", b"a" * 64 * 1024),
        (b"POST /echo HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n", b"X-Trailer: a\r\n" * 5000),
        (b"POST /echo HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n1;x=", b"a" * 64 * 1024),
    ],
    ids=["a header", "headers", "an address", "trailers", "an extension of a chunk"],
)
async def test_a_head_without_an_end_fills_no_memory(served: Served, begun: bytes, each: bytes) -> None:
    reader, writer = await served.open()
    writer.write(begun)
    sent = 0
    try:
        while sent < 8 * MIB and not reader.at_eof():
            writer.write(each)
            await writer.drain()
            sent += len(each)
            await asyncio.sleep(0)
    except ConnectionError:
        pass
    assert sent < 8 * MIB
    await served.held(0)


async def test_what_comes_after_an_early_answer_is_not_waited_for(served: Served) -> None:
    reader, writer = await served.open()
    writer.write(b"POST /hello HTTP/1.1\r\nHost: a\r\nContent-Length: 1000000\r\n\r\n")
    await reader.readuntil(b"hello")
    await drip((reader, writer), b"x")
    await served.held(0)


async def test_an_answer_nobody_takes_is_not_kept(served: Served) -> None:
    _reader, writer = await served.open(buffer=4096)
    writer.transport.pause_reading()  # type: ignore[attr-defined]
    writer.write(b"GET /large HTTP/1.1\r\nHost: a\r\n\r\n")
    async with asyncio.timeout(PATIENCE):
        while not served.server.server_state.connections:  # noqa: ASYNC110  it tells nobody
            await asyncio.sleep(0.01)
    await served.held(0)


async def test_what_is_no_http_is_refused_as_everything_else(served: Served) -> None:
    reader, writer = await served.open()
    writer.write(b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n")
    answer = await asyncio.wait_for(reader.read(), PATIENCE)
    assert b" 400 " in answer
    assert b"application/problem+json" in answer
    assert b"frame-ancestors 'none'" in answer


async def test_an_answer_may_last_longer_than_a_head(served: Served) -> None:
    reader, writer = await served.open()
    writer.write(b"GET /stream HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
    assert b", last" in await asyncio.wait_for(reader.read(), PATIENCE)
