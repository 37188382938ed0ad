"""A month of a whole office over HTTP: nothing that people do leaves the record, the limits or anybody out."""

from pathlib import Path

from temporalio.client import Client

from store.database import Database
from store.schema import migrate
from tests.office import office_checks, stories, weekly_checks
from tests.office.walked import walk, working_office
from tests.postgresql import new_database


async def test_an_ordinary_month(
    temporal_address: str, temporal: Client, tmp_path: Path, postgresql: str
) -> None:
    assert stories.__all__
    async with working_office(tmp_path, temporal_address, temporal) as office:
        walked = await walk(office)
        office_checks.check_all_happened(walked)
        office_checks.check_notices(walked, await office_checks.notices_of_all(office))
        await office_checks.check_queues(walked)
        await office_checks.check_lists(walked)
        await weekly_checks.check_month(office, await _empty(postgresql))


async def _empty(server: str) -> str:
    """The address of a new database with its tables."""
    database = Database(new_database(server))
    await migrate(database)
    await database.dispose()
    return database.url
