"""Workflows to measure against: one that does nothing but take signals, and a bare timer."""

import asyncio
import sys
from datetime import UTC, datetime, timedelta

from temporalio import activity, workflow
from temporalio.client import Client
from temporalio.worker import Worker

QUEUE = "bare"
SIGNALS = 4
"""As many as a straight message has commands."""


def without_seals(client: Client) -> Client:
    """Return the client as a program without seals has it."""
    return Client(client.service_client, namespace=client.namespace, data_converter=client.data_converter)


@workflow.defn
class BareNothing:
    """Takes signals, and does nothing."""

    def __init__(self) -> None:
        self._received = 0

    @workflow.run
    async def run(self) -> None:
        """Wait for the last signal."""
        await workflow.wait_condition(lambda: self._received == SIGNALS)

    @workflow.signal
    def step(self) -> None:
        """Take one signal."""
        self._received += 1

    @workflow.query
    def received(self) -> int:
        """Return how many signals were applied."""
        return self._received


@activity.defn
async def note_moment() -> datetime:
    """Return the moment at which it ran, in UTC."""
    return datetime.now(UTC)


@workflow.defn
class BareTimer:
    """Sleeps until a moment, and notes when it woke."""

    @workflow.run
    async def run(self, until: datetime) -> datetime:
        """Return the moment at which the activity ran."""
        await workflow.sleep(max(until - workflow.now(), timedelta(0)))
        return await workflow.execute_activity(note_moment, start_to_close_timeout=timedelta(minutes=1))


async def main(address: str) -> None:
    """Run a worker of `BareNothing` until it is terminated."""
    client = await Client.connect(address)
    await Worker(client, task_queue=QUEUE, workflows=[BareNothing]).run()


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1]))
