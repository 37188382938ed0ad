"""The connection to Temporal: the API starts without it, and finds it when it comes."""

import asyncio
from datetime import timedelta
from typing import Any, cast

import pytest
from temporalio.client import Client

import service.runs.connection
from service.runs.connection import TemporalAwayError, TemporalConnection
from settings import Settings
from tests.patience import PATIENCE


class Server:
    """Stands in for `Client.connect`: away for the first attempts, then there."""

    def __init__(self, away_for: int) -> None:
        self.away_for = away_for
        self.reached = asyncio.Event()
        self.client = cast(Client, object())

    async def connect(self, **_arguments: Any) -> Client:
        if self.away_for:
            self.away_for -= 1
            raise RuntimeError("Failed client connect")
        self.reached.set()
        return self.client


@pytest.fixture(autouse=True)
def no_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(service.runs.connection, "_FIRST_PAUSE", 0.0)


async def test_a_server_that_is_there_is_reached_before_the_first_request(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    server = Server(away_for=0)
    monkeypatch.setattr(Client, "connect", server.connect)
    temporal = TemporalConnection(settings)
    await temporal.start()
    assert temporal.client is server.client
    await temporal.stop()


async def test_a_server_that_comes_later_is_found(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    server = Server(away_for=5)
    monkeypatch.setattr(Client, "connect", server.connect)
    temporal = TemporalConnection(settings)
    await temporal.start()
    assert temporal.client_or_none is None
    with pytest.raises(TemporalAwayError):
        _ = temporal.client
    assert not await temporal.is_serving(timedelta(seconds=1))
    async with asyncio.timeout(PATIENCE):
        await server.reached.wait()
    assert server.away_for == 0
    await temporal.stop()


async def test_stopping_ends_the_attempts(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    server = Server(away_for=10**9)
    monkeypatch.setattr(Client, "connect", server.connect)
    temporal = TemporalConnection(settings)
    await temporal.start()
    await temporal.stop()
    left = server.away_for
    await asyncio.sleep(0)
    assert server.away_for == left
