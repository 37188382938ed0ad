"""An installation of one module's tests alone: imported there, it takes the place of the shared one."""

from collections.abc import AsyncIterator

import pytest
from temporalio.client import Client

from tests.api.messages.office import Installation, Office, working_installation


@pytest.fixture(scope="module")
async def installation(
    temporal_address: str, temporal: Client, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Installation]:
    """The installation with its worker."""
    async with working_installation(tmp_path_factory.mktemp("apart"), temporal_address, temporal) as alone:
        yield alone


@pytest.fixture(scope="module")
async def office(installation: Installation) -> AsyncIterator[Office]:
    async with installation.office() as alone:
        yield alone
