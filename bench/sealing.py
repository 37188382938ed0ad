"""Cost of sealing to a straight message, against the same messages with every payload let through: decision 13's price.

Both run at the same time in one process, in a namespace and with a worker each, and are driven by turns, each first in
every other pair. Counted is processor time, of this process (driver and workers) and of the Temporal server it has
started: on a machine that others use, the clock on the wall tells of them.
"""

import asyncio
import os
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import replace
from functools import partial
from itertools import pairwise
from pathlib import Path
from statistics import median, quantiles
from time import thread_time
from typing import Any, NamedTuple

from temporalio import client as of_client
from temporalio import worker
from temporalio.client import Client
from temporalio.common import RawValue
from temporalio.contrib.pydantic import pydantic_data_converter

from bench.installation import installation
from bench.straight_message import drive_ours, message_rows, rate
from tests.api.messages.office import open_namespace
from worker import message_worker
from workflows import seals
from workflows.sealing import Admitted

MESSAGES = 10
PAIRS = 40
GOAL = 0.03
_TICK = os.sysconf("SC_CLK_TCK")


class LetThrough(of_client.Interceptor, worker.Interceptor):
    """In the place of `Sealing`: no seal is made and none checked, of records and answers neither."""

    def workflow_interceptor_class(
        self,
        input: worker.WorkflowInterceptorClassInput,  # noqa: A002
    ) -> type[worker.WorkflowInboundInterceptor] | None:
        """Called by the worker."""
        return _LetThrough


class _LetThrough(worker.WorkflowInboundInterceptor):
    async def execute_workflow(self, input: worker.ExecuteWorkflowInput) -> Any:  # noqa: A002
        return await super().execute_workflow(replace(input, args=_admitted(input.args)))

    async def handle_signal(self, input: worker.HandleSignalInput) -> None:  # noqa: A002
        await super().handle_signal(replace(input, args=_admitted(input.args)))


def _admitted(args: Any) -> list[Any]:
    return [Admitted(arg.payload) if isinstance(arg, RawValue) else arg for arg in args]


class Figures(NamedTuple):
    """Milliseconds of processor time a message, round by round."""

    sealed: list[float]
    unsealed: list[float]
    macs: float
    """The part of it that is spent on the seals' MACs alone, made and checked."""

    @property
    def costs(self) -> list[float]:
        """Of each pair, by how much the sealed messages took longer."""
        return [ours / bare - 1 for ours, bare in zip(self.sealed, self.unsealed, strict=True)]

    @property
    def noise(self) -> list[float]:
        """By how much a round of the unsealed ones differs from the one before: what the same code differs by."""
        return [later / earlier - 1 for earlier, later in pairwise(self.unsealed)]


def processor_seconds() -> float:
    """Of this process and of those it has started, so far."""
    own = Path("/proc/self/task")
    children = {child for task in own.iterdir() for child in (task / "children").read_text().split()}
    # Behind the name, which may hold anything: user and system time are the 14th and 15th.
    stats = (Path("/proc", process, "stat").read_text().rpartition(")")[2].split() for process in children)
    times = os.times()
    return times.user + times.system + sum(int(stat[11]) + int(stat[12]) for stat in stats) / _TICK


@contextmanager
def macs_timed() -> Iterator[list[float]]:
    """Seconds of processor time of each MAC computed in the block."""
    spent, compute = [], seals._mac

    def timed(secret: bytes, key: str, content: Iterable[bytes]) -> str:
        before = thread_time()
        mac = compute(secret, key, content)
        spent.append(thread_time() - before)
        return mac

    seals._mac = timed
    try:
        yield spent
    finally:
        seals._mac = compute


async def milliseconds(drive: Callable[[int], Awaitable[Any]], numbers: range) -> float:
    """Of processor time a message."""
    before = processor_seconds()
    await rate(drive, numbers)
    return (processor_seconds() - before) / len(numbers) * 1000


@asynccontextmanager
async def both(folder: Path) -> AsyncIterator[tuple[Client, Client, Callable[[range], Awaitable[None]]]]:
    """A client that seals and one that does not, each with its worker, and what writes the rows of messages."""
    async with installation(folder) as (sealing, database, settings):
        namespace = await open_namespace(sealing, "unsealed")
        unsealed = await Client.connect(
            settings.temporal_address,
            namespace=namespace,
            data_converter=pydantic_data_converter,
            interceptors=[LetThrough()],
        )
        async with message_worker(sealing, settings), message_worker(unsealed, settings):
            yield sealing, unsealed, lambda numbers: message_rows(database, numbers)


async def measure() -> Figures:
    """By turns, after a pair that warms both up."""
    sealed: list[float] = []
    unsealed: list[float] = []
    with macs_timed() as macs, tempfile.TemporaryDirectory() as folder:
        async with both(Path(folder)) as (sealing, without, write):
            numbers = range(1, 2 * (PAIRS + 1) * MESSAGES + 1)
            await write(numbers)
            chunks = [numbers[at : at + MESSAGES] for at in range(0, len(numbers), MESSAGES)]
            for pair in range(PAIRS + 1):
                turns = [(sealing, sealed), (without, unsealed)]
                for client, found in turns if pair % 2 else reversed(turns):
                    taken = await milliseconds(partial(drive_ours, client), chunks.pop())
                    if pair:
                        found.append(taken)
    return Figures(sealed, unsealed, sum(macs) / (len(numbers) / 2) * 1000)


async def report() -> None:
    """Print the cost with its goal, and how much the same code differs from one round to the next."""
    figures = await measure()
    sealed, unsealed, costs = median(figures.sealed), median(figures.unsealed), figures.costs
    low, _, high = quantiles(costs, n=4)
    of_noise = median(map(abs, figures.noise))
    print(f"processor time of a straight message: {sealed:.1f} ms sealed, {unsealed:.1f} ms without")
    print(
        f"  sealing costs {median(costs):+.1%} of it (quartiles {low:+.1%}, {high:+.1%}; goal ≤ {GOAL:.0%})"
    )
    print(f"  of which MACs, made and checked, take {figures.macs:.2f} ms ({figures.macs / unsealed:.1%})")
    print(f"  rounds of the same code differ by {of_noise:.1%} at the median")


if __name__ == "__main__":
    asyncio.run(report())
