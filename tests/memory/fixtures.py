"""Temporal in memory for the tests of a folder, and its server for those marked `server`; a conftest imports all."""

from itertools import count

import pytest
from temporalio.client import Client

from tests.memory.server import MemoryServer
from tests.temporal_server import connect

_numbers = count(1)


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """A test marked `server` gets `temporal_address`, and all that is made with it, of the server itself."""
    if "temporal_address" in metafunc.fixturenames and any(metafunc.definition.iter_markers("server")):
        metafunc.parametrize(
            "temporal_address", ["server"], ids=[pytest.HIDDEN_PARAM], indirect=True, scope="session"
        )


@pytest.fixture(scope="session")
def temporal_address(request: pytest.FixtureRequest) -> str:
    if hasattr(request, "param"):
        address: str = request.getfixturevalue("server_address")
    else:
        address = f"memory-{next(_numbers)}.invalid:7233"
        MemoryServer(address)
    return address


@pytest.fixture(scope="session")
async def temporal(temporal_address: str) -> Client:
    return await connect(temporal_address)
