"""An installation of its own: people leave it and working time changes in it."""

from collections.abc import AsyncIterator

import pytest
from temporalio.client import Client

from tests.api.messages.office import Installation, Office, open_namespace


@pytest.fixture(scope="session")
async def installation(
    temporal_address: str, temporal: Client, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Installation]:
    """The installation with its worker."""
    namespace = await open_namespace(temporal, tmp_path_factory.mktemp("chance").name)
    installation = Installation(tmp_path_factory.mktemp("chance"), temporal_address, namespace)
    await installation.prepare()
    async with installation.worker():
        yield installation


@pytest.fixture(scope="session")
async def office(installation: Installation) -> AsyncIterator[Office]:
    async with installation.office() as office:
        yield office
