"""Keeping one process running: started again when it ends or hangs, given up when it keeps doing so.

One that is only slow to begin, as on a machine at work for others, is never given up: nothing says that it cannot.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import NoReturn

from embedded.child_process import ChildProcess
from embedded.refusal import GaveUpError
from telemetry.supervised import SILENT_AT_MOST

_LOOKED_AT_EVERY = 1.0
"""Seconds after which a process that begins is looked at again."""


@dataclass(frozen=True)
class Patience:
    """How often a process may end before it is given up, and how long it may take to begin; in seconds.

    It is asked every `ask_every` whether it works, and hangs when it has not answered `silent` times in a row. Only the
    time it worked counts towards `within`. A start has twice the time of the slow one before it, up to `ready_at_most`.
    What a process waits for a processor counts nowhere.
    """

    deaths: int = 5
    within: float = 30.0
    ask_every: float = 5.0
    silent: int = int(SILENT_AT_MOST // 5.0)
    pauses: tuple[float, ...] = (0.2, 0.5, 1.0, 2.0)
    ready_within: float = 60.0
    ready_at_most: float = 300.0
    slow_pauses: tuple[float, ...] = (2.0, 5.0, 15.0, 30.0, 60.0)


class _TooSlowError(Exception):
    """A start took too long; says so in Russian."""


class Keeper:
    """Keeps what `make` makes running, and says in Russian what happens to it."""

    def __init__(
        self,
        *,
        title: str,
        make: Callable[[], ChildProcess],
        until_ready: Callable[[ChildProcess], Awaitable[None]],
        is_alive: Callable[[ChildProcess, float], Awaitable[bool]],
        say: Callable[[str], None],
        patience: Patience,
        until_allowed: Callable[[], Awaitable[object]] | None = None,
    ) -> None:
        """`title`: begins a sentence, in the masculine; `until_allowed`: what each start waits for.

        `is_alive` tells within the seconds given whether a process that was ready still works.
        """
        self.title = title
        self.ready = asyncio.Event()
        self._make = make
        self._until_ready = until_ready
        self._is_alive = is_alive
        self._say = say
        self._patience = patience
        self._until_allowed = until_allowed
        self._child: ChildProcess | None = None
        self.has_worked = False
        self.worked = 0.0
        self._slow_starts = 0
        self._deaths: deque[float] = deque(maxlen=patience.deaths)

    async def keep(self) -> NoReturn:
        """Runs until cancelled, which leaves the process running for `stop`. Raises `GaveUpError`."""
        while True:
            child = self._child = self._make()
            await child.start()
            try:
                how = await self._run(child)
            except _TooSlowError as slow:
                await self._pause_after_slow_start(child, str(slow))
            else:
                self.ready.clear()
                await self._pause(child, how)

    async def stop(self, grace: float, hurry: asyncio.Event) -> None:
        """End the process; `keep` must have been cancelled before."""
        if self._child is not None:
            await self._child.stop(grace, hurry)

    async def _run(self, child: ChildProcess) -> str:
        """How the process ended, in Russian. Raises `_TooSlowError`, the process ended, where it was slow to begin."""
        ended = asyncio.ensure_future(child.until_ended())
        ready = asyncio.ensure_future(self._begin(child))
        working: asyncio.Future[float] | None = None
        try:
            await asyncio.wait({ended, ready}, return_when=asyncio.FIRST_COMPLETED)
            if not ended.done():
                if isinstance(ready.exception(), TimeoutError):
                    await child.stop(0, asyncio.Event())
                    raise _TooSlowError(f"не заработал за {self._time_to_begin:.0f} с")
                ready.result()
                self._say_that_it_works()
                self.ready.set()
                self.has_worked = True
                self._slow_starts = 0
                working = asyncio.ensure_future(self._until_silent(child))
                await asyncio.wait({ended, working}, return_when=asyncio.FIRST_COMPLETED)
                if not ended.done():
                    silent = working.result()
                    await child.stop(0, asyncio.Event())
                    return f"не отвечает {silent:.0f} с, завершён"
            code = await ended
        finally:
            for waiting in (ended, ready, working):
                if waiting is not None:
                    waiting.cancel()
        if code < 0:
            return f"завершился (сигнал {-code})"
        return f"завершился (код {code})"

    async def _until_silent(self, child: ChildProcess) -> float:
        """Returns when the process has hung for long enough; gives for how many seconds.

        What counts are questions without an answer, not time: a machine that slept blames nobody. Nor does one that has
        no processor for it: what it waited for one does not count.
        """
        silent, every = 0.0, self._patience.ask_every
        while silent < self._patience.silent * every:
            alive, _ = await asyncio.gather(self._is_alive(child, every), asyncio.sleep(every))
            waited = child.waited()
            silent = 0.0 if alive else silent + max(every - waited, 0.0)
            if alive:
                self.worked += every
        return silent

    def _say_that_it_works(self) -> None:
        if self.has_worked or self._deaths:
            if self._deaths or self._slow_starts:
                self._say(f"{self.title} снова работает.")
        elif self._slow_starts:
            self._say(f"{self.title} заработал.")

    @property
    def _time_to_begin(self) -> float:
        doubled = float(2 ** min(self._slow_starts, 10))
        return min(self._patience.ready_within * doubled, self._patience.ready_at_most)

    async def _begin(self, child: ChildProcess) -> None:
        if self._until_allowed is not None:
            await self._until_allowed()
        child.release()
        child.waited()
        beginning, left = asyncio.ensure_future(self._until_ready(child)), self._time_to_begin
        try:
            while not beginning.done():
                if left <= 0:
                    raise TimeoutError
                step = min(left, _LOOKED_AT_EVERY)
                await asyncio.wait({beginning}, timeout=step)
                # Another start would repeat what this one has had no processor for.
                left -= max(step - child.waited(), 0.0)
            beginning.result()
        finally:
            beginning.cancel()

    async def _pause_after_slow_start(self, child: ChildProcess, how: str) -> None:
        pauses = self._patience.slow_pauses
        pause = pauses[min(self._slow_starts, len(pauses) - 1)]
        self._slow_starts += 1
        self._say(
            f"{self.title} {how}: возможно, машина занята другой работой. Запускаю снова через {pause:.0f} с и даю "
            f"{self._time_to_begin:.0f} с. Журнал: {child.log}"
        )
        await asyncio.sleep(pause)

    async def _pause(self, child: ChildProcess, how: str) -> None:
        self._deaths.append(self.worked)
        recent = sum(1 for death in self._deaths if self.worked - death <= self._patience.within)
        if recent >= self._patience.deaths:
            raise GaveUpError(
                f"{self.title} {how}, это {recent}-й раз за {self._patience.within:.0f} с работы. "
                f"Больше не запускаю. Конец его журнала:\n{child.end_of_log()}"
            )
        self._say(f"{self.title} {how}, запускаю снова. Журнал: {child.log}")
        await asyncio.sleep(self._patience.pauses[min(recent, len(self._patience.pauses)) - 1])
