"""A workflow that somebody else has started under a message's id does not take its place (docs/run/security.md)."""

from uuid import uuid4

import pytest
from temporalio.client import Client

from store.messages import finding
from tests.api.messages.case import Case, registration
from tests.api.messages.conftest import Begin
from tests.api.messages.office import Installation, Office, taken
from workflows.identity import TASK_QUEUE, WORKFLOW_TYPE, workflow_id

pytestmark = pytest.mark.server


@pytest.mark.parametrize("queue", [TASK_QUEUE, "of nobody"])
async def test_a_registration_starts_its_own_workflow_in_place_of_one_started_beforehand(
    begin: Begin, office: Office, stranger: Client, queue: str
) -> None:
    expected = str(int((await begin()).id) + 1)
    # Ended at once where a worker takes it; waiting for one where none does.
    forged = await stranger.start_workflow(WORKFLOW_TYPE, {}, id=workflow_id(expected), task_queue=queue)
    case = Case(office, taken(await office.post("curator", "/messages", registration()), 201))
    assert case.id == expected
    await case.route()
    assert case.view["stage"] == "preparation"
    described = await stranger.get_workflow_handle(workflow_id(expected)).describe()
    assert described.run_id != forged.first_execution_run_id


async def test_a_registration_that_is_started_again_finds_its_own_workflow(
    begin: Begin, office: Office, installation: Installation
) -> None:
    case = await begin()
    handle = (await installation.client()).get_workflow_handle(workflow_id(case.id))
    before = (await handle.describe()).run_id
    async with office.database.read() as session:
        row = await finding.by_number(session, int(case.id))
    assert row is not None
    assert await office.service.runs.workflows.start(row, {"acting_for": None})
    assert (await handle.describe()).run_id == before


async def test_a_closed_message_is_opened_again_past_a_workflow_started_under_its_id(
    begin: Begin, office: Office, installation: Installation, stranger: Client
) -> None:
    case = await begin(to=["roads"])
    await case.close("deleted")
    await (await installation.client()).get_workflow_handle(workflow_id(case.id)).result()
    await stranger.start_workflow(
        WORKFLOW_TYPE, {}, id=workflow_id(case.id), task_queue=f"of nobody {uuid4()}"
    )
    assert (await case.reopen())["stage"] == "preparation"
