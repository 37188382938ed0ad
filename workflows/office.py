"""Work of the office: done by the clock, and no message's business (docs/decisions.md, 16).

A schedule starts `OfficeWork` with the name of a task. The task is an activity of the same name, on a queue of its
own, that does a portion of what is due and says whether something is left: so nothing runs long, and a run that was
killed goes on with the next portion. What is due the activity finds out itself, by the database, the settings and its
own clock. Nothing that comes from Temporal decides it: whoever reaches the Temporal server can start a run too early,
and it does no more than the next one would.
"""

from datetime import timedelta
from enum import StrEnum

from pydantic import BaseModel, ConfigDict
from temporalio import workflow
from temporalio.common import RetryPolicy

OFFICE_QUEUE = "office"
OFFICE_WORK = "OfficeWork"
"""The type of the workflow. Runs are found by these names: neither ever changes."""

_PORTION_WITHIN = timedelta(minutes=10)
_ALIVE_EVERY = timedelta(minutes=1)
"""A task whose portion may take longer than this sends heartbeats."""
_RETRY = RetryPolicy(
    initial_interval=timedelta(seconds=1), backoff_coefficient=2, maximum_interval=timedelta(minutes=5)
)


class OfficeTask(StrEnum):
    """What the office does by the clock: names of schedules, and of the activities they come to."""

    RETENTION = "retention"
    ANCHORS = "anchors"


class Portion(BaseModel):
    """What came of one portion of a task: how many things were done, and whether some are left."""

    model_config = ConfigDict(frozen=True)

    done: int = 0
    more: bool = False


def work_id(task: OfficeTask) -> str:
    """The id of a task's workflow; a schedule adds the moment of the run."""
    return f"office-{task}"


@workflow.defn(name=OFFICE_WORK)
class OfficeWork:
    """One run of a task, portion by portion, each retried for as long as it takes."""

    @workflow.run
    async def run(self, task: OfficeTask, done: int = 0) -> int:
        """Returns how many things were done; `done` were by the runs that this one goes on from."""
        while True:
            portion = await workflow.execute_activity(
                task,
                result_type=Portion,
                start_to_close_timeout=_PORTION_WITHIN,
                heartbeat_timeout=_ALIVE_EVERY,
                retry_policy=_RETRY,
            )
            done += portion.done
            if not portion.more:
                return done
            if workflow.info().is_continue_as_new_suggested():
                workflow.continue_as_new(args=[task, done])
