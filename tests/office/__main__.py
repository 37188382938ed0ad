"""`python -m tests.office > FILE`: the whole month walked and checked, its journals and notices printed in Russian."""

import asyncio
import sys
import tempfile
from pathlib import Path

from tests.office import month_checks, office_checks
from tests.office.reading import Names, printed
from tests.office.walked import working_office
from tests.postgresql import postgresql_server
from tests.temporal_server import connect, temporal_server


async def main() -> None:
    """Walk the month on servers of its own and print it; what does not hold is an error."""
    with tempfile.TemporaryDirectory() as folder, postgresql_server() as postgresql:
        async with (
            temporal_server() as address,
            working_office(Path(folder), address, await connect(address)) as office,
        ):
            walked = await month_checks.walked(office, postgresql)
            office_checks.check_all_happened(walked)
            notices = await office_checks.notices_of_all(office)
            for line in printed(walked, notices, await Names.read(office)):
                sys.stdout.write(f"{line}\n")
    await asyncio.sleep(0.2)  # the client's threads end before the process does


asyncio.run(main())
