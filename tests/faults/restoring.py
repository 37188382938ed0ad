"""Restoring, as tests of it share it: an installation over what was restored, and its messages going on."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any
from uuid import uuid4

from temporalio.client import Client, WorkflowHandle
from typer.testing import CliRunner

from cli import app
from service.recovery.report import Report
from service.recovery.restore import recover
from service.runs import rules
from service.runs.rules import Rules
from tests.api.messages.case import Case, registration
from tests.api.messages.office import Installation, Office, open_namespace, taken
from tests.faults.copies import Copy
from tests.patience import PATIENCE
from workflows.identity import WORKFLOW_TYPE

RULES = rules.load(None, None)


class Place:
    """Makes an installation over a database and a namespace of Temporal."""

    def __init__(self, folder: Path, address: str) -> None:
        self._folder = folder
        self._address = address

    def __call__(self, url: str, namespace: str) -> Installation:
        return Installation(self._folder, self._address, namespace, training=False, database_url=url)


async def prepared(copy: Copy, place: Place, temporal: Client, name: str) -> tuple[Installation, str, str]:
    """An empty installation, with its database and its namespace."""
    url, namespace = copy.new_place(), await open_namespace(temporal, name)
    installation = place(url, namespace)
    await installation.prepare()
    return installation, url, namespace


@asynccontextmanager
async def working(installation: Installation) -> AsyncIterator[Office]:
    async with installation.worker():
        async with installation.office() as office:
            yield office
        await let_everything_rest(installation)


async def let_everything_rest(installation: Installation) -> None:
    """Before its worker stops: a step handed to one that is stopping is handed out again ten seconds later.

    Runs of the office are left alone: they begin by the clock, and one whose worker went waits for a minute.
    """
    client = await installation.client()
    await until_all_are_listed(client)
    async for run in client.list_workflows(
        f"ExecutionStatus = 'Running' AND WorkflowType = '{WORKFLOW_TYPE}'"
    ):
        await run_at_rest(client.get_workflow_handle(run.id))


async def until_all_are_listed(client: Client) -> None:
    """Runs are listed in the order in which they began: this waits for one that begins now."""
    begun_last = await client.start_workflow("Begun last", id=f"begun-last-{uuid4()}", task_queue="nobody's")
    await until_listed(client, begun_last.id)
    await begun_last.terminate()


async def until_listed(client: Client, *ids: str) -> None:
    """Whoever asks for runs that are there is told of one a moment after it began."""
    async with asyncio.timeout(PATIENCE):
        while True:
            running = {run.id async for run in client.list_workflows("ExecutionStatus = 'Running'")}
            if running.issuperset(ids):
                return
            await asyncio.sleep(0.05)


async def run_at_rest(handle: WorkflowHandle[Any, Any]) -> str:
    """The run of a message, once it has nothing to do; what went with a worker comes again in 20 s."""
    async with asyncio.timeout(PATIENCE):
        while True:
            known = await handle.describe()
            under_way = known.raw_description
            if not under_way.pending_activities and not under_way.HasField("pending_workflow_task"):
                assert known.run_id
                return known.run_id
            await asyncio.sleep(0.02)


async def begin(office: Office, *to: str) -> Case:
    """A message registered, and routed to these bodies."""
    case = Case(office, taken(await office.post("curator", "/messages", registration()), 201))
    if to:
        await case.route(*to)
    return case


async def heal(installation: Installation, rules: Rules = RULES) -> Report:
    """Recover what stood still for longer than Temporal's list is behind, as it is once people have restored it."""
    client = await installation.client()
    await until_all_are_listed(client)
    return await recover(installation.settings, client, rules)


async def the_command(installation: Installation, *options: str) -> tuple[int, list[str]]:
    """`otklik recover`: its exit code, and the lines it tells, wherever it tells them."""
    settings = installation.settings
    environment = {
        "OTKLIK_DATABASE_URL": settings.database_url,
        "TEMPORAL_ADDRESS": settings.temporal_address,
        "TEMPORAL_NAMESPACE": settings.temporal_namespace,
    }
    done = await asyncio.to_thread(CliRunner().invoke, app, ["recover", *options], env=environment)
    return done.exit_code, done.output.splitlines()


async def kinds(case: Case) -> list[str]:
    rows = await case.journal()
    assert [row["number"] for row in rows] == list(range(1, len(rows) + 1))
    return [row["kind"] for row in rows]


async def to_the_end(case: Case) -> None:
    await case.submit(text="Песок привезли.")
    await case.approve()
    await case.publish()
    assert (case.view["stage"], case.view["outcome"]) == ("closed", "answered")
