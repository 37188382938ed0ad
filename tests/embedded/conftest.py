import asyncio
import contextlib
import os
import signal
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
    for pid in made.pids():
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)


@pytest_asyncio.fixture(scope="session", autouse=True, loop_scope="session")
async def end_after_the_last_call() -> AsyncIterator[None]:
    yield
    # A process that ends right after its last Temporal call crashes in one run of five (sdk-python #300).
    await asyncio.sleep(0.1)
