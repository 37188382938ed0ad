"""The references: a workflow with as many signals, timers and activities as a straight message, one that does nothing,
and a bare timer."""

import asyncio
import sys
from datetime import UTC, datetime, timedelta

from temporalio import activity, workflow
from temporalio.client import Client
from temporalio.worker import Worker

BARE_QUEUE = "bare"

SIGNALS = 4
RECORDS = 5
TIMERS_AFTER = (2, 2, 1, 1, 0)
"""How many timers a straight message starts at its registration and after each of its four commands."""


@activity.defn
async def bare_record(number: int) -> None:
    """An activity that does nothing."""


class _Signalled:
    """Takes signals, and tells how many."""

    def __init__(self) -> None:
        self._received = 0

    @workflow.signal
    def step(self) -> None:
        """One signal."""
        self._received += 1

    @workflow.query
    def received(self) -> int:
        """How many signals were applied."""
        return self._received


@workflow.defn
class BareMessage(_Signalled):
    """Waits for four signals; at each, as many timers and activities as the message has there."""

    @workflow.run
    async def run(self) -> str:
        """Until the last signal."""
        timers = self._timers(0)
        await self._record(0)
        for number in range(1, RECORDS):
            await workflow.wait_condition(lambda wanted=number: self._received >= wanted)  # type: ignore[misc]
            timers += self._timers(number)
            await self._record(number)
        for timer in timers:
            timer.cancel()
        return "answered"

    def _timers(self, after: int) -> list[asyncio.Task[None]]:
        return [asyncio.create_task(workflow.sleep(timedelta(hours=9))) for _ in range(TIMERS_AFTER[after])]

    async def _record(self, number: int) -> None:
        await workflow.execute_activity(bare_record, number, start_to_close_timeout=timedelta(seconds=20))


@workflow.defn
class BareNothing(_Signalled):
    """Takes signals, and does nothing."""

    @workflow.run
    async def run(self) -> None:
        """Until the last signal."""
        await workflow.wait_condition(lambda: self._received == SIGNALS)


@activity.defn
async def note_moment() -> datetime:
    """The moment at which it ran."""
    return datetime.now(UTC)


@workflow.defn
class BareTimer:
    """Sleeps until a moment, and notes when it woke."""

    @workflow.run
    async def run(self, until: datetime) -> datetime:
        """Returns the moment at which the activity ran."""
        await workflow.sleep(max(until - workflow.now(), timedelta(0)))
        return await workflow.execute_activity(note_moment, start_to_close_timeout=timedelta(minutes=1))


async def main(address: str) -> None:
    """A worker of what does nothing, until it is terminated."""
    client = await Client.connect(address)
    await Worker(client, task_queue=BARE_QUEUE, workflows=[BareNothing]).run()


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1]))
