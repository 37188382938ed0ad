"""Workers, as they present themselves to Temporal."""

import asyncio
import os
import sys
from concurrent.futures import ThreadPoolExecutor
from importlib.metadata import version
from pathlib import Path

import pytest
from temporalio.client import Client

import worker
from settings import Settings, SettingsError
from store.database.blocking import BlockingDatabase
from tests.api.messages.office import open_namespace
from tests.patience import PATIENCE
from tests.prepared import prepare


async def test_a_step_has_the_release_of_its_code_in_the_history(
    temporal: Client, temporal_address: str, tmp_path: Path
) -> None:
    # A worker that is made has its queue for itself, also where it never starts.
    client = await Client.connect(temporal_address, namespace=await open_namespace(temporal, "release"))
    settings = Settings.load(data=tmp_path, temporal_namespace=client.namespace)
    database = BlockingDatabase(settings.database_url, connections=1)
    with ThreadPoolExecutor(worker.ACTIVITIES_AT_ONCE) as threads:
        of_messages = worker._worker(client, database, None, threads)
    async with worker.office_worker(client, settings) as of_the_office:
        said = [made.config()["build_id"] for made in (of_messages, of_the_office)]
    assert said == [version("otklik")] * 2


@pytest.fixture
async def client(temporal: Client, temporal_address: str) -> Client:
    """A client of a namespace of messages."""
    return await Client.connect(temporal_address, namespace=await open_namespace(temporal, "messages"))


async def test_the_office_works_in_its_own_namespace(
    client: Client, temporal: Client, temporal_address: str, tmp_path: Path
) -> None:
    office = await open_namespace(temporal, "office")
    settings = Settings.load(
        data=tmp_path,
        temporal_address=temporal_address,
        temporal_namespace=client.namespace,
        office_namespace=office,
    )
    async with (
        worker.message_worker(client, settings) as messages,
        worker.office_worker(client, settings) as tasks,
        worker.channels_worker(client, settings) as channels,
        worker.networks_worker(client, settings) as networks,
    ):
        beside = [one.config()["client"].namespace for one in (tasks, channels, networks)]
        assert beside == [office] * 3
        assert messages.config()["client"].namespace == client.namespace


def test_office_work_stays_with_the_messages_unless_it_is_given_a_namespace(tmp_path: Path) -> None:
    assert Settings.load(data=tmp_path, temporal_namespace="otklik").office_namespace == "otklik"


@pytest.mark.parametrize("setting", ["TEMPORAL_NAMESPACE", "OTKLIK_OFFICE_NAMESPACE"])
async def test_a_worker_without_one_of_its_namespaces_says_which_and_ends(
    client: Client, temporal_address: str, tmp_path: Path, setting: str
) -> None:
    await prepare(Settings.load(data=tmp_path))
    there = dict.fromkeys(("TEMPORAL_NAMESPACE", "OTKLIK_OFFICE_NAMESPACE"), client.namespace)
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-P", "-m", "cli", "worker", "--data", str(tmp_path)),
        env=os.environ | {"TEMPORAL_ADDRESS": temporal_address} | there | {setting: "nowhere"},
        stderr=asyncio.subprocess.PIPE,
    )
    async with asyncio.timeout(PATIENCE):
        _, said = await process.communicate()
    assert process.returncode == 2
    assert f"В Temporal нет пространства nowhere ({setting})." in said.decode()


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
