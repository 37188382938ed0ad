"""An installation of its own: people leave it and working time changes in it."""

from collections.abc import AsyncIterator

import pytest
from temporalio.client import Client

from tests.api.messages.conftest import nothing_pressed_ahead  # noqa: F401 - a fixture
from tests.api.messages.office import Installation, Office, working_installation


@pytest.fixture(scope="session")
async def installation(
    temporal_address: str, temporal: Client, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Installation]:
    """The installation with its worker."""
    folder = tmp_path_factory.mktemp("chance")
    async with working_installation(folder, temporal_address, temporal) as installation:
        yield installation


@pytest.fixture(scope="session")
async def office(installation: Installation) -> AsyncIterator[Office]:
    async with installation.office() as office:
        yield office
