"""The clock of a promise in a published text: a workflow that has the promise looked at, moment by moment.

It begins with the publication, and ends when the promise was kept or broken. At each of its moments the activity finds
what is due by the database and its own clock, and gives it to the message as a command.
"""

from datetime import datetime, timedelta

from pydantic import BaseModel, ConfigDict
from temporalio import workflow
from temporalio.common import RetryPolicy

PROMISE = "Promise"
"""The type of the workflow. Its runs are found by this name, which never changes."""
LOOK_AT_PROMISE = "look_at_promise"
LOOK_AGAIN = "look_again"
"""The signal after which it looks at once: the promise has changed, or a calendar has."""

_WITHIN = timedelta(minutes=2)
_RETRY = RetryPolicy(initial_interval=timedelta(seconds=1), maximum_interval=timedelta(minutes=5))
_NOT_YET = timedelta(seconds=1)
"""The pause where the clock of the database's process is behind that of Temporal."""


class Look(BaseModel):
    """The next moment to look at, None where nothing is to come; `summary` names its timer in the Web UI."""

    model_config = ConfigDict(frozen=True)

    at: datetime | None = None
    summary: str | None = None


def promise_id(promise: str) -> str:
    """The id of a promise's workflow."""
    return f"promise-{promise}"


# Any failure ends the run; the next run, which the worker starts where something is due, picks up the remaining work.
@workflow.defn(name=PROMISE, failure_exception_types=[Exception])
class PromiseClock:
    """The course of a promise, moment by moment."""

    def __init__(self) -> None:
        self._again = False

    @workflow.run
    async def run(self, promise: str) -> None:
        """Looks until nothing is to come; `promise` is the id of its row."""
        while True:
            self._again = False
            look = await workflow.execute_activity(
                LOOK_AT_PROMISE,
                promise,
                result_type=Look,
                start_to_close_timeout=_WITHIN,
                retry_policy=_RETRY,
            )
            if look.at is None:
                return
            if workflow.info().is_continue_as_new_suggested():
                workflow.continue_as_new(promise)
            await self._until(look.at, look.summary)

    async def _until(self, at: datetime, summary: str | None) -> None:
        wait = max(at - workflow.now(), _NOT_YET)
        try:
            await workflow.wait_condition(lambda: self._again, timeout=wait, timeout_summary=summary)
        except TimeoutError:
            return

    @workflow.signal(name=LOOK_AGAIN)
    def look_again(self) -> None:
        """Look at once."""
        self._again = True
