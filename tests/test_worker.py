"""Workers, as they present themselves to Temporal."""

from concurrent.futures import ThreadPoolExecutor
from importlib.metadata import version
from pathlib import Path

from temporalio.client import Client

import worker
from settings import Settings
from store.database.blocking import BlockingDatabase


async def test_a_step_has_the_release_of_its_code_in_the_history(temporal: Client, tmp_path: Path) -> None:
    settings = Settings.load(data=tmp_path)
    database = BlockingDatabase(settings.database_url, connections=1)
    with ThreadPoolExecutor(worker.ACTIVITIES_AT_ONCE) as threads:
        # Only made: started, it would take over messages of other tests.
        of_messages = worker._worker(temporal, database, threads)
    async with worker.office_worker(temporal, settings) as of_the_office:
        said = [made.config()["build_id"] for made in (of_messages, of_the_office)]
    assert said == [version("otklik")] * 2
