"""A restored database, and messages whose history went on in several runs, or is not kept any more."""

import asyncio
from collections.abc import AsyncIterator

import pytest
from temporalio.api.common.v1 import WorkflowExecution
from temporalio.api.workflowservice.v1 import DeleteWorkflowExecutionRequest
from temporalio.client import Client

from store.recovery.rows import LOST
from tests.api.messages.case import Case
from tests.api.messages.office import Installation, taken
from tests.faults.restoring import (
    SHOWN,
    Restoring,
    begin,
    handle_of,
    healed,
    numbers,
    run_at_rest,
    working,
)
from tests.patience import PATIENCE
from tests.temporal_server import connect, temporal_server
from workflows.identity import workflow_id

pytestmark = pytest.mark.installation


@pytest.fixture(scope="module")
async def temporal_address() -> AsyncIterator[str]:
    """A server that calls a history long after forty events, and deletes one at once."""
    settings = (
        "limit.historyCount.suggestContinueAsNew=40",
        # Until a queue has put down how far it is, half a minute by itself, what it has passed is not deleted.
        'history.transferProcessorUpdateAckInterval="100ms"',
        'history.visibilityProcessorUpdateAckInterval="100ms"',
    )
    async with temporal_server(
        *(part for setting in settings for part in ("--dynamic-config-value", setting))
    ) as address:
        yield address


@pytest.fixture(scope="module")
async def temporal(temporal_address: str) -> Client:
    return await connect(temporal_address)


async def runs_of(case: Case, client: Client) -> list[str]:
    """The runs of the message that Temporal keeps, the oldest first."""
    runs = [run async for run in client.list_workflows(f"WorkflowId = '{workflow_id(case.id)}'")]
    return [run.run_id for run in sorted(runs, key=lambda run: run.start_time)]


async def continued(case: Case, installation: Installation) -> None:
    """Bring the message into its next run, of which nothing is on record yet."""
    handle = await handle_of(installation, case)
    first = await run_at_rest(handle)
    for _ in range(20):
        await case.report()
        if await run_at_rest(handle) != first:
            return
    raise AssertionError("the message did not continue as new")


async def forget_earlier_runs(case: Case, client: Client) -> None:
    """Have Temporal delete all but the last, as it does by itself past their retention."""
    *earlier, _ = await runs_of(case, client)
    for run in earlier:
        execution = WorkflowExecution(workflow_id=workflow_id(case.id), run_id=run)
        await client.workflow_service.delete_workflow_execution(
            DeleteWorkflowExecutionRequest(namespace=client.namespace, workflow_execution=execution)
        )
    async with asyncio.timeout(PATIENCE):
        while not set(earlier).isdisjoint(await runs_of(case, client)):  # noqa: ASYNC110  the server does it behind
            await asyncio.sleep(0.05)


async def test_records_of_every_run_come_back_and_those_of_runs_that_are_gone_are_named(
    on_each: Restoring,
) -> None:
    before = await on_each.begun()
    client = await before.client()
    async with working(before) as office:
        whole, stepped, quiet = cases = [await begin(office) for _ in range(3)]
        await on_each.see(*cases)
        copy = await on_each.copied(before)
        for case in cases:
            await case.route("roads")
        for case in (stepped, quiet):
            await case.submit()
            await case.rework("Укажите адрес.")
        for case in (whole, *cases):
            await continued(case, before)
        carried = {case.id: len(await case.journal()) for case in cases}
        for case in (whole, stepped):
            await case.submit()
        await on_each.see(*cases)
    assert [len(await runs_of(case, client)) for case in cases] == [3, 2, 2]
    for case in (stepped, quiet):
        await forget_earlier_runs(case, client)

    after = await on_each.restored(copy, before.settings.temporal_namespace)
    report = await healed(after)
    assert report.healed == numbers(*cases)
    assert report.lost_rows == {int(case.id): [(2, carried[case.id])] for case in (stepped, quiet)}
    assert report.rows == on_each.rows(whole) - 1 + 1
    assert set(numbers(stepped, quiet)) <= set(report.lost_texts)
    assert report.restarted == []
    for case in (stepped, quiet):
        assert any(f"{case.id} (строки 2–{carried[case.id]})" in line for line in report.lines())

    async with working(after) as office:
        await on_each.is_as_seen(office, whole, texts=False)
        await on_each.goes_to_its_end(whole)
        for case, last in ((stepped, carried[stepped.id] + 1), (quiet, carried[quiet.id])):
            case.office, seen = office, case.view
            listed = taken(await office.get("curator", "/messages"))["items"]
            assert await case.look() in listed, "as the database has it"
            assert [case.view[field] for field in SHOWN] == [seen[field] for field in SHOWN]
            assert case.view["drafts"][0]["text"] == case.view["location"] == LOST
            kept = [1, *range(carried[case.id] + 1, last + 1)]
            assert [row["number"] for row in await case.journal()] == kept
            if case is quiet:
                await case.submit()
            await case.approve()
            await case.publish()
            assert (case.view["stage"], case.view["outcome"]) == ("closed", "answered")
            found = [row["number"] for row in await case.journal()]
            assert found == [*kept, *range(last + 1, found[-1] + 1)]
