"""Rates at which a key may call: a bucket of tokens each, in the worker's process. Nobody sleeps in it: a caller is
told when there is room, and comes again then.
"""

import time
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from datetime import timedelta

from service.networks.platforms.port import Rate

_KEPT = 10_000
"""Buckets; those that are full again are forgotten first."""


@dataclass(slots=True)
class _Bucket:
    tokens: float
    at: float


class Rates:
    """The buckets of one process."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        """`clock`: seconds."""
        self._clock = clock
        self._buckets: dict[Hashable, _Bucket] = {}
        self._paused: dict[Hashable, float] = {}

    def take(self, key: Hashable, rate: Rate, calls: int = 1) -> timedelta:
        """Take calls of this key: zero where they may be made now, else how long until there is room for one.

        Of several, made one after another, those for which there is no room yet keep the next caller waiting.
        """
        now = self._clock()
        if (until := self._paused.get(key, now)) > now:
            return timedelta(seconds=until - now)
        self._paused.pop(key, None)
        per_second = rate.calls / rate.within.total_seconds()
        bucket = self._buckets.get(key)
        if bucket is None:
            self._forget(now, per_second)
            bucket = self._buckets[key] = _Bucket(rate.calls, now)
        bucket.tokens = min(rate.calls, bucket.tokens + (now - bucket.at) * per_second)
        bucket.at = now
        if bucket.tokens >= 1:
            bucket.tokens -= calls
            return timedelta(0)
        return timedelta(seconds=(1 - bucket.tokens) / per_second)

    def pause(self, key: Hashable, wait: timedelta) -> None:
        """The network has asked for a pause of this key."""
        until = self._clock() + wait.total_seconds()
        self._paused[key] = max(until, self._paused.get(key, until))

    def _forget(self, now: float, per_second: float) -> None:
        if len(self._buckets) < _KEPT:
            return
        oldest = sorted(self._buckets, key=lambda key: self._buckets[key].at)[: _KEPT // 2]
        for key in oldest:
            if (now - self._buckets[key].at) * per_second >= 1:
                del self._buckets[key]
