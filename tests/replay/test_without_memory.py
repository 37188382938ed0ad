"""A worker that remembers no workflow replays each from its start at every task, and nothing comes out otherwise."""

from collections.abc import AsyncIterator
from functools import partial
from uuid import uuid4

import pytest

from calendar_rules.vocabulary import Stage
from tests.replay import scenarios
from tests.replay.scenarios import Scenario
from tests.workflows.road import Backend, message_worker
from tests.workflows.stages import Begin


@pytest.fixture(scope="module")
async def forgetful(backend: Backend) -> AsyncIterator[Begin]:
    """Registers messages that such a worker takes care of."""
    queue = uuid4().hex
    async with message_worker(*backend, task_queue=queue, max_cached_workflows=0):
        yield partial(backend.begin, task_queue=queue)


@pytest.mark.parametrize(
    "scenario",
    [
        scenarios.joint_answer_with_returns,
        pytest.param(scenarios.interim_answers, marks=pytest.mark.installation),
        pytest.param(scenarios.breaches_withdrawn, marks=pytest.mark.installation),
        pytest.param(scenarios.calendar_changed, marks=pytest.mark.installation),
        pytest.param(scenarios.commands_out_of_turn, marks=pytest.mark.installation),
    ],
)
async def test_a_road_is_the_same_to_a_worker_that_remembers_nothing(
    begin: Begin, forgetful: Begin, scenario: Scenario
) -> None:
    remembered, replayed = await scenario(begin), await scenario(forgetful)
    assert await replayed.kinds() == await remembered.kinds()
    assert replayed.state.stage is remembered.state.stage is Stage.CLOSED
