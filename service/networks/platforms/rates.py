"""Rates at which a key may call: a bucket of tokens each, held by all workers together in the database. Nobody sleeps
in it: a caller is told when there is room, and comes again then.
"""

from collections.abc import Callable
from datetime import timedelta

from service.networks.platforms.port import Rate
from store.database.engines import Database
from store.networks import uses


class Rates:
    """The buckets of an installation."""

    def __init__(self, database: Database, clock: Callable[[], float | None] = lambda: None) -> None:
        """`clock`: seconds since 1970, where it is not the database's."""
        self._database = database
        self._clock = clock

    async def take(self, key: str, rate: Rate, calls: int = 1) -> timedelta:
        """Take calls of this key: zero where they may be made now, else how long until there is room for one.

        Of several, made one after another, those for which there is no room yet keep the next caller waiting. Raises
        DatabaseError.
        """
        a_call = rate.within.total_seconds() / rate.calls
        async with self._database.write() as session:
            wait = await uses.take(
                session, self._database.dialect, key, calls, a_call, rate.calls, self._clock()
            )
        return timedelta(seconds=wait)

    async def pause(self, key: str, wait: timedelta) -> None:
        """The network has asked for a pause of this key. Raises DatabaseError."""
        async with self._database.write() as session:
            await uses.pause(session, self._database.dialect, key, wait.total_seconds(), self._clock())
