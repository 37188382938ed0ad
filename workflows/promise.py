"""A promise of a published text: a durable clock that has its moments looked at (docs/use/promises.md).

No step of a message's road: it begins with the publication, and ends when the promise was kept, broken or dropped. What
is due the activity finds out by the database and its own clock. Nothing that comes from Temporal decides it: whoever
reaches the Temporal server can have it looked at too early, and nothing comes of that.
"""

from datetime import datetime, timedelta
from enum import StrEnum

from pydantic import BaseModel, ConfigDict
from temporalio import workflow
from temporalio.common import RetryPolicy

PROMISE = "Promise"
"""The type of the workflow. Its runs are found by this name, which never changes."""
LOOK_AT_PROMISE = "look_at_promise"
LOOK_AGAIN = "look_again"
"""The signal after which it looks at once: somebody said what came of the promise, or a calendar changed."""

_WITHIN = timedelta(minutes=2)
_RETRY = RetryPolicy(initial_interval=timedelta(seconds=1), maximum_interval=timedelta(minutes=5))
_NOT_YET = timedelta(seconds=1)
"""Where the clock of the database's process is behind that of Temporal."""


class Awaited(StrEnum):
    """What a promise waits for: what is done at its next moment."""

    WARNING = "warning"
    QUESTION = "question"
    ANSWER = "answer"


_SUMMARIES = {
    Awaited.WARNING: "обещание: напоминание",
    Awaited.QUESTION: "обещание: «Сделано?»",
    Awaited.ANSWER: "обещание: ждём отметки",
}


class Look(BaseModel):
    """What came of a look: when to look again, and what is awaited then; None where nothing is to come."""

    model_config = ConfigDict(frozen=True)

    at: datetime | None = None
    awaits: Awaited | None = None


def promise_id(promise: int) -> str:
    """The id of a promise's workflow."""
    return f"promise-{promise}"


# Whatever fails a run, what others have put into it too, ends it: it is begun again where something is due.
@workflow.defn(name=PROMISE, failure_exception_types=[Exception])
class Promise:
    """The course of a promise, moment by moment."""

    def __init__(self) -> None:
        self._again = False

    @workflow.run
    async def run(self, promise: int) -> None:
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
            await self._until(look.at, _SUMMARIES.get(look.awaits or Awaited.QUESTION))

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
