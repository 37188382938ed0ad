"""A restored database, and messages whose history went on in several runs, or is not kept any more."""

import asyncio
from collections.abc import AsyncIterator

import pytest
from temporalio.api.common.v1 import WorkflowExecution
from temporalio.api.workflowservice.v1 import DeleteWorkflowExecutionRequest
from temporalio.client import Client

from service.recovery.report import Report
from store.recovery.rows import LOST
from tests.api.messages.case import Case
from tests.api.messages.office import Installation, open_namespace, taken
from tests.faults.copies import Copy
from tests.faults.restoring import Place, begin, heal, kinds, run_at_rest, to_the_end, working
from tests.patience import PATIENCE
from tests.temporal_server import connect, temporal_server
from workflows.identity import workflow_id

pytestmark = pytest.mark.installation

SHOWN = ("stage", "outcome", "current_body", "limits", "allowed")


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


async def continued(case: Case, client: Client) -> None:
    """Bring the message into its next run, of which nothing is on record yet."""
    handle = client.get_workflow_handle(workflow_id(case.id))
    first = await run_at_rest(handle)
    for _ in range(20):
        await case.report()
        if await run_at_rest(handle) != first:
            return
    raise AssertionError("the message did not continue as new")


async def forget(case: Case, client: Client, *runs: str) -> None:
    """Have Temporal delete runs, as it does by itself past their retention."""
    for run in runs:
        execution = WorkflowExecution(workflow_id=workflow_id(case.id), run_id=run)
        await client.workflow_service.delete_workflow_execution(
            DeleteWorkflowExecutionRequest(namespace=client.namespace, workflow_execution=execution)
        )
    async with asyncio.timeout(PATIENCE):
        while not set(runs).isdisjoint(await runs_of(case, client)):  # noqa: ASYNC110  the server does it behind
            await asyncio.sleep(0.05)


@pytest.mark.parametrize("copy", ["sqlite"], indirect=True)
async def test_records_of_every_run_come_back_in_their_order(
    copy: Copy, place: Place, temporal: Client
) -> None:
    before = place(copy.new_place(), await open_namespace(temporal, "runs"))
    await before.prepare()
    client = await before.client()
    async with working(before) as office:
        open_, closed = await begin(office), await begin(office)
        await open_.route("roads")
        for case in (open_, closed):
            await case.journal()
        await copy.make(before.settings.database_url)
        await continued(open_, client)
        await continued(open_, client)
        await open_.submit()
        await continued(closed, client)
        await closed.close("registered_by_mistake")
        known = {case.id: await kinds(case) for case in (open_, closed)}
        await open_.look()
    assert [len(await runs_of(case, client)) for case in (open_, closed)] == [3, 2]

    after = place(await copy.restore(), before.settings.temporal_namespace)
    await after.prepare()
    report = await heal(after)
    assert report.healed == [int(open_.id), int(closed.id)]
    assert report.rows == len(known[open_.id]) - 2 + len(known[closed.id]) - 1
    assert (report.restarted, report.lost_rows) == ([], {})
    assert (await heal(after)) == Report()

    async with working(after) as office:
        for case in (open_, closed):
            case.office = office
            seen = case.view
            await case.look()
            assert await kinds(case) == known[case.id]
            assert [case.view[field] for field in SHOWN] == [seen[field] for field in SHOWN]
        await open_.rework()
        await to_the_end(open_)
        assert (await kinds(open_))[: len(known[open_.id])] == known[open_.id]


@pytest.mark.parametrize(
    ("copy", "recorded_after"), [("postgresql", True), ("sqlite", False)], indirect=["copy"]
)
async def test_rows_of_a_run_that_temporal_keeps_no_more_are_named_and_the_message_goes_on_after_them(
    copy: Copy, place: Place, temporal: Client, recorded_after: bool
) -> None:
    before = place(copy.new_place(), await open_namespace(temporal, "forgotten"))
    await before.prepare()
    client = await before.client()
    async with working(before) as office:
        case = await begin(office)
        await case.journal()
        await copy.make(before.settings.database_url)
        await case.route("roads")
        await case.submit()
        await case.rework("Укажите адрес.")
        await continued(case, client)
        carried = len(await case.journal())
        if recorded_after:
            await case.submit()
        known = await case.journal()
        await case.look()
    *earlier, _ = await runs_of(case, client)
    await forget(case, client, *earlier)

    after = place(await copy.restore(), before.settings.temporal_namespace)
    await after.prepare()
    report = await heal(after)
    assert report.lost_rows == {int(case.id): [(2, carried)]}
    assert report.rows == len(known) - carried
    assert report.lost_texts == [int(case.id)]
    assert any(f"{case.id} (строки 2–{carried})" in line for line in report.lines())
    assert (await heal(after)) == Report()

    await goes_on(case, after, carried, known)


async def goes_on(case: Case, after: Installation, carried: int, known: list[dict[str, object]]) -> None:
    """The message as it was, its journal after the lost rows, and its next steps on record."""
    kept = [1, *range(carried + 1, len(known) + 1)]
    async with working(after) as office:
        case.office, seen = office, case.view
        listed_by_the_database = taken(await office.get("curator", "/messages"))["items"]
        assert [await case.look()] == listed_by_the_database
        for field in SHOWN:
            assert case.view[field] == seen[field], field
        assert case.view["drafts"][0]["text"] == case.view["location"] == LOST
        assert [row["number"] for row in await case.journal()] == kept
        if case.view["stage"] == "approval":
            await case.approve()
        else:
            await case.submit()
        assert [row["number"] for row in await case.journal()] == [*kept, len(known) + 1]
        if case.view["stage"] == "approval":
            await case.approve()
        await case.publish()
        assert (case.view["stage"], case.view["outcome"]) == ("closed", "answered")
        numbers = [row["number"] for row in await case.journal()]
        assert numbers == [*kept, *range(len(known) + 1, numbers[-1] + 1)]
