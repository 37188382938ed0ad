"""Work of the office on promises: their workflows are begun and told to look, and each look does what is due."""

import time
from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta

from service.promises.clock import PromiseClock
from service.runs.due_work import Run, of_promise
from service.runs.rules import RulesInForce
from settings import Settings
from store.database.engines import Database
from store.promises import rows as promises
from workflows.office import Portion
from workflows.promise import Look

_LATE = timedelta(minutes=1)
"""By which its workflow looks at a promise in which something falls due; of one that does not it is lost."""
_HEEDS_WITHIN = 300.0
"""Seconds: what stands in the place of a workflow, and does not look when it is told to, is not it."""


class PromiseCourse:
    """The tasks of the office that promises need."""

    def __init__(
        self,
        database: Database,
        settings: Settings,
        rules: RulesInForce,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._database = database
        self._training = settings.training
        self._rules = rules
        self._now = clock
        self._clock = PromiseClock(database, clock)
        self._told: dict[int, float] = {}
        """Since when a promise's workflow has been told to look, by the clock of the process."""

    async def look(self, promise: int) -> Look:
        """Do what has fallen due of a promise; returns when to look again."""
        return await self._clock.look(promise, await self._rules.now())

    async def portion(self, at: datetime | None = None) -> Portion:
        """In training: do what would have been done by `at`, of all promises. Else each has its own workflow."""
        rules = await self._rules.now()
        if at is None or not self._training:
            await self._clock.follow(rules)
            return Portion()
        return Portion(done=await self._clock.drive(rules, at))

    async def runs(self) -> Iterable[Run]:
        """Workflows to be begun, or to be told to look, now: drafts have been followed before."""
        async with self._database.lookup() as session:
            moved_on = await promises.to_follow(session) or await promises.of_bodies_gone(session)
        if moved_on:
            await self._clock.follow(await self._rules.now())
        async with self._database.lookup() as session:
            found = await promises.to_begin(session, self._now() - _LATE)
        now = time.monotonic()
        self._told = {one.promise: self._told.get(one.promise, now) for one in found}
        return [
            of_promise(one.promise, one.message, afresh=now - self._told[one.promise] > _HEEDS_WITHIN)
            for one in found
        ]
