"""`otklik recover` believes no run without a right seal: what somebody did to Temporal, and lost keys, are healed."""

from collections.abc import AsyncIterator

import pytest
from temporalio.client import Client, WorkflowExecution
from temporalio.contrib.pydantic import pydantic_data_converter

from service.keys.command_keys import new
from service.recovery.report import Report
from service.recovery.restore import recover
from tests.faults.copies import SqliteCopy
from tests.faults.restoring import (
    RULES,
    Place,
    begin,
    heal,
    kinds,
    prepared,
    to_the_end,
    until_listed,
    working,
)
from workflows.identity import TASK_QUEUE, WORKFLOW_TYPE, workflow_id

pytestmark = pytest.mark.installation


async def test_a_message_whose_workflow_was_replaced_by_somebody_goes_on_from_the_database(
    copy: SqliteCopy, place: Place, temporal: Client
) -> None:
    installation, _, namespace = await prepared(copy, place, temporal, "forged")
    async with working(installation) as office:
        case = await begin(office, "roads")
        known = await kinds(case)
    stranger = await Client.connect(
        installation.settings.temporal_address, namespace=namespace, data_converter=pydantic_data_converter
    )
    await stranger.get_workflow_handle(workflow_id(case.id)).terminate()
    names = (workflow_id(case.id), "message-999", "message-of-mine")
    for name in names:
        await stranger.start_workflow(WORKFLOW_TYPE, {}, id=name, task_queue=TASK_QUEUE)
    await until_listed(stranger, *names)
    report = await heal(installation)
    assert (report.restarted, sorted(report.forged)) == ([int(case.id)], [int(case.id), 999])
    assert (report.rows, report.without_texts) == (0, [])
    assert (await heal(installation)) == Report()
    async with working(installation) as office:
        case.office = office
        await case.look()
        assert await kinds(case) == known
        await to_the_end(case)


async def test_a_run_that_temporal_does_not_list_yet_goes_on_as_it_is(
    copy: SqliteCopy, place: Place, temporal: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    installation, _, _ = await prepared(copy, place, temporal, "unlisted")
    async with working(installation) as office:
        case = await begin(office, "roads")
    handle = (await installation.client()).get_workflow_handle(workflow_id(case.id))
    before = (await handle.describe()).run_id

    async def nothing_listed(*_: object, **__: object) -> AsyncIterator[WorkflowExecution]:
        none: list[WorkflowExecution] = []
        for run in none:
            yield run

    monkeypatch.setattr(Client, "list_workflows", nothing_listed)
    assert await recover(installation.settings, await installation.client(), RULES) == Report()
    assert (await handle.describe()).run_id == before


async def test_with_other_keys_every_open_message_goes_on_from_the_database(
    copy: SqliteCopy, place: Place, temporal: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    before, url, namespace = await prepared(copy, place, temporal, "lost-keys")
    async with working(before) as office:
        case = await begin(office, "roads")
        known = await kinds(case)
    monkeypatch.setenv("OTKLIK_COMMAND_KEYS", new().written())
    after = place(url, namespace)
    report = await heal(after)
    assert report.restarted == report.forged == [int(case.id)]
    assert (await heal(after)) == Report()
    async with working(after) as office:
        case.office = office
        await case.look()
        assert await kinds(case) == known
        await to_the_end(case)
