"""A week of a whole office over HTTP: nothing that people do leaves the record, the limits or anybody out.

The whole month, of which it is a part, is walked by `python -m tests.office`.
"""

from pathlib import Path

import pytest
from temporalio.client import Client

from tests.office import month_checks
from tests.office.walked import working_office


@pytest.mark.installation
async def test_an_ordinary_week(temporal_address: str, temporal: Client, tmp_path: Path) -> None:
    async with working_office(tmp_path, temporal_address, temporal) as office:
        await month_checks.walked(office, month_checks.of_the_week())
