"""Durable timers of the limits: one named timer for each open limit, at its next moment."""

import asyncio
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial

from temporalio import workflow

from workflows import wording
from workflows.state import LimitRun, MessageState

Wanted = dict[tuple[int, datetime], str]
"""Summaries of timers, by run and moment."""


class Timers:
    """Keeps the timers of a workflow the same as the open limits of its state, with others beside them, by name."""

    def __init__(self, on_moment: Callable[[int], None]) -> None:
        """`on_moment` is called with the number of the run."""
        self._on_moment = on_moment
        self._running: dict[tuple[int | str, datetime], asyncio.Task[None]] = {}

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
        self._cancel(lambda key: isinstance(key[0], int) and key not in wanted)
        for (number, moment), summary in wanted.items():
            self._start(number, moment, summary, partial(self._on_moment, number))

    def set(self, name: str, moment: datetime | None, summary: str, work: Callable[[], None]) -> None:
        """Do something at `moment`, and at no other that it waits for under this name; None: not any more."""
        self._cancel(lambda key: key[0] == name and key[1] != moment)
        if moment is not None:
            self._start(name, moment, summary, work)

    def stop(self) -> None:
        """Cancel everything: the message goes over to a new run."""
        self.align({})
        self._cancel(lambda _: True)

    def _cancel(self, unwanted: Callable[[tuple[int | str, datetime]], bool]) -> None:
        for key in [key for key in self._running if unwanted(key)]:
            self._running.pop(key).cancel()

    def _start(self, name: int | str, moment: datetime, summary: str, work: Callable[[], None]) -> None:
        async def wait() -> None:
            await sleep_until(moment, summary)
            self._running.pop((name, moment), None)
            work()

        if (name, moment) not in self._running:
            self._running[name, moment] = asyncio.create_task(wait())


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
