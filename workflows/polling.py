"""Looking at a source of candidates: a run of its own for each look that is due.

What it carries is the number of a source and how many things were found: where the source is, what it is read with and
what it brought stay in the database. Nobody sleeps in an activity: where the rate of a key leaves no room, or the
source has more than one look brings, the run waits, and asks again.
"""

from datetime import datetime, timedelta

from pydantic import BaseModel, ConfigDict
from temporalio import workflow
from temporalio.common import RetryPolicy

POLL_SOURCE = "PollSource"
"""The type of the workflow, and of its activity. Runs are found by these names: none of them ever changes."""
READ_SOURCE = "read_source"

_WITHIN = timedelta(minutes=2)
_RETRY = RetryPolicy(initial_interval=timedelta(seconds=1), maximum_interval=timedelta(minutes=1))
_MOST_LOOKS = 50
"""Looks of one run: whoever writes faster than that is read on by the next."""
_NOTHING = timedelta(0)


class Look(BaseModel):
    """What came of one look: how many candidates were new, and whether to look again at once, or after a while."""

    model_config = ConfigDict(frozen=True)

    new: int = 0
    more: bool = False
    after: timedelta | None = None


def poll_id(source: int) -> str:
    """The id of a source's run: one goes on at a time."""
    return f"source-{source}"


# Whatever fails a run, what others have put into it too, ends it: the next one does what is left.
@workflow.defn(name=POLL_SOURCE, failure_exception_types=[Exception])
class PollSource:
    """One visit to a source, look by look."""

    @workflow.run
    async def run(self, source: int, at: datetime | None = None) -> int:
        """Returns how many candidates were new. `at`, in training only: as of when the source is looked at."""
        found = 0
        for _ in range(_MOST_LOOKS):
            look = await workflow.execute_activity(
                READ_SOURCE,
                args=[source, at],
                result_type=Look,
                start_to_close_timeout=_WITHIN,
                retry_policy=_RETRY,
            )
            found += look.new
            if look.after is not None:
                await workflow.sleep(max(look.after, _NOTHING))
            elif not look.more:
                break
        return found
