"""The clock of a promise: it looks, waits, looks when it is told to, and ends when nothing is to come."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import uuid4

import pytest
from temporalio import activity
from temporalio.client import Client, WorkflowHandle, WorkflowHistory
from temporalio.contrib.pydantic import pydantic_data_converter
from temporalio.worker import Replayer, Worker

from tests.patience import PATIENCE
from workflows.promise import LOOK_AGAIN, LOOK_AT_PROMISE, PROMISE, Look, PromiseClock
from workflows.runner import runner

pytestmark = pytest.mark.server

STORED = Path(__file__).parent / "promise_history.json"
"""A history as `record_promise` recorded it: promises last for months."""


class Looks:
    """The activity, which answers what the test says."""

    def __init__(self, *looks: Look) -> None:
        self._left = list(looks)
        self.looked: list[datetime] = []

    @activity.defn(name=LOOK_AT_PROMISE)
    async def look(self, promise: str) -> Look:
        assert promise == "7"
        self.looked.append(datetime.now(UTC))
        return self._left.pop(0)


@asynccontextmanager
async def begun(client: Client, looks: Looks) -> AsyncIterator[WorkflowHandle[PromiseClock, None]]:
    queue = f"promises-{uuid4().hex}"
    async with Worker(
        client, task_queue=queue, workflows=[PromiseClock], activities=[looks.look], workflow_runner=runner()
    ):
        yield await client.start_workflow(PROMISE, "7", id=f"promise-{uuid4().hex}", task_queue=queue)


async def replayed(history: WorkflowHistory) -> None:
    replayer = Replayer(
        workflows=[PromiseClock], workflow_runner=runner(), data_converter=pydantic_data_converter
    )
    await replayer.replay_workflow(history)


async def test_it_looks_at_each_moment_until_nothing_is_to_come(temporal: Client) -> None:
    soon = datetime.now(UTC) + timedelta(seconds=1)
    looks = Looks(Look(at=soon, summary="обещание: «Сделано?»"), Look())
    async with begun(temporal, looks) as handle:
        async with asyncio.timeout(PATIENCE):
            await handle.result()
        history = await handle.fetch_history()
    assert looks.looked[1] >= soon
    timers = [event for event in history.events if event.HasField("timer_started_event_attributes")]
    assert [event.user_metadata.summary.data.decode() for event in timers] == ['"обещание: «Сделано?»"']
    await replayed(history)


async def test_it_looks_at_once_when_it_is_told_to(temporal: Client) -> None:
    looks = Looks(Look(at=datetime.now(UTC) + timedelta(days=300), summary="обещание: напоминание"), Look())
    async with begun(temporal, looks) as handle, asyncio.timeout(PATIENCE):
        await handle.signal(LOOK_AGAIN)
        while len(looks.looked) < 2:
            await handle.signal(LOOK_AGAIN)
        await handle.result()


async def test_what_was_recorded_before_goes_on_by_this_code() -> None:
    await replayed(WorkflowHistory.from_json("promise-7", STORED.read_text()))
