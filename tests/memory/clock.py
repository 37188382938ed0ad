"""The clock of one workflow: it runs by itself, and jumps to what comes next when it is moved on."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta


class Clock:
    """Moments that something waits for, in order. Runs that follow one another share it."""

    def __init__(self) -> None:
        self._ahead = timedelta(0)
        self._waiting: dict[object, tuple[datetime, Callable[[], None]]] = {}
        self._next: asyncio.TimerHandle | None = None

    def now(self) -> datetime:
        return datetime.now(UTC) + self._ahead

    def wake(self, key: object, at: datetime, work: Callable[[], None]) -> None:
        """Do something at a moment; `key` names it for `forget`."""
        self._waiting[key] = (at, work)
        self._set()

    def forget(self, key: object) -> None:
        if self._waiting.pop(key, None):
            self._set()

    def forget_all(self, owner: str) -> None:
        """All whose keys begin with the owner."""
        for key in [key for key in self._waiting if isinstance(key, tuple) and key[0] == owner]:
            self.forget(key)

    async def sleep(self, duration: timedelta) -> None:
        key = object()
        come = asyncio.Event()
        self.wake(key, self.now() + duration, come.set)
        try:
            await come.wait()
        finally:
            self.forget(key)

    async def forward(self, goal: datetime, settled: Callable[[], Awaitable[None]]) -> None:
        """Move on to a moment; each that comes before it is reached, and `settled` waits for what it brings."""
        await settled()
        while self._waiting and (moment := min(at for at, _ in self._waiting.values())) <= goal:
            self._jump(moment)
            self._serve()
            await asyncio.sleep(0)
            await settled()
        self._jump(goal)
        self._set()

    def _jump(self, moment: datetime) -> None:
        self._ahead += max(timedelta(0), moment - self.now())

    def _serve(self) -> None:
        now = self.now()
        for key, (at, work) in sorted(self._waiting.items(), key=lambda item: item[1][0]):
            if at <= now:
                self._waiting.pop(key, None)
                work()
        self._set()

    def _set(self) -> None:
        if self._next is not None:
            self._next.cancel()
            self._next = None
        if self._waiting:
            left = min(at for at, _ in self._waiting.values()) - self.now()
            self._next = asyncio.get_running_loop().call_later(max(0, left.total_seconds()), self._serve)
