"""Workers, as they present themselves to Temporal."""

from concurrent.futures import ThreadPoolExecutor
from importlib.metadata import version
from pathlib import Path

import pytest
from temporalio.client import Client

import worker
from settings import Settings, SettingsError
from store.database.blocking import BlockingDatabase
from tests.api.messages.office import open_namespace


async def test_a_step_has_the_release_of_its_code_in_the_history(
    temporal: Client, temporal_address: str, tmp_path: Path
) -> None:
    settings = Settings.load(data=tmp_path)
    # A worker that is made has its queue for itself, also where it never starts.
    client = await Client.connect(temporal_address, namespace=await open_namespace(temporal, "release"))
    database = BlockingDatabase(settings.database_url, connections=1)
    with ThreadPoolExecutor(worker.ACTIVITIES_AT_ONCE) as threads:
        of_messages = worker._worker(client, database, threads)
    async with worker.office_worker(client, settings) as of_the_office:
        said = [made.config()["build_id"] for made in (of_messages, of_the_office)]
    assert said == [version("otklik")] * 2


@pytest.mark.parametrize(
    ("named", "served"),
    [
        ({}, ["messages", "office", "channels", "networks"]),
        ({"queues": "networks,office"}, ["networks", "office"]),
    ],
)
async def test_a_worker_serves_the_queues_that_are_named_and_all_where_none_is(
    temporal: Client, temporal_address: str, tmp_path: Path, named: dict[str, str], served: list[str]
) -> None:
    client = await Client.connect(temporal_address, namespace=await open_namespace(temporal, "queues"))
    settings = Settings.load(data=tmp_path, temporal_namespace=client.namespace, **named)
    async with worker.workers(client, settings) as running:
        assert [one.task_queue for one in running] == served


def test_queues_that_there_are_not_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OTKLIK_QUEUES", "messages,post")
    with pytest.raises(SettingsError, match=r"OTKLIK_QUEUES.*messages, office, channels, networks"):
        Settings.load()
