"""Imported rows become running messages, whatever dies or is away on the way."""

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from temporalio.client import Client
from temporalio.contrib.pydantic import pydantic_data_converter

from service.assembly import assemble
from service.commands.imports.run import BATCH
from service.commands.outbox_dispatcher import OutboxDispatcher
from service.runs import rules
from settings import Settings
from tests.api.messages.office import open_namespace
from tests.command_keys import SEALING
from tests.embedded.installation import ROOT
from tests.patience import PATIENCE
from tests.service.commands.imports.conftest import Place
from tests.service.commands.imports.tables import csv_file, row
from worker import message_worker
from workflows.identity import workflow_id

KILLED_AFTER = 5 * BATCH + 10


@pytest.fixture(scope="module")
async def namespace(temporal: Client) -> str:
    return await open_namespace(temporal, "table-import")


@pytest.fixture(scope="module")
async def client(temporal_address: str, namespace: str) -> Client:
    return await Client.connect(
        temporal_address,
        namespace=namespace,
        data_converter=pydantic_data_converter,
        interceptors=[SEALING],
    )


@pytest.fixture(scope="module")
async def place(temporal_address: str, namespace: str, tmp_path_factory: pytest.TempPathFactory) -> Place:
    """One installation for all of these tests: messages of two would have the same ids in Temporal."""
    data = tmp_path_factory.mktemp("table-import")
    settings = Settings.load(data=data, temporal_address=temporal_address, temporal_namespace=namespace)
    return await Place(settings).prepare()


@pytest.fixture
async def lines(place: Place, tmp_path: Path) -> Any:
    """Makes a table of lines nobody else imports; returns it with a condition that finds its messages."""

    def make(name: str, count: int, **changed: str) -> tuple[Path, str]:
        rows = (
            row(number, **({"Ссылка": f"https://vk.com/{name}-{number}"} | changed))
            for number in range(count)
        )
        return csv_file(tmp_path, *rows), f"url LIKE 'https://vk.com/{name}-%'"

    return make


def statuses(place: Place, where: str) -> set[str]:
    found = place.rows(f"SELECT DISTINCT status FROM command JOIN message ON message = number WHERE {where}")
    return {status for (status,) in found}


async def until(place: Place, table: str, where: str, count: int) -> None:
    async with asyncio.timeout(PATIENCE):
        while place.count(table, where) < count:  # noqa: ASYNC110  another process writes it
            await asyncio.sleep(0.05)


async def dispatch(place: Place) -> None:
    """Deliver what waits in the outbox, as the API does."""
    service = assemble(place.settings, rules.load(None, None))
    await service.runs.temporal.start()
    await service.runs.temporal.until_reached()
    dispatcher = OutboxDispatcher(service.database, service.commands.delivery)
    while await dispatcher.deliver_waiting() is not None:
        pass
    await service.close()


@pytest.fixture
async def worker(client: Client, place: Place) -> AsyncIterator[None]:
    async with message_worker(client, place.settings):
        yield


async def test_messages_run_as_those_that_were_registered_one_by_one(
    place: Place, client: Client, lines: Any, worker: None
) -> None:
    file, where = lines("run", 3, **{"Дата": "10.01.2024 09:00"})
    assert await place.run(file) == 0
    assert statuses(place, where) == {"taken"}
    await dispatch(place)
    assert statuses(place, where) == {"accepted"}
    numbers = [number for (number,) in place.rows(f"SELECT number FROM message WHERE {where}")]
    ours = f"message IN ({', '.join(map(str, numbers))})"
    await until(place, "journal_row", f"{ours} AND kind = 'inherited'", 2 * len(numbers))
    assert place.count("journal_row", f"{ours} AND kind = 'registered' AND person = 'curator'") == 3
    state = await client.get_workflow_handle(workflow_id(str(numbers[0]))).query("state")
    assert datetime.fromisoformat(state["state"]["detected_at"]) == datetime.fromisoformat(
        "2024-01-10T09:00:00+03:00"
    )


async def test_a_killed_import_is_run_again_and_nothing_is_lost_or_doubled(place: Place, lines: Any) -> None:
    file, where = lines("killed", KILLED_AFTER)
    environment = os.environ | place.settings.environment() | {"PYTHONPATH": str(ROOT)}
    killed = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "cli", "import", str(file)), env=environment, start_new_session=True
    )
    await until(place, "message", where, 1)
    os.killpg(killed.pid, signal.SIGKILL)
    await killed.wait()
    assert 0 < place.count("message", where) < KILLED_AFTER
    assert await place.run(file) == 0
    assert place.count("message", where) == KILLED_AFTER
    assert place.count("command", f"message IN (SELECT number FROM message WHERE {where})") == KILLED_AFTER
