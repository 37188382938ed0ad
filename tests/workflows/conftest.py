"""Where the messages of these tests run: in memory, unless a test is marked as needing Temporal's server."""

from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import pytest
from temporalio.client import Client

from tests.memory.server import MemoryServer
from tests.temporal_server import connect
from tests.workflows.road import Archive, Backend, Road, message_worker, msk

_MEMORY = "memory.invalid:7233"


@pytest.fixture(scope="session")
async def in_memory() -> AsyncIterator[Backend]:
    MemoryServer(_MEMORY)
    client, archive = await connect(_MEMORY), Archive()
    async with message_worker(client, archive):
        yield Backend(client, archive)


@pytest.fixture
def backend(request: pytest.FixtureRequest) -> Backend:
    needs_server = request.node.get_closest_marker("server") is not None
    backend: Backend = request.getfixturevalue("on_server" if needs_server else "in_memory")
    return backend


@pytest.fixture
def temporal(backend: Backend) -> Client:
    return backend.client


@pytest.fixture
def archive(backend: Backend) -> Archive:
    """What the worker wrote in place of the database."""
    return backend.archive


@pytest.fixture
def begin(backend: Backend) -> Callable[..., Awaitable[Road]]:
    """Registers a message at a moment such as «2026-11-23 09:00» of Moscow."""

    async def begin(at: str, **rest: Any) -> Road:
        return await Road.begin(backend.client, backend.archive, msk(at), **rest)

    return begin
