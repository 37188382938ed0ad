"""The messages of these tests, and the worker that takes care of them."""

from collections.abc import AsyncIterator

import pytest

from tests.memory.fixtures import pytest_generate_tests, temporal, temporal_address  # noqa: F401
from tests.workflows.road import Archive, Backend, backend_at
from tests.workflows.stages import Begin


@pytest.fixture(scope="module")
async def backend(temporal_address: str) -> AsyncIterator[Backend]:  # noqa: F811
    """Of one module: two workers of one queue would share its messages."""
    async with backend_at(temporal_address) as backend:
        yield backend


@pytest.fixture
def archive(backend: Backend) -> Archive:
    """What the worker wrote in place of the database."""
    return backend.archive


@pytest.fixture
def begin(backend: Backend) -> Begin:
    """Registers a message at a moment such as «2026-11-23 09:00» of Moscow."""
    return backend.begin
