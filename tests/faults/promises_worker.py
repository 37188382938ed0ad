"""A worker of the office's queue in a process of its own, which is killed at the moment of a promise."""

import asyncio
import os
import signal
import sys
from collections.abc import Awaitable, Callable
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

from temporalio.common import RetryPolicy
from temporalio.worker import Worker

import worker
from service.notices import beside
from service.promises.course import PromiseCourse
from tests.faults import networks_worker
from workflows import promise

BEFORE, BEHIND = "before-the-commit", "behind-the-commit"


def _killed_behind(called: Callable[..., Awaitable[Any]]) -> Callable[..., Awaitable[None]]:
    async def to_the_end(*given: Any) -> None:
        await called(*given)
        os.kill(os.getpid(), signal.SIGKILL)

    return to_the_end


async def main(data: Path, address: str, namespace: str, moment: str) -> None:
    """Work until the question is written, `moment` says whether its transaction is over by then."""
    if moment == BEFORE:
        beside.tell = _killed_behind(beside.tell)  # type: ignore[assignment]
    else:
        PromiseCourse.look = _killed_behind(PromiseCourse.look)  # type: ignore[assignment, method-assign]
    # Else the server waits for minutes for the dead, and another ten seconds for what they have cached.
    promise._WITHIN = timedelta(seconds=1)
    promise._RETRY = RetryPolicy(initial_interval=timedelta(seconds=0.1), backoff_coefficient=1)
    worker.Worker = partial(Worker, max_cached_workflows=0)  # type: ignore[assignment, attr-defined]
    await networks_worker.main(data, address, namespace, worker.office_worker)


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1]), sys.argv[2], sys.argv[3], sys.argv[4]))
