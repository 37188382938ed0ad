"""A stand-in in front of a stand-in, which makes trouble where something is written there: before it is, or after."""

from collections import deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from tests.networks.served import Asked, Said, StandIn


@dataclass
class Troubled:
    """`writes`: whether a request is one of those. `next`: what they get, None for no answer, and whether all the same
    they are done. `arrived` is awaited once, when the first of them has come and nothing is done: it is never done.
    """

    inner: StandIn
    writes: Callable[[Asked], bool]
    next: deque[tuple[Said | None, bool]] = field(default_factory=deque)
    arrived: Callable[[], Awaitable[None]] | None = None

    async def answer(self, asked: Asked) -> Said | None:
        writes = self.writes(asked)
        if writes and self.arrived is not None:
            hook, self.arrived = self.arrived, None
            await hook()
            return None
        if not writes or not self.next:
            return await self._inner(asked)
        said, after = self.next.popleft()
        if after:
            await self._inner(asked)
        return said

    async def _inner(self, asked: Asked) -> Said | None:
        said = self.inner.answer(asked)
        return await said if isinstance(said, Awaitable) else said
