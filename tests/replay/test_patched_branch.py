"""A change behind `workflow.patched`: messages begun before it keep the old way, and those of now go the new one."""

from functools import partial
from uuid import uuid4

import pytest
from temporalio import workflow
from temporalio.api.enums.v1 import EventType
from temporalio.client import WorkflowHistory
from temporalio.common import RawValue

from calendar_rules.vocabulary import Outcome
from tests.recorded import written_within_its_step
from tests.replay.scenarios import straight
from tests.replay.test_replay import WithAnotherTimer, failure, history
from tests.workflows.road import Backend, message_worker
from tests.workflows.stages import routed
from workflows.open_source_message import NOTHING, OpenSourceMessage

PATCH = "a-pause-before-the-first-step"


@workflow.defn(name="OpenSourceMessage")
class Patched(OpenSourceMessage):
    """`WithAnotherTimer`, for messages that begin now."""

    @workflow.init
    def __init__(self, start: RawValue = NOTHING) -> None:
        super().__init__(start)

    @workflow.run
    async def run(self, start: RawValue = NOTHING) -> str:
        if workflow.patched(PATCH):
            await workflow.sleep(1)
        return await super().run(start)


@workflow.defn(name="OpenSourceMessage")
class Settled(OpenSourceMessage):
    """The same once no message is open that began before: the old way is gone."""

    @workflow.init
    def __init__(self, start: RawValue = NOTHING) -> None:
        super().__init__(start)

    @workflow.run
    async def run(self, start: RawValue = NOTHING) -> str:
        workflow.deprecate_patch(PATCH)
        await workflow.sleep(1)
        return await super().run(start)


def marks(begun: WorkflowHistory) -> int:
    """Of patches: records within their steps are noted by markers too."""
    return sum(
        event.event_type == EventType.EVENT_TYPE_MARKER_RECORDED and not written_within_its_step(event)
        for event in begun.events
    )


@pytest.mark.parametrize("name", ["straight", "joint_answer_with_returns", "still_open", "long_message.2"])
async def test_what_began_before_the_patch_replays_by_the_old_way(name: str) -> None:
    assert await failure(Patched, history(name)) is None
    # Without the patch, or with its old way taken out too soon, the same change is found out.
    for careless in (WithAnotherTimer, Settled):
        assert isinstance(await failure(careless, history(name)), workflow.NondeterminismError)


async def test_what_begins_with_the_patch_goes_the_new_way_and_is_not_for_the_code_before(
    backend: Backend,
) -> None:
    queue = uuid4().hex
    async with message_worker(*backend, task_queue=queue, workflow=Patched):
        road = await straight(partial(backend.begin, task_queue=queue))
        assert await road.handle.result() == Outcome.ANSWERED
    begun = await road.handle.fetch_history()
    assert marks(begun) == 1
    assert await failure(Patched, begun) is None
    assert await failure(Settled, begun) is None
    assert isinstance(await failure(OpenSourceMessage, begun), workflow.NondeterminismError)


async def test_a_running_message_is_taken_over_by_the_patched_code_and_keeps_the_old_way(
    backend: Backend,
) -> None:
    queue = uuid4().hex
    async with message_worker(*backend, task_queue=queue):
        road = await routed(partial(backend.begin, task_queue=queue))
    async with message_worker(*backend, task_queue=queue, workflow=Patched):
        await road.answer("roads")
        assert await road.handle.result() == Outcome.ANSWERED
    begun = await road.handle.fetch_history()
    assert marks(begun) == 0
    assert await failure(OpenSourceMessage, begun) is None
    assert await failure(Patched, begun) is None
