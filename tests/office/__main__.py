"""The whole month walked and checked: `python -m tests.office`."""

import asyncio
import tempfile
from pathlib import Path

from tests.office import month_checks, office_checks
from tests.office.walked import working_office
from tests.temporal_server import connect, temporal_server


async def main() -> None:
    """Walk the month on servers of its own; what does not hold is an error."""
    with tempfile.TemporaryDirectory() as folder:
        async with (
            temporal_server() as address,
            working_office(Path(folder), address, await connect(address)) as office,
        ):
            office_checks.check_all_happened(await month_checks.walked(office))
    await asyncio.sleep(0.2)  # the client's threads end before the process does


asyncio.run(main())
