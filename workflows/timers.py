"""Durable timers of the limits: one named timer for each open limit, at its next moment."""

import asyncio
from collections.abc import Callable
from datetime import datetime, timedelta

from temporalio import workflow

from workflows import wording
from workflows.state import LimitRun, MessageState


class Timers:
    """Keeps the timers of a workflow the same as the open limits of its state."""

    def __init__(self, on_moment: Callable[[LimitRun], None]) -> None:
        self._on_moment = on_moment
        self._running: dict[tuple[int, datetime], asyncio.Task[None]] = {}
        self._no_reply: tuple[datetime, asyncio.Task[None]] | None = None

    def align(self, state: MessageState) -> None:
        """Start the timers that are missing and cancel those that nothing waits for."""
        wanted = {
            (run.number, moment): run
            for run in state.open_limits()
            if (moment := next_moment(run)) is not None
        }
        for key in [key for key in self._running if key not in wanted]:
            self._running.pop(key).cancel()
        for key, run in wanted.items():
            if key not in self._running:
                self._running[key] = asyncio.create_task(self._wait_for(run.number, key[1], state))

    def stop(self) -> None:
        """Cancel everything: the message is closed, or goes over to a new run."""
        for task in self._running.values():
            task.cancel()
        self._running.clear()
        if self._no_reply is not None:
            self._no_reply[1].cancel()
            self._no_reply = None

    def expect_reply(self, until: datetime | None, on_silence: Callable[[], None]) -> None:
        """Wait for the author's reply until `until`; None waits no longer (docs/order.md, readings)."""
        if self._no_reply is not None and self._no_reply[0] != until:
            self._no_reply[1].cancel()
            self._no_reply = None
        if until is not None and self._no_reply is None:
            self._no_reply = (until, asyncio.create_task(self._wait_for_reply(until, on_silence)))

    async def _wait_for(self, number: int, moment: datetime, state: MessageState) -> None:
        run = state.limits[number - 1]
        await sleep_until(moment, wording.timer(run, moment))
        self._running.pop((number, moment), None)
        self._on_moment(state.limits[number - 1])

    async def _wait_for_reply(self, until: datetime, on_silence: Callable[[], None]) -> None:
        await sleep_until(until, wording.reply_timer(until))
        on_silence()


def next_moment(run: LimitRun) -> datetime | None:
    """When the open run needs attention next: its warning, then its due moment; None after the breach."""
    if run.breached_at is not None:
        return None
    if run.warn_at is not None and not run.warned and run.warn_at < run.due_at:
        return run.warn_at
    return run.due_at


async def sleep_until(moment: datetime, summary: str) -> None:
    """Sleep on the workflow's clock; a timer served a hair early sleeps the rest."""
    while (left := moment - workflow.now()) > timedelta(0):
        await workflow.sleep(left, summary=summary)
