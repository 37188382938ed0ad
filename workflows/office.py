"""Work of the office: done by the clock, and no message's business (docs/change/decisions.md, 16).

A schedule, or a worker that has found something due, starts `OfficeWork` with the name of a task. The task is an
activity of the same name, on a queue of its own, that does a portion of what is due and says whether something is
left: so nothing runs long, and a run that was killed goes on with the next portion. What is due the activity finds out
itself, by the database, the settings and its own clock. Nothing that comes from Temporal decides it: whoever reaches
the Temporal server can start a run too early, and it does no more than the next one would. Only in training does a
run carry the moment as of which it is to work.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from enum import StrEnum

from pydantic import BaseModel, ConfigDict
from temporalio import workflow
from temporalio.common import RetryPolicy

OFFICE_QUEUE = "office"
CHANNELS_QUEUE = "channels"
NETWORKS_QUEUE = "networks"
"""What asks networks, which answer in their own time."""
OFFICE_WORK = "OfficeWork"
"""The type of the workflow. Runs are found by these names: neither ever changes."""

_PORTION_WITHIN = timedelta(minutes=10)
_ALIVE_EVERY = timedelta(minutes=1)
"""A task whose portion may take longer than this sends heartbeats."""
_NO_TIME = timedelta(0)
_RETRY = RetryPolicy(
    initial_interval=timedelta(seconds=1), backoff_coefficient=2, maximum_interval=timedelta(minutes=5)
)


class OfficeTask(StrEnum):
    """What the office does by the clock: names of activities, and of the schedules of those that have one."""

    RETENTION = "retention"
    ANCHORS = "anchors"
    SURGE = "surge"
    ESCALATIONS = "escalations"
    DIGEST = "digest"
    CHANNELS = "channels"
    WEEKLY = "weekly"
    NETWORK_KEYS = "network_keys"
    STANDING = "standing"
    PROMISES = "promises"
    LOAD = "load"


DRIVEN_IN_TRAINING: frozenset[OfficeTask] = frozenset(
    {
        OfficeTask.SURGE,
        OfficeTask.ESCALATIONS,
        OfficeTask.DIGEST,
        OfficeTask.CHANNELS,
        OfficeTask.WEEKLY,
        OfficeTask.STANDING,
        OfficeTask.PROMISES,
    }
)
"""Tasks whose activities take the moment as of which they work; in training that moment is given by hand."""

_QUEUES: Mapping[OfficeTask, str] = {
    OfficeTask.CHANNELS: CHANNELS_QUEUE,
    OfficeTask.STANDING: NETWORKS_QUEUE,
}
"""The queues of tasks that differ in pace from the others."""


def queue_of(task: OfficeTask) -> str:
    """The task queue on which a task runs."""
    return _QUEUES.get(task, OFFICE_QUEUE)


class Portion(BaseModel):
    """What came of one portion of a task: how many things were done, and whether some are left.

    `again_at`: the run waits for this moment and looks again, where what it is for is not due yet.
    """

    model_config = ConfigDict(frozen=True)

    done: int = 0
    more: bool = False
    again_at: datetime | None = None


def work_id(task: OfficeTask) -> str:
    """The id of a task's workflow; a schedule adds the moment of the run. Of tasks without one a single run goes on."""
    return f"office-{task}"


# Whatever fails a run, what others have put into it too, ends it: the next one does what is left.
@workflow.defn(name=OFFICE_WORK, failure_exception_types=[Exception])
class OfficeWork:
    """One run of a task, portion by portion, each retried for as long as it takes."""

    @workflow.run
    async def run(self, task: OfficeTask, done: int = 0, at: datetime | None = None) -> int:
        """Returns how many things were done; `done` were by the runs that this one goes on from.

        `at`, in training only: do what would have been done by that moment, and wait for nothing.
        """
        while True:
            portion = await workflow.execute_activity(
                task,
                args=[] if at is None else [at],
                result_type=Portion,
                start_to_close_timeout=_PORTION_WITHIN,
                heartbeat_timeout=_ALIVE_EVERY,
                retry_policy=_RETRY,
            )
            done += portion.done
            if portion.again_at is not None and at is None:
                await workflow.sleep(max(portion.again_at - workflow.now(), _NO_TIME))
            elif not portion.more:
                return done
            if workflow.info().is_continue_as_new_suggested():
                workflow.continue_as_new(args=[task, done, at])
