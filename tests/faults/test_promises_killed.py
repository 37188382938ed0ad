"""A worker is killed at the moment of a promise: «Сделано?» is asked once, and nothing is broken by it."""

import asyncio
import os
import signal
import sys
from datetime import UTC, datetime
from pathlib import Path

from temporalio.client import Client, WorkflowHandle

from calendar_rules.vocabulary import PromiseState
from service.journal import promise_check
from service.keys import command_keys
from service.runs import due_work
from store.database.blocking import BlockingDatabase
from store.database.engines import Database
from tests.api.messages.office import Installation, open_namespace
from tests.faults.promises_worker import BEFORE, BEHIND
from tests.patience import PATIENCE
from tests.service.promises.case import WEDNESDAY_18, Promising
from worker import office_worker
from workflows.promise import promise_id

GIVEN = ["stated", "given"]
ASKED = [("promise_question", "executor")]


async def _killed(installation: Installation, moment: str) -> None:
    settings = installation.settings
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "tests.faults.promises_worker"),
        *(str(settings.data), settings.temporal_address, settings.temporal_namespace, moment),
        env={**os.environ, "OTKLIK_DATABASE_URL": settings.database_url},
    )
    try:
        assert await asyncio.wait_for(process.wait(), PATIENCE) == -signal.SIGKILL
    finally:
        if process.returncode is None:
            process.kill()


async def _awaited(handle: WorkflowHandle[object, object]) -> str:
    """What the workflow's first timer is for, once it runs."""
    async with asyncio.timeout(PATIENCE):
        while True:
            for event in (await handle.fetch_history()).events:
                if event.HasField("timer_started_event_attributes"):
                    return event.user_metadata.summary.data.decode().strip('"')
            await asyncio.sleep(0.05)


async def test_kills_around_the_commit_of_a_question_cost_time_alone(
    database: Database, tmp_path: Path, temporal: Client, temporal_address: str
) -> None:
    namespace = await open_namespace(temporal, "promise-killed")
    installation = Installation(tmp_path, temporal_address, namespace, database_url=database.url)
    command_keys.load(installation.settings, make=True)
    client = await installation.client()
    case = await Promising.made(database)
    await due_work.begin(client, due_work.of_promise(case.id, 1, afresh=False))

    await _killed(installation, BEFORE)
    assert (await case.happened(), await case.told()) == (GIVEN, [])
    await _killed(installation, BEHIND)
    assert (await case.happened(), await case.told()) == ([*GIVEN, "asked"], ASKED)
    async with office_worker(client, installation.settings):
        awaited = await _awaited(client.get_workflow_handle(promise_id(case.id)))

    assert awaited == "обещание: ждём отметки"
    assert (await case.happened(), await case.told()) == ([*GIVEN, "asked"], ASKED)
    row = await case.row()
    assert (row.state, row.asked_at) == (PromiseState.ASKED, WEDNESDAY_18)
    assert row.answer_by is not None and row.answer_by > datetime.now(UTC)
    checked = BlockingDatabase(database.url, 1)
    assert list(promise_check.flaws(checked, {})) == []
    checked.dispose()
