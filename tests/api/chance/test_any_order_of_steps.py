"""Whatever people do, in whatever order and whenever: nothing is lost, and all of it is what the order allows."""

import pytest
from hypothesis import given

from tests.api.chance.walk import Walk
from tests.api.messages.office import Installation, Office
from tests.profiles import examples
from tests.tape import TAPES, Chance
from tests.workflows.road import assert_replays
from workflows.identity import workflow_id

pytestmark = pytest.mark.server


@examples(4)
@given(tape=TAPES)
async def test_any_order_of_steps(installation: Installation, office: Office, tape: list[int]) -> None:
    chance = Chance(tape)
    walk = await Walk.begin(office, chance.pick)
    try:
        while chance.goes_on:
            await walk.step()
        await walk.end()
    except BaseException as error:
        error.add_note("\n".join(walk.story))
        raise
    finally:
        await walk.restore()
    await replays(installation, walk.case.id)


async def replays(installation: Installation, message: str) -> None:
    """Every run of the message replays, each with its history, and no task of any has failed."""
    client = await installation.client()
    runs = [run.run_id async for run in client.list_workflows(f"WorkflowId = '{workflow_id(message)}'")]
    # The last one may not be in the list yet.
    for run in {None, *runs}:
        handle = client.get_workflow_handle(workflow_id(message), run_id=run)
        await assert_replays(await handle.fetch_history())
