"""The messages of these tests, and the worker that takes care of them."""

from collections.abc import AsyncIterator, Iterator

import pytest
from temporalio.client import Client
from temporalio.contrib.pydantic import pydantic_data_converter

from tests.memory.fixtures import pytest_generate_tests, temporal, temporal_address  # noqa: F401
from tests.workflows.road import Archive, Backend, backend_at
from tests.workflows.stages import Begin
from workflows.alarms import Alarm, listening


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
def alarms() -> Iterator[list[Alarm]]:
    """What was heard during the test."""
    heard: list[Alarm] = []
    with listening(heard.append):
        yield heard


@pytest.fixture
async def stranger(temporal_address: str) -> Client:  # noqa: F811
    """A client of somebody who reaches Temporal, and has no key."""
    return await Client.connect(temporal_address, data_converter=pydantic_data_converter)


@pytest.fixture
def begin(backend: Backend) -> Begin:
    """Registers a message at a moment such as «2026-11-23 09:00» of Moscow."""
    return backend.begin
