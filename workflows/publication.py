"""Publishing an approved text from the body's own account (cl. 4, 13): a workflow of its own beside the message's.

It carries the message's number and the draft's id, and nothing else. What it may do the activity finds out itself, by
the database and the message: whoever reaches the Temporal server can start a run, and it does no more than the one that
a person asked for.
"""

from datetime import timedelta

from pydantic import BaseModel, ConfigDict
from temporalio import workflow
from temporalio.common import RetryPolicy

PUBLICATION = "PublicationFromAccount"
"""The type of the workflow. Runs are found by these names: neither ever changes."""
PUBLISH = "publish_from_account"
"""The activity that takes one step."""

_WITHIN = timedelta(minutes=4)
"""Longer than any call to a network waits, so that a step has ended before the next one begins."""
_ALIVE_EVERY = timedelta(seconds=10)
_RETRY = RetryPolicy(
    initial_interval=timedelta(seconds=1), backoff_coefficient=2, maximum_interval=timedelta(seconds=30)
)


class PublicationStep(BaseModel):
    """Where a publication stands after a step; `again_after`: the next is due then, None where it is over."""

    model_config = ConfigDict(frozen=True)

    state: str
    again_after: timedelta | None = None


def publication_id(message: str, draft: str) -> str:
    """The id of the workflow that publishes a draft."""
    return f"publication-{message}-{draft}"


# Whatever fails a run, what others have put into it too, ends it: the next one does what is left.
@workflow.defn(name=PUBLICATION, failure_exception_types=[Exception])
class PublicationFromAccount:
    """One text on its way into its network, step by step; nobody sleeps in a step, pauses are timers."""

    @workflow.run
    async def run(self, message: str, draft: str) -> str:
        """Returns the state it ended in."""
        while True:
            step: PublicationStep = await workflow.execute_activity(
                PUBLISH,
                args=[message, draft],
                result_type=PublicationStep,
                start_to_close_timeout=_WITHIN,
                heartbeat_timeout=_ALIVE_EVERY,
                retry_policy=_RETRY,
                summary=f"Размещение ответа на сообщение № {message}",
            )
            if step.again_after is None:
                return step.state
            await workflow.sleep(step.again_after)
            if workflow.info().is_continue_as_new_suggested():
                workflow.continue_as_new(args=[message, draft])
