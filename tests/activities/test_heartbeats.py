"""Heartbeats: sent as long as the work goes on, and no longer, however it ends."""

import asyncio

import pytest
from temporalio.testing import ActivityEnvironment

from activities import heartbeats
from activities.heartbeats import alive


@pytest.fixture
def beats(monkeypatch: pytest.MonkeyPatch) -> list[object]:
    monkeypatch.setattr(heartbeats, "_EVERY", 0.001)
    return []


def environment(beats: list[object]) -> ActivityEnvironment:
    found = ActivityEnvironment()
    found.on_heartbeat = lambda *details: beats.append(details)
    return found


async def test_the_server_is_told_as_long_as_the_work_goes_on(beats: list[object]) -> None:
    async def work() -> int:
        while len(beats) < 3:  # noqa: ASYNC110 - what is waited for has no event
            await asyncio.sleep(0.001)
        return 7

    async def step() -> int:
        return await alive(work())

    assert await environment(beats).run(step) == 7
    told = len(beats)
    await asyncio.sleep(0.02)
    assert len(beats) == told


async def test_what_is_cut_off_ends_before_the_activity_does(beats: list[object]) -> None:
    begun, ended = asyncio.Event(), []

    async def work() -> None:
        try:
            begun.set()
            await asyncio.Event().wait()
        finally:
            await asyncio.sleep(0)
            ended.append(True)

    async def step() -> None:
        await alive(work())

    running = asyncio.ensure_future(environment(beats).run(step))
    await begun.wait()
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running
    assert ended == [True]
