"""Workers, as they present themselves to Temporal."""

from concurrent.futures import ThreadPoolExecutor
from importlib.metadata import version
from pathlib import Path

from temporalio.client import Client

import worker
from settings import Settings
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
