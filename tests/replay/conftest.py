"""Messages on Temporal's server, which keeps the histories that are replayed."""

from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from tests.workflows.road import Archive, Backend, Road, msk


@pytest.fixture(scope="session")
def archive(on_server: Backend) -> Archive:
    """What the worker wrote in place of the database."""
    return on_server.archive


@pytest.fixture
def begin(on_server: Backend) -> Callable[..., Awaitable[Road]]:
    """Registers a message at a moment such as «2026-11-23 09:00» of Moscow."""

    async def begin(at: str, **rest: Any) -> Road:
        return await Road.begin(*on_server, msk(at), **rest)

    return begin
