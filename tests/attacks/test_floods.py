"""Connections held by the hundred, in every way there is: a further one finds a place, and its request an answer."""

import asyncio
import os
import sys
from collections.abc import AsyncIterator
from contextlib import suppress
from pathlib import Path

import pytest

from embedded.bounded_connection import BoundedConnection
from embedded.child_process import ChildProcess
from embedded.http_probe import answers
from embedded.keeper import Patience
from embedded.supervisor import keeper_of_api
from settings import Settings
from tests.embedded.installation import ROOT, STAND_INS
from tests.embedded.test_bounded_connection import Quick, Served, serving
from tests.patience import PATIENCE
from tests.ports import free_port
from tests.prepared import prepare

BODY = b"POST /echo HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000000\r\n\r\n"
CHUNKED = b"POST /echo HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n"


class Crowded(Quick):
    """So patient that nobody leaves but to make room."""

    HEAD_SECONDS = 10 * PATIENCE
    LEFT_OVER_SECONDS = 10 * PATIENCE
    TAKEN_EVERY = 10 * PATIENCE


@pytest.fixture
async def crowded() -> AsyncIterator[Served]:
    async with serving(Crowded) as served:
        yield served


async def flood(served: Served, begun: bytes, *, times: int, taken: bool = True) -> None:
    """So many connections that begin like this, and go no further; unless `taken`, they take none of their answer."""
    for _ in range(times):
        _, writer = await served.open(buffer=None if taken else 4096)
        if not taken:
            writer.transport.pause_reading()  # type: ignore[attr-defined]
        writer.write(begun)


FLOODS = {
    "nothing": (b"", True),
    "a head that does not end": (b"GET /hello HTTP/1.1\r\n", True),
    "a body that stops": (BODY + b"a" * 1000, True),
    "a body in chunks": (CHUNKED + b"1\r\nx\r\n", True),
    "an answer that is not taken": (b"GET /large HTTP/1.1\r\nHost: localhost\r\n\r\n", False),
}


@pytest.mark.parametrize(("begun", "taken"), FLOODS.values(), ids=FLOODS)
async def test_a_flood_shuts_nobody_out(crowded: Served, begun: bytes, taken: bool) -> None:
    """Three times as many as there may be; each healthy request between them is answered."""
    for _ in range(3):
        await flood(crowded, begun, times=Crowded.MOST, taken=taken)
        assert b"200" in await crowded.answer()
        assert len(crowded.server.server_state.connections) <= Crowded.MOST + 1


async def test_room_is_made_first_by_who_only_waits_then_by_the_slowest_body(crowded: Served) -> None:
    steady = await crowded.open()
    steady[1].write(BODY)
    await flood(crowded, BODY, times=Crowded.MOST - 2)
    idle = await crowded.open()
    steady[1].write(b"a" * 900_000)
    await crowded.held(Crowded.MOST)

    assert b"200" in await crowded.answer()
    assert await asyncio.wait_for(idle[0].read(), PATIENCE) == b""
    # Half of all that stand still go, and not the one that began before them and has nearly all of its body here.
    for _ in range(Crowded.MOST // 2):
        stream = await crowded.open()
        stream[1].write(b"GET /hello HTTP/1.1\r\nHost: localhost\r\n\r\n")
        await stream[0].readuntil(b"hello")
        stream[1].write(BODY)
    steady[1].write(b"a" * 100_000)
    assert b"200" in await asyncio.wait_for(steady[0].readuntil(b"1000000"), PATIENCE)


async def test_what_is_being_answered_is_never_ended_for_another(crowded: Served) -> None:
    """Where all others are at work, the further one is told to come again."""
    streams = [await crowded.open() for _ in range(Crowded.MOST)]
    for _, writer in streams:
        writer.write(b"GET /stream HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
    for reader, _ in streams:
        await reader.readuntil(b"first")
    assert b" 503 " in await crowded.answer()
    for reader, _ in streams:
        assert b", last" in await asyncio.wait_for(reader.read(), PATIENCE)


async def test_the_number_of_an_installation_holds() -> None:
    async with serving(BoundedConnection) as served:
        await flood(served, BODY, times=BoundedConnection.MOST + 20)
        assert b"200" in await served.answer()
        assert len(served.server.server_state.connections) <= BoundedConnection.MOST + 1


@pytest.mark.installation
async def test_a_flood_that_leaves_no_connection_is_no_reason_to_end_the_api(tmp_path: Path) -> None:
    settings, said = Settings.load(data=tmp_path, port=free_port()), list[str]()
    await prepare(settings)
    environment = os.environ | settings.environment() | {"PYTHONPATH": f"{STAND_INS}:{ROOT}"}
    command = (sys.executable, "-P", "-m", "cli", "api")

    async def at_once() -> None:
        pass

    keeper = keeper_of_api(
        settings,
        make=lambda: ChildProcess(command, environment, tmp_path / "api.log", tmp_path / "api.pid"),
        until_allowed=at_once,
        say=said.append,
        # The process is heard of every second.
        patience=Patience(ask_every=1.5, silent=2),
    )
    keeping = asyncio.ensure_future(keeper.keep())
    held: list[asyncio.StreamWriter] = []
    try:
        async with asyncio.timeout(PATIENCE):
            await keeper.ready.wait()
            for _ in range(BoundedConnection.MOST):
                reader, writer = await asyncio.open_connection(settings.host, settings.port)
                held.append(writer)
                writer.write(b"GET /lasting HTTP/1.1\r\nHost: localhost\r\n\r\n")
                await reader.readuntil(b"first")
            assert not await answers(settings.host, settings.port, "/healthz", PATIENCE)
            worked = keeper.worked
            # It would have been found silent twice by then.
            while keeper.worked < worked + 4.5 and not said:  # noqa: ASYNC110  it tells nobody
                await asyncio.sleep(0.05)
        assert said == []
    finally:
        for writer in held:
            writer.close()
        keeping.cancel()
        with suppress(asyncio.CancelledError):
            await keeping
        await keeper.stop(20.0, asyncio.Event())
