"""A month of a whole office over HTTP: nothing that people do leaves the record, the limits or anybody out."""

from pathlib import Path

import pytest
from temporalio.client import Client

from tests.office import office_checks, stories
from tests.office.walked import walk, working_office


@pytest.mark.timeout(300)  # seventy-seven messages, also where others use the machine
async def test_an_ordinary_month(temporal_address: str, temporal: Client, tmp_path: Path) -> None:
    assert stories.__all__
    async with working_office(tmp_path, temporal_address, temporal) as office:
        walked = await walk(office)
        office_checks.check_all_happened(walked)
        office_checks.check_notices(walked, await office_checks.notices_of_all(office))
        await office_checks.check_queues(walked)
        await office_checks.check_lists(walked)
