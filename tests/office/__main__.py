"""`python -m tests.office > FILE`: the month's journals and notices in Russian, to be read over."""

import asyncio
import sys
import tempfile
from pathlib import Path

from tests.office import office_checks, stories
from tests.office.reading import Names, printed
from tests.office.walked import walk, working_office
from tests.temporal_server import connect, temporal_server


async def main() -> None:
    """Walk the month on a server of its own and print it; what does not hold is an error."""
    assert stories.__all__
    with tempfile.TemporaryDirectory() as folder:
        async with (
            temporal_server() as address,
            working_office(Path(folder), address, await connect(address)) as office,
        ):
            walked = await walk(office)
            notices = await office_checks.notices_of_all(office)
            for line in printed(walked, notices, await Names.read(office)):
                sys.stdout.write(f"{line}\n")
            office_checks.check_notices(walked, notices)
            await office_checks.check_queues(walked)
            await office_checks.check_lists(walked)
    await asyncio.sleep(0.2)  # the client's threads end before the process does


asyncio.run(main())
