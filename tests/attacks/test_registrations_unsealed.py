"""A registration that the outbox knows, in whose place Temporal has a start without the program's seal.

So it is after an upgrade from a release that sealed otherwise, with lost keys, or where somebody started it: the
message begins by itself, and `otklik recover` and `otklik verify` say the same of it.
"""

import asyncio
from contextlib import redirect_stdout
from datetime import UTC, datetime, timedelta
from io import StringIO
from uuid import uuid4

import pytest
from temporalio.client import Client, WorkflowExecutionStatus

from service.journal.verification import verify
from service.recovery.report import Report
from service.recovery.restore import recover
from service.runs import rules
from store.messages import finding
from tests.api.messages.case import Case, registration
from tests.api.messages.office import Installation, Office, open_namespace, taken
from tests.attacks.stranger import Stranger
from tests.patience import PATIENCE
from worker import message_worker
from workflows.identity import TASK_QUEUE, WORKFLOW_TYPE, workflow_id

LATER = timedelta(minutes=2)
"""By then a registration that left nothing on record is looked at."""


@pytest.fixture
async def installation(
    temporal_address: str, temporal: Client, tmp_path_factory: pytest.TempPathFactory
) -> Installation:
    folder = tmp_path_factory.mktemp("unsealed")
    installation = Installation(
        folder, temporal_address, await open_namespace(temporal, folder.name), training=False
    )
    await installation.prepare()
    return installation


async def registered(office: Office) -> Case:
    """A message taken while no worker is there."""
    office.worker_is_there = False
    answer = await office.post("curator", "/messages", registration(), key=uuid4().hex)
    assert answer.status_code == 202, answer.text
    async with office.database.read() as session:
        (row,) = await finding.open_ones(session)
    return Case(office, {"id": str(row.number)})


async def unsealed(installation: Installation, case: Case) -> None:
    """Temporal has another start in the place of the program's, not sealed by it."""
    stranger = await Stranger.of(installation)
    await stranger.terminate(case.id)
    await stranger.client.start_workflow(
        WORKFLOW_TYPE, {"id": case.id}, id=workflow_id(case.id), task_queue=TASK_QUEUE
    )


async def ended(installation: Installation, case: Case) -> None:
    """The program's worker has found the start to be nobody's of its own."""
    async with asyncio.timeout(PATIENCE):
        handle = (await Stranger.of(installation)).handle(case.id)
        while (await handle.describe()).status is WorkflowExecutionStatus.RUNNING:  # noqa: ASYNC110  it ends elsewhere
            await asyncio.sleep(0.05)


async def until_begun(case: Case) -> None:
    """The registration is on record, with the limits that begin with it."""
    async with asyncio.timeout(PATIENCE):
        while [row["kind"] for row in await case.journal()] != ["registered"]:  # noqa: ASYNC110  another task writes
            await asyncio.sleep(0.05)
    assert taken(await case.get("curator"))["limits"]


async def told(installation: Installation) -> list[str]:
    """What `otklik verify` says."""
    said = StringIO()
    with redirect_stdout(said):
        await verify(installation.settings)
    return said.getvalue().splitlines()


async def test_it_begins_by_itself_once_a_worker_is_there(installation: Installation) -> None:
    async with installation.office() as office:
        case = await registered(office)
        await unsealed(installation, case)
        async with message_worker(await installation.client(), installation.settings):
            await ended(installation, case)
            await office.service.recovery.lost_runs.restart_unserved(datetime.now(UTC) + LATER)
            office.worker_is_there = True
            await until_begun(case)


@pytest.mark.installation
async def test_recover_says_what_it_has_queued_and_verify_says_the_same(installation: Installation) -> None:
    async with installation.office() as office:
        case = await registered(office)
        await unsealed(installation, case)
    async with message_worker(await installation.client(), installation.settings):
        await ended(installation, case)
    before = await told(installation)
    report = await recover(
        installation.settings, await installation.client(), rules.load(None, None), Report()
    )
    assert report.registered == [int(case.id)]
    assert any(case.id in line and "начнутся с запуском" in line for line in report.lines())
    waits = f"Ждут начала, зарегистрированы и ещё никем не ведутся: {case.id}."
    for lines in (before, await told(installation)):
        assert not [line for line in lines if line.startswith("Сообщение")], lines
        assert any(line.startswith(waits) for line in lines)
    async with (
        message_worker(await installation.client(), installation.settings),
        installation.office() as office,
    ):
        await until_begun(Case(office, {"id": case.id}))
        assert "Все открытые сообщения ведёт программа." in await told(installation)
