"""Tasks of the office: a portion of each by the clock, in training as of the moment `at` given by hand."""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from typing import Any

from temporalio import activity

from activities.heartbeats import alive
from service.journal.anchors import Anchoring
from service.keys import ring as keys
from service.load.making import LoadMaking
from service.networks.key_expiry import KeyExpiry
from service.notices.deliveries import LOOKS_EVERY, Deliveries
from service.notices.digests import Digests
from service.notices.seal import ChannelSeal
from service.oversight.escalations import Escalations
from service.oversight.surge_watch import Surges
from service.personal_data.retention import Retention
from service.promises.clock import PromiseCourse
from service.reports.weekly.making import WeeklyMaking
from service.runs.due_work import Watch, of_task_when
from service.runs.rules import RulesInForce
from service.suggestions import Suggestions
from settings import Settings
from store.database.engines import Database
from workflows.office import OfficeTask, Portion
from workflows.promise import LOOK_AT_PROMISE, Look


class OfficeTasks:
    """The activities of the office's queue, each named as its task."""

    def __init__(self, database: Database, settings: Settings) -> None:
        rules = RulesInForce(settings, database)
        self._retention = Retention(database, settings)
        self._anchoring = Anchoring(settings, rules)
        self._surges = Surges(database, settings, rules, Suggestions(database).by_texts)
        self._escalations = Escalations(database, settings, rules)
        self._digests = Digests(database, settings, rules, anchored=self._anchoring.line_of)
        self._weekly = WeeklyMaking(database, settings, rules)
        self._key_expiry = KeyExpiry(database, rules)
        self._promises = PromiseCourse(database, rules, training=settings.training)
        self._load = LoadMaking(database, rules)

    @property
    def all(self) -> list[Callable[..., Any]]:
        """For `activities` of a worker."""
        return [
            self.retention,
            self.anchors,
            self.surge,
            self.escalations,
            self.digest,
            self.weekly,
            self.network_keys,
            self.promises,
            self.load,
            self.look_at_promise,
        ]

    @property
    def watches(self) -> list[Watch]:
        """What of it is looked for: an escalation has working hours, and a surge begins within minutes."""
        return [
            of_task_when(OfficeTask.ESCALATIONS, 60.0, self._escalations.is_due),
            of_task_when(OfficeTask.SURGE, 120.0, self._surges.is_due),
            of_task_when(OfficeTask.LOAD, 2.0, self._load.is_due),
            Watch(OfficeTask.PROMISES, 2.0, self._promises.runs, again=10.0),
        ]

    @activity.defn(name=OfficeTask.RETENTION)
    async def retention(self) -> Portion:
        # Of one run, which does it portion by portion, there is one act.
        return await alive(
            self._retention.portion(activity.info().workflow_id or activity.info().activity_id)
        )

    @activity.defn(name=OfficeTask.ANCHORS)
    async def anchors(self) -> Portion:
        return await alive(self._anchoring.portion())

    @activity.defn(name=OfficeTask.SURGE)
    async def surge(self, at: datetime | None = None) -> Portion:
        return await self._surges.portion(at)

    @activity.defn(name=OfficeTask.ESCALATIONS)
    async def escalations(self, at: datetime | None = None) -> Portion:
        return await self._escalations.portion(at)

    @activity.defn(name=OfficeTask.DIGEST)
    async def digest(self, at: datetime | None = None) -> Portion:
        return await self._digests.portion(at)

    @activity.defn(name=OfficeTask.WEEKLY)
    async def weekly(self, at: datetime | None = None) -> Portion:
        return await self._weekly.portion(at)

    @activity.defn(name=OfficeTask.NETWORK_KEYS)
    async def network_keys(self) -> Portion:
        return await self._key_expiry.portion()

    @activity.defn(name=OfficeTask.PROMISES)
    async def promises(self, at: datetime | None = None) -> Portion:
        return await self._promises.portion(at)

    @activity.defn(name=OfficeTask.LOAD)
    async def load(self) -> Portion:
        return await alive(self._load.portion())

    @activity.defn(name=LOOK_AT_PROMISE)
    async def look_at_promise(self, promise: str) -> Look:
        return await self._promises.look(promise)


class ChannelTasks:
    """The activity of the channels' queue."""

    def __init__(self, database: Database, settings: Settings) -> None:
        """Raises KeysError."""
        rules = RulesInForce(settings, database)
        self._escalations = Escalations(database, settings, rules)
        self._deliveries = Deliveries(database, settings, ChannelSeal(keys.load(settings)), rules)

    def close(self) -> None:
        """Let go of the threads."""
        self._deliveries.close()

    @property
    def watches(self) -> list[Watch]:
        """What of it is looked for."""
        return [of_task_when(OfficeTask.CHANNELS, LOOKS_EVERY, self._deliveries.is_due)]

    @activity.defn(name=OfficeTask.CHANNELS)
    async def channels(self, at: datetime | None = None) -> Portion:
        return await alive(self._portion(at))

    async def _portion(self, at: datetime | None) -> Portion:
        # What is driven by hand delivers what is passed on by then, too.
        passed_on = Portion() if at is None else await self._escalations.portion(at)
        delivered = await self._deliveries.portion(_pause, at)
        return delivered.model_copy(update={"done": passed_on.done + delivered.done})


async def _pause(seconds: float) -> bool:
    """Wait, no longer than until the worker is told to stop; whether it goes on."""
    with suppress(TimeoutError):
        await asyncio.wait_for(activity.wait_for_worker_shutdown(), seconds)
    return not activity.is_worker_shutdown()
