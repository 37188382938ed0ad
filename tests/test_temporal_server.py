"""The server of the tests starts also where another process has taken a port before it."""

import socket

import pytest

from tests import temporal_server as starting


async def test_a_server_whose_port_was_taken_is_started_on_another(monkeypatch: pytest.MonkeyPatch) -> None:
    free = starting.free_port
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        taken = other.getsockname()[1]
        ports = iter([taken])
        monkeypatch.setattr(starting, "free_port", lambda: next(ports, None) or free())
        async with starting.temporal_server() as address:
            assert address != f"127.0.0.1:{taken}"
            await starting.connect(address)
