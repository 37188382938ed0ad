import asyncio
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
import pytest_asyncio

from tests.embedded.installation import Installation


@pytest.fixture
def installation(tmp_path: Path) -> Iterator[Installation]:
    """A new installation, of which nothing runs on after the test, whatever it proved."""
    made = Installation(tmp_path / "data")
    yield made
    made.kill()


@pytest.fixture(scope="module")
async def shared(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Installation]:
    """An installation of all tests of a module; where it runs at the end, after all that was done to it, it stops."""
    made = Installation(tmp_path_factory.mktemp("shared") / "data")
    await made.runs()
    yield made
    try:
        if made.serve.process.returncode is None:
            assert await made.serve.stop() == 0
    finally:
        made.kill()


@pytest.fixture
async def running(shared: Installation) -> Installation:
    """The shared installation, which runs when a test begins and may be stopped when it ends."""
    await shared.runs()
    return shared


@pytest_asyncio.fixture(scope="session", autouse=True, loop_scope="session")
async def end_after_the_last_call() -> AsyncIterator[None]:
    yield
    # A process that ends right after its last Temporal call crashes in one run of five (sdk-python #300).
    await asyncio.sleep(0.1)
