"""Cost of sealing to a straight message, against the same messages with every payload let through: decision 13's price.

Both run in one process, in a namespace and with a worker each, and are driven by turns. Counted is processor time, of
this process and of the Temporal server it has started: on a machine that others use, the clock tells of them.
"""

import os
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from functools import partial
from itertools import pairwise
from pathlib import Path
from statistics import median
from typing import Any

from temporalio import client as of_client
from temporalio import worker
from temporalio.client import Client
from temporalio.common import RawValue
from temporalio.contrib.pydantic import pydantic_data_converter

from bench.installation import installation
from bench.measurement import Goal, Line, Pair, middle
from bench.straight_message import drive_ours, message_rows, rate
from tests.api.messages.office import open_namespace
from worker import message_worker
from workflows.sealing import Admitted

MESSAGES = 10
PAIRS = 130  # of fewer the median differs by more than the goal leaves room for
GOAL = 1.03
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


def processor_seconds() -> float:
    """Of this process and of those it has started, so far."""
    own = Path("/proc/self/task")
    children = {child for task in own.iterdir() for child in (task / "children").read_text().split()}
    # Behind the name, which may hold anything: user and system time are the 14th and 15th.
    stats = (Path("/proc", process, "stat").read_text().rpartition(")")[2].split() for process in children)
    times = os.times()
    return times.user + times.system + sum(int(stat[11]) + int(stat[12]) for stat in stats) / _TICK


async def milliseconds(drive: Callable[[int], Awaitable[Any]], numbers: range) -> float:
    """Of processor time a message."""
    before = processor_seconds()
    await rate(drive, numbers)
    return (processor_seconds() - before) / len(numbers) * 1000


@asynccontextmanager
async def both() -> AsyncIterator[tuple[Client, Client, Callable[[range], Awaitable[None]]]]:
    """A client that seals and one that does not, each with its worker, and what writes the rows of messages."""
    async with installation() as (sealing, database, settings):
        namespace = await open_namespace(sealing, "unsealed")
        unsealed = await Client.connect(
            settings.temporal_address,
            namespace=namespace,
            data_converter=pydantic_data_converter,
            interceptors=[LetThrough()],
        )
        async with message_worker(sealing, settings), message_worker(unsealed, settings):
            yield sealing, unsealed, lambda numbers: message_rows(database, numbers)


async def measure() -> AsyncIterator[Line]:
    """By turns, after a pair that warms both up; beside it, how much rounds of the same code differ."""
    pairs = []
    async with both() as (sealing, without, write):
        numbers = range(1, 2 * (PAIRS + 1) * MESSAGES + 1)
        await write(numbers)
        chunks = [numbers[at : at + MESSAGES] for at in range(0, len(numbers), MESSAGES)]
        for pair in range(PAIRS + 1):
            took = {}
            for client in (sealing, without) if pair % 2 else (without, sealing):
                took[client] = await milliseconds(partial(drive_ours, client), chunks.pop())
            pairs.append(Pair(took[sealing], took[without]))
    yield Line("processor of a message", "ms", *middle(pairs[1:]), Goal("ratio", "≤", GOAL))
    unsealed = [pair.reference for pair in pairs[1:]]
    typical = median(abs(later - earlier) for earlier, later in pairwise(unsealed))
    yield Line("rounds of the same code differ by", "ms", typical, median(unsealed))
