"""Durable timers of the limits: one named timer for each open limit, at its next moment."""

import asyncio
from collections.abc import Callable
from datetime import datetime, timedelta

from temporalio import workflow

from workflows import wording
from workflows.state import LimitRun, MessageState

Wanted = dict[tuple[int, datetime], str]
"""Summaries of timers, by run and moment."""


class Timers:
    """Keeps the timers of a workflow the same as the open limits of its state."""

    def __init__(self, on_moment: Callable[[int], None]) -> None:
        """`on_moment` is called with the number of the run."""
        self._on_moment = on_moment
        self._again: asyncio.Task[None] | None = None
        self._running: dict[tuple[int, datetime], asyncio.Task[None]] = {}
        self._no_reply: tuple[datetime, asyncio.Task[None]] | None = None

    def wanted(self, state: MessageState, put_off: Callable[[LimitRun], datetime | None]) -> Wanted:
        """The timers that the limits need, with what each is called that does not run yet.

        `put_off` says when a run is served again whose serving failed; None for all others.
        """
        moments = ((run, put_off(run) or (next_moment(run) if run.is_open else None)) for run in state.limits)
        return {
            (run.number, moment): "" if (run.number, moment) in self._running else wording.timer(run, moment)
            for run, moment in moments
            if moment is not None
        }

    def align(self, wanted: Wanted) -> None:
        """Start the timers that are missing and cancel those that nothing waits for."""
        for key in [key for key in self._running if key not in wanted]:
            self._running.pop(key).cancel()
        for key, summary in wanted.items():
            if key not in self._running:
                self._running[key] = asyncio.create_task(self._wait_for(*key, summary))

    def stop(self) -> None:
        """Cancel everything: the message is closed, or goes over to a new run."""
        for task in self._running.values():
            task.cancel()
        self._running.clear()
        if self._again is not None:
            self._again.cancel()
            self._again = None
        if self._no_reply is not None:
            self._no_reply[1].cancel()
            self._no_reply = None

    def expect_reply(self, until: datetime | None, on_silence: Callable[[], None]) -> None:
        """Wait for the author's reply until `until`; None waits no longer (docs/prove/order.md, readings)."""
        if self._no_reply is not None and self._no_reply[0] != until:
            self._no_reply[1].cancel()
            self._no_reply = None
        if until is not None and self._no_reply is None:
            self._no_reply = (until, asyncio.create_task(self._wait_for_reply(until, on_silence)))

    async def _wait_for(self, number: int, moment: datetime, summary: str) -> None:
        await sleep_until(moment, summary)
        self._running.pop((number, moment), None)
        self._on_moment(number)

    def try_again(self, moment: datetime, summary: str, work: Callable[[], None]) -> None:
        """Do something at `moment` that failed; one thing only, so a later call takes the place of an earlier."""
        if self._again is not None:
            self._again.cancel()
        self._again = asyncio.create_task(self._wait_to_try(moment, summary, work))

    async def _wait_to_try(self, moment: datetime, summary: str, work: Callable[[], None]) -> None:
        await sleep_until(moment, summary)
        self._again = None
        work()

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
